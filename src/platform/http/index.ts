export { sendCacheable } from './cacheable';
export { type Csrf, createCsrf } from './csrf';
export { errorHandler } from './error-handler';
export type { Flash } from './flash';
export {
  emptyForm,
  type FormState,
  formView,
  parseInput,
} from './forms';
export { ownPath } from './own-path';
export { packStream } from './pack-stream';
export { createRenderer, type PageOptions, type Renderer, type Shell } from './render';
export {
  type Access,
  type Exchange,
  isRead,
  type Method,
  mount,
  oneself,
  type Route,
  type RoutePolicy,
  route,
} from './route';
export { sendStream } from './send-stream';
export type { UploadedFile } from './upload';
export {
  makeVisitor,
  type Place,
  type Preferences,
  placesOf,
  setVisitor,
  TEXT_SIZES,
  type TextSize,
  THEMES,
  type Theme,
  type Visitor,
  type VisitorUser,
} from './visitor';
