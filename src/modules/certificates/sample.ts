import type { Printed } from './pdf';

/** Names in four scripts, one of them long: a design must set all of them. */
export const SAMPLES = [
  { holderName: 'Nur Aisyah binte Muhammad Rahman', language: 'ms' },
  { holderName: '陈美华', language: 'zh' },
  { holderName: 'கவிதா முத்துகிருஷ்ணன் பாலசுப்பிரமணியம்', language: 'ta' },
  { holderName: 'दीपक श्रेष्ठ', language: 'en' },
] as const;

/** A certificate that nobody has: what a design is looked at with. */
export function sampleOf(index: number): Printed {
  const { holderName, language } = SAMPLES[index] ?? SAMPLES[0];
  return {
    number: 'KC-2026-7F3C9A21',
    code: '000000000000',
    snapshot: {
      holderName,
      language,
      courseSlug: 'ai-at-work',
      courseTitle: {
        en: 'AI at work: the basics',
        ms: 'AI di tempat kerja: asasnya',
        zh: '工作中的人工智能：基础',
        ta: 'வேலையில் செயற்கை நுண்ணறிவு: அடிப்படைகள்',
      },
      courseLanguage: 'en',
      versionId: '',
      versionNumber: 1,
      hours: 3,
      level: 'beginner',
      skills: ['ai-literacy', 'fact-checking'],
      mark: 91,
      organisation: { id: '', code: 'kelas-centre', name: 'Kelas Labour Centre' },
      date: '2026-11-21',
      expiresOn: '2028-11-21',
      timeZone: 'Asia/Singapore',
      design: null,
    },
  };
}
