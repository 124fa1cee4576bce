import type { Kind, OneOf } from './values';

/** Mends that need no values. */
type Plain =
  | 'copyHere'
  | 'withoutPassword'
  | 'takeOutNoCourse'
  | 'renameOne'
  | 'smallerPictures'
  | 'takeOutUnused'
  | 'makeAgain'
  | 'packAlone'
  | 'writeCourseFile'
  | 'addId'
  | 'splitIt'
  | 'smallerPicture'
  | 'saveUtf8'
  | 'giveFolder'
  | 'beginWithHead'
  | 'lookForBrackets'
  | 'yamlIndent'
  | 'yamlTab'
  | 'yamlColon'
  | 'yamlMultiline'
  | 'yamlDuplicate'
  | 'yamlMissing'
  | 'yamlUnexpected'
  | 'yamlBackslash'
  | 'yamlStar'
  | 'yamlStart'
  | 'yamlOther'
  | 'writeFields'
  | 'writeText'
  | 'slip'
  | 'takeOut'
  | 'useExisting'
  | 'smallLetters'
  | 'writeShortName'
  | 'percentSuchAs'
  | 'oneToHundred'
  | 'hoursSuchAs'
  | 'fileSuchAs'
  | 'useViewed'
  | 'useSubmitted'
  | 'intoImages'
  | 'plainSvg'
  | 'giveViewBox'
  | 'saveAgain'
  | 'writeIt'
  | 'ownFile'
  | 'otherId'
  | 'limitAttempts'
  | 'lineForEachTag'
  | 'lowerOrAdd'
  | 'giveTag'
  | 'markRight'
  | 'leaveOne'
  | 'unitOnce'
  | 'sayUnit'
  | 'sayUnitAsked'
  | 'wordDifferently'
  | 'ownGap'
  | 'translateEach'
  | 'writePlain'
  | 'takeOneOut'
  | 'intoModule'
  | 'writeBelow'
  | 'boldParagraph'
  | 'useLevelTwo'
  | 'useLevels'
  | 'codeLanguages'
  | 'useMarkdown'
  | 'linkForm'
  | 'sayWhatItShows'
  | 'writeLinkWords'
  | 'linkTo'
  | 'nameLesson'
  | 'plainParagraphs'
  | 'revealQuestion'
  | 'takeLineOut'
  | 'endWithColons'
  | 'writeInside'
  | 'ownCode'
  | 'chooseOtherId';

interface Mends extends Record<Plain, null> {
  addField: { field: string; kind: Kind };
  addOneOf: { field: string; names: string };
  intoQuotes: { text: string };
  writeKind: { kind: Kind };
  shorten: { max: number };
  giveEntries: { count: number };
  keepEntries: { count: number };
  orMore: { limit: number };
  orLess: { limit: number };
  moreThan: { limit: number };
  useOneOf: { names: string };
  didYouMean: { name: string };
  giveOneOf: { names: string };
  writeId: { min: number };
  numberSuchAs: { number: number };
  splitMinutes: { max: number };
  nameSuchAs: { name: string };
  otherIdThan: { names: string };
  fileEnding: { ending: string };
  lowerCount: { pool: number };
  writeGap: { id: string };
  idOrRename: { name: string };
  listOrRename: { name: string };
  putInto: { file: string };
  addActivity: { name: string };
  useMarks: { marks: string };
}

/** How a fault is mended, as a code with its values; the words are `catalogue.mend.<code>`. */
export type Mend = OneOf<Mends>;
