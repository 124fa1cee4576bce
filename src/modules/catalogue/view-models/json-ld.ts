import { textIn } from '../localised';
import type { CourseListing } from '../queries';
import type { Localised } from '../types';

/** ISO 8601 duration of so many minutes: PT3H9M. */
function duration(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  return `PT${hours > 0 ? `${hours}H` : ''}${minutes % 60 > 0 || hours === 0 ? `${minutes % 60}M` : ''}`;
}

const LEVEL_NAMES = { beginner: 'Beginner', intermediate: 'Intermediate', advanced: 'Advanced' };

/** schema.org Course with one CourseInstance, as search engines read it. */
export function toJsonLd(
  course: CourseListing,
  options: { baseUrl: string; language: string; provider: string | null },
): object {
  const { baseUrl, language, provider } = options;
  const text = (localised: Localised) => textIn(localised, language, course.language);
  const url = `${baseUrl}/courses/${course.courseSlug}`;
  return {
    '@context': 'https://schema.org',
    '@type': 'Course',
    '@id': url,
    url,
    name: text(course.title),
    description: text(course.summary),
    inLanguage: course.languages,
    educationalLevel: LEVEL_NAMES[course.level],
    teaches: course.outcomes.map(text),
    about: course.skills.map((skill) => skill.replaceAll('-', ' ')),
    audience: { '@type': 'Audience', audienceType: text(course.audience) },
    timeRequired: duration(course.minutes),
    datePublished: course.publishedAt.toISOString().slice(0, 10),
    version: course.number,
    isAccessibleForFree: true,
    ...(course.cover ? { image: `${baseUrl}${course.cover.url}` } : {}),
    ...(course.licence === null
      ? {}
      : { license: `https://spdx.org/licenses/${encodeURIComponent(course.licence)}.html` }),
    provider: { '@type': 'Organization', name: provider ?? 'Kelas', url: baseUrl },
    hasCourseInstance: {
      '@type': 'CourseInstance',
      courseMode: 'Online',
      courseWorkload: duration(course.minutes),
      inLanguage: course.languages,
      instructor: course.trainers.map(({ name }) => ({ '@type': 'Person', name })),
    },
    offers: { '@type': 'Offer', category: 'Free', price: 0, priceCurrency: 'SGD' },
  };
}
