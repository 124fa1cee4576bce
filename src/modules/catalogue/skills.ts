import { hasText, type Translate } from '../../platform/i18n';

/** The name of a skill that Kelas knows, otherwise the course's own words. */
export function skillName(skill: string, t: Translate): string {
  const key = `catalogue.skill.${skill}`;
  return hasText(key) ? t(key) : skill.replaceAll('-', ' ');
}
