import { summaryOf } from '../../assessment';
import { type Localised, type TaughtCourse, textIn, type VersionInFull } from '../../catalogue';
import { changesBetween } from '../changes/compare';
import type { Change, Note, TextChange } from '../changes/types';
import { compareHtml, type Piece } from '../changes/words';
import type { Reader } from './reader';

/** More changed texts than this on one page help nobody; the files tell the rest. */
const MOST_TEXTS = 400;

export interface ShownText {
  readonly what: string;
  readonly language: string;
  readonly lang: string;
  readonly paragraphs: readonly (readonly Piece[])[];
}

export interface ShownChange {
  readonly of: string;
  readonly title: string;
  readonly lang: string;
  readonly mark: { readonly text: string; readonly color: string; readonly icon: string };
  readonly notes: readonly string[];
  readonly texts: readonly ShownText[];
}

export interface ChangesView {
  readonly changes: readonly ShownChange[];
  /** How many things were added, removed and changed, in a sentence. */
  readonly summary: string;
  /** Changed texts that are not shown any more. */
  readonly more: number;
}

const MARKS = {
  added: { color: 'success', icon: 'circle-plus' },
  removed: { color: 'danger', icon: 'circle-minus' },
  changed: { color: 'info', icon: 'pencil' },
} as const;

function noteText(note: Note, course: Pick<TaughtCourse, 'language'>, reader: Reader): string {
  const { t, format, language } = reader;
  const text = (words: Localised) => summaryOf(textIn(words, language, course.language));
  const value = (given: number | string | null) =>
    given === null
      ? t('teaching.changes.none')
      : typeof given === 'number'
        ? format.number(given)
        : given;
  switch (note.kind) {
    case 'movedTo':
      return t('teaching.changes.note.movedTo', { module: text(note.module) });
    case 'ruleAdded':
    case 'ruleRemoved': {
      const { leaf, title } = note;
      const mark = leaf.kind === 'passed' ? format.percent(leaf.mark) : '';
      const condition = t(`teaching.changes.leaf.${leaf.kind}`, { title: text(title), mark });
      return t(`teaching.changes.note.${note.kind}`, { condition });
    }
    case 'level': {
      const before = t(`catalogue.level.${note.before}`);
      return t('teaching.changes.note.level', {
        before,
        after: t(`catalogue.level.${note.after}`),
      });
    }
    case 'passMark': {
      const [before, after] = [Number(note.before), Number(note.after)];
      return t('teaching.changes.note.passMark', {
        before: format.percent(before),
        after: format.percent(after),
      });
    }
    case 'attempts':
    case 'timeLimit':
    case 'minutes':
    case 'points':
    case 'hours':
      return t(`teaching.changes.note.${note.kind}`, {
        before: value(note.before),
        after: value(note.after),
      });
    default:
      return t(`teaching.changes.note.${note.kind}`);
  }
}

const toText = (change: TextChange, { t, format }: Reader): ShownText => ({
  what: t(`teaching.changes.what.${change.what}`),
  language: format.language(change.language),
  lang: change.language,
  paragraphs: compareHtml(change.before ?? '', change.after ?? '', change.language),
});

/** What changed from one version to another, as it is shown. */
export function toChanges(
  before: VersionInFull,
  after: VersionInFull,
  reader: Reader,
): ChangesView {
  const { t, language } = reader;
  const all = changesBetween(before, after);
  let left = MOST_TEXTS;
  const count = (mark: Change['mark']) => all.filter((each) => each.mark === mark).length;
  const changes = all.map((change): ShownChange => {
    // HTML that reads the same, such as a picture at another address, is told without words.
    const texts = change.texts
      .slice(0, Math.max(0, left))
      .map((each) => toText(each, reader))
      .filter(({ paragraphs }) => paragraphs.length > 0);
    left -= change.texts.length;
    const title = summaryOf(textIn(change.title, language, after.language));
    return {
      of: t(`teaching.changes.of.${change.of}`),
      title: change.of === 'rule' ? '' : title,
      lang: change.title[language] === undefined ? after.language : language,
      mark: { text: t(`teaching.changes.mark.${change.mark}`), ...MARKS[change.mark] },
      notes: [
        ...change.notes.map((note) => noteText(note, after, reader)),
        ...(change.texts.length > 0 && texts.length === 0 && left > 0
          ? [t('teaching.changes.note.invisible')]
          : []),
      ],
      texts,
    };
  });
  return {
    changes,
    summary: t('teaching.changes.summary', {
      added: count('added'),
      removed: count('removed'),
      changed: count('changed'),
    }),
    more: Math.max(0, -left),
  };
}
