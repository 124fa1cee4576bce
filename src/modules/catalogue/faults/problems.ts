import type { Kind, OneOf, SvgFault } from './values';

/** Problems that need no values. */
type Plain =
  | 'isLink'
  | 'isLinkOrDevice'
  | 'isEncrypted'
  | 'fileTwice'
  | 'fileMissing'
  | 'notUtf8'
  | 'noHead'
  | 'endlessNesting'
  | 'unitTwice'
  | 'nothingLeads'
  | 'noText'
  | 'headingInQuiz'
  | 'headingOne'
  | 'revealNoQuestion'
  | 'closesNothing';

interface Problems extends Record<Plain, null> {
  /** `reason`: what the parser says, in English. */
  notYaml: { reason: string };
  zipUnreadable: { reason: string };
  unpacksTooFar: { ratio: number };
  unpacksTooLarge: { limit: number };
  zipTooManyFiles: { limit: number };
  fileTooLarge: { limit: number };
  tooManyFiles: { limit: number };
  noFolder: { dir: string };
  missing: { field: string };
  wrongKind: { expected: Kind; field: string; given: Kind };
  wrongKindOfFile: { given: Kind };
  empty: { field: string };
  tooLong: { field: string };
  tooFew: { field: string };
  tooMany: { field: string };
  tooSmall: { field: string };
  tooGreat: { field: string };
  unknownField: { field: string };
  unknownValue: { field: string; value: string };
  noKnownForm: { field: string };
  formNotAllowed: { field: string };
  notId: { field: string };
  notShortName: { field: string };
  notWholeMinutes: { field: string };
  underOneMinute: { field: string };
  tooManyMinutes: { field: string; max: number };
  notWhole: { field: string };
  underOnePercent: { field: string };
  overHundred: { field: string };
  notPositive: { field: string };
  notModuleFolder: { field: string };
  reservedId: { field: string };
  notFileBeside: { field: string };
  noActivity: { id: string };
  isOtherActivity: { id: string; kind: 'lesson' | 'quiz' };
  anyOutOfReach: { count: number; of: number };
  noModule: { id: string };
  pictureElsewhere: { path: string };
  noPicture: { path: string };
  unknownPicture: { path: string };
  unsafePicture: { path: string; what: SvgFault };
  brokenPicture: { kind: string; path: string };
  noFile: { path: string };
  notFileOf: { kind: 'lesson' | 'quiz'; name: string };
  usedByTwo: { name: string };
  questionIdTwice: { id: string };
  neverComes: { name: string };
  drawnTwice: { tag: string };
  drawTooLarge: { count: number; pool: number; tag: string };
  drawsShare: { tag: string };
  neverDrawn: { id: string; tags: string };
  idTwiceIn: { id: string; list: string };
  noRightOption: { id: string };
  severalRight: { count: number; id: string };
  needsUnit: { field: string };
  rightSideTwice: { text: string };
  answerNotOption: { answer: string; gap: string };
  noSuchGap: { id: string };
  placeTwice: { id: string };
  gapWithoutPlace: { id: string };
  notInOriginal: { file: string; id: string };
  entriesDiffer: { count: number; field: string; file: string; own: number };
  holdsMarkdown: { text: string };
  noLesson: { path: string };
  idNotFolder: { id: string };
  idUsedBefore: { file: string; id: string };
  moduleTwice: { name: string };
  folderNotListed: { name: string };
  ownLanguage: { code: string };
  unknownLanguage: { code: string };
  headingTooDeep: { level: number };
  headingJumps: { before: number; level: number };
  codeLanguage: { language: string };
  rawHtml: { html: string };
  linkUnclear: { address: string };
  noAlternative: { path: string };
  linkNoWords: { href: string };
  noHeading: { href: string };
  linkForbidden: { href: string };
  linkInQuiz: { href: string };
  unknownContainer: { name: string };
  containerInQuiz: { name: string };
  noFigure: { name: string };
  notClosed: { name: string };
  emptyContainer: { name: string };
  notTeaching: { code: string };
  othersId: { id: string };
}

/** What is wrong in a course, as a code with its values; the words are `catalogue.problem.<code>`. */
export type Problem = OneOf<Problems>;
