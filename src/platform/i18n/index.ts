export { type Format, formatOf } from './format';
export {
  isLanguage,
  LANGUAGE_NAMES,
  LANGUAGE_TAGS,
  LANGUAGES,
  type Language,
  negotiate,
  TIME_ZONES,
} from './languages';
export { hasText, type Translate, textsBelow, translatorOf, type Values } from './translator';
