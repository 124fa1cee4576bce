import type { Language } from '../platform/i18n';
import type { Chance } from './random';

export interface Learner {
  name: string;
  email: string;
  language: Language;
}

/** Family names and given names as they are combined; every combination is an accident. */
const NAMES: readonly {
  share: number;
  language: Language;
  compose: (chance: Chance) => string;
}[] = [
  {
    share: 0.3,
    language: 'en',
    compose: (chance) =>
      `${chance.pick(['Tan', 'Lim', 'Lee', 'Ng', 'Wong', 'Goh', 'Chua', 'Ong', 'Koh', 'Teo', 'Ang', 'Sim'])} ${chance.pick(['Mei Hua', 'Wei Jie', 'Siew Ling', 'Boon Kiat', 'Hui Min', 'Jun Hao', 'Li Ting', 'Kok Wah', 'Yi Xuan', 'Ah Seng', 'Xin Yi', 'Chee Keong'])}`,
  },
  {
    share: 0.2,
    language: 'zh',
    compose: (chance) =>
      `${chance.pick(['陈', '林', '李', '黄', '王', '吴', '蔡', '张', '刘', '许'])}${chance.pick(['美华', '伟杰', '秀玲', '文杰', '慧敏', '俊豪', '丽婷', '国华', '雅文', '志强', '欣怡', '建明'])}`,
  },
  {
    share: 0.22,
    language: 'ms',
    compose: (chance) =>
      chance.happens(0.5)
        ? `${chance.pick(['Muhammad Hafiz', 'Ahmad Fauzi', 'Rosli', 'Zulkifli', 'Azman', 'Faizal', 'Iskandar'])} bin ${chance.pick(['Abdullah', 'Rahman', 'Ismail', 'Osman', 'Yusof', 'Hassan'])}`
        : `${chance.pick(['Nur Aisyah', 'Siti Aminah', 'Faridah', 'Nurul Huda', 'Salmah', 'Rohani', 'Zainab'])} binte ${chance.pick(['Abdullah', 'Rahman', 'Ismail', 'Osman', 'Yusof', 'Hassan'])}`,
  },
  {
    share: 0.12,
    language: 'ta',
    compose: (chance) =>
      `${chance.pick(['கவிதா', 'முத்து', 'செல்வி', 'குமார்', 'மீனா', 'ராஜேஷ்', 'லட்சுமி', 'அருண்', 'பிரியா', 'சுரேஷ்'])} ${chance.pick(['இராமன்', 'கிருஷ்ணன்', 'வேலு', 'சுப்ரமணியம்', 'நடராஜன்', 'மாணிக்கம்', 'பெருமாள்'])}`,
  },
  {
    share: 0.1,
    language: 'en',
    compose: (chance) =>
      `${chance.pick(['Kavitha', 'Suresh', 'Anjali', 'Ravi', 'Deepa', 'Mohan', 'Grace', 'Joseph', 'Maria', 'Daniel'])} ${chance.pick(['d’Souza', 's/o Raman', 'd/o Krishnan', 'Pereira', 'Fernandez', 'Nair', 'Santos', 'Cruz'])}`,
  },
  {
    share: 0.06,
    language: 'en',
    compose: (chance) =>
      `${chance.pick(['सुनीता', 'राम', 'गीता', 'दीपक', 'अनिता', 'विकास'])} ${chance.pick(['शर्मा', 'थापा', 'गुरुङ', 'पटेल', 'वर्मा', 'श्रेष्ठ'])}`,
  },
];

const LONG_NAME = 'Sharifah Nur Aliyah Humaira binte Syed Muhammad Zulfikar Al-Habsyi Wan Ibrahim';

/** Made-up learners with names in Latin, Chinese, Tamil and Devanagari script; always the same ones. */
export function inventLearners(count: number, chance: Chance): Learner[] {
  return Array.from({ length: count }, (_, index) => {
    let place = chance.next();
    const group = NAMES.find(({ share }) => {
      place -= share;
      return place < 0;
    });
    const { language, compose } = group ?? { language: 'en' as const, compose: () => 'Alex Tan' };
    return {
      name: index === 7 ? LONG_NAME : compose(chance),
      email: `learner-${String(index + 1).padStart(3, '0')}@demo.kelas.example`,
      language,
    };
  });
}
