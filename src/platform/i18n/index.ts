export { type Format, formatOf } from './format';
export {
  isLanguage,
  LANGUAGE_NAMES,
  LANGUAGE_TAGS,
  LANGUAGES,
  type Language,
  negotiate,
} from './languages';
export { hasText, type Translate, translatorOf, type Values } from './translator';
