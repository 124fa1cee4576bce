import type { Mend } from '../faults/mends';
import type { Problem } from '../faults/problems';
import type { QuestionSource, SourceOf } from '../schemas/quiz';
import type { ChoiceOption, Gap, Localised, LocalisedList, Question } from '../types';
import type { Builder } from './builder';
import { suggest } from './faults';
import { entries, field, localise, members, type Views } from './views';

/** A question with all its languages; tells every fault that its schema cannot see. */
export function buildQuestion(
  builder: Builder,
  views: Views,
  source: QuestionSource | undefined,
): Question {
  if (!source) throw new Error('A question has no source');
  const feedback = field(views, 'feedback');
  const feedbackText = (name: string): Localised | null =>
    builder.textOrNull(feedback && field(feedback, name), 'block');
  const base = {
    id: source.id,
    tags: source.tags,
    points: source.points,
    text: builder.text(field(views, 'text') ?? views, 'block'),
    feedback: {
      correct: feedbackText('correct'),
      incorrect: feedbackText('incorrect'),
      general: feedbackText('general'),
    },
  };
  switch (source.kind) {
    case 'one':
      checkOptions(builder, views, source);
      return { ...base, kind: 'one', options: optionsOf(builder, views, source) };
    case 'several':
      checkOptions(builder, views, source);
      return {
        ...base,
        kind: 'several',
        grading: source.grading,
        options: optionsOf(builder, views, source),
      };
    case 'true-false':
      return { ...base, kind: 'true-false', answer: source.answer };
    case 'number':
      return { ...base, kind: 'number', ...numberOf(builder, views, source) };
    case 'text':
      return { ...base, kind: 'text', accepted: listOf(field(views, 'accepted')) };
    case 'matching':
      return { ...base, kind: 'matching', ...matchingOf(builder, views, source) };
    case 'ordering':
      checkUnique(builder, views, 'items', source.items);
      return {
        ...base,
        kind: 'ordering',
        items: members(views, 'items', builder.faults).map((each, index) => ({
          id: source.items[index]?.id ?? '',
          text: builder.text(field(each, 'text') ?? each, 'line'),
        })),
      };
    case 'gaps':
      checkPlaces(builder, views, source, base.text);
      return { ...base, kind: 'gaps', gaps: gapsOf(builder, views, source) };
  }
}

function checkUnique(
  builder: Builder,
  [{ source, path }]: Views,
  key: string,
  list: readonly { id: string }[],
): void {
  const seen = new Set<string>();
  list.forEach(({ id }, index) => {
    if (seen.has(id)) {
      builder.faults.add(
        source.file,
        source.at([...path, key, index, 'id']),
        ['idTwiceIn', { id, list: key }],
        ['otherId'],
      );
    }
    seen.add(id);
  });
}

function checkOptions(builder: Builder, views: Views, source: SourceOf<'one' | 'several'>): void {
  checkUnique(builder, views, 'options', source.options);
  const [{ source: place, path }] = views;
  const right = source.options.filter(({ correct }) => correct).length;
  const tell = (problem: Problem, mend: Mend) =>
    builder.faults.add(place.file, place.at([...path, 'options']), problem, mend);
  if (right === 0) {
    tell(['noRightOption', { id: source.id }], ['markRight']);
  } else if (source.kind === 'one' && right > 1) {
    tell(['severalRight', { id: source.id, count: right }], ['leaveOne']);
  }
}

const optionsOf = (
  builder: Builder,
  views: Views,
  source: SourceOf<'one' | 'several'>,
): ChoiceOption[] =>
  members(views, 'options', builder.faults).map((each, index) => ({
    id: source.options[index]?.id ?? '',
    text: builder.text(field(each, 'text') ?? each, 'line'),
    correct: source.options[index]?.correct ?? false,
    feedback: builder.textOrNull(field(each, 'feedback'), 'block'),
  }));

function numberOf(builder: Builder, views: Views, source: SourceOf<'number'>) {
  const [{ source: place, path }] = views;
  // "km" is the same in many languages: one that does not translate it is whole all the same.
  const unit = field(views, 'unit');
  const names = [source.unit ?? [], source.units.map((other) => other.unit)]
    .flat(2)
    .map((name) => name.normalize('NFKC').toLowerCase());
  const tell = (key: string, problem: Problem, mend: Mend) =>
    builder.faults.add(place.file, place.at([...path, key]), problem, mend);
  if (new Set(names).size < names.length) {
    tell('units', ['unitTwice'], ['unitOnce']);
  }
  if (source.unit === undefined && source.units.length > 0) {
    tell('units', ['needsUnit', { field: 'units' }], ['sayUnit']);
  }
  if (source.unit === undefined && source.unitRequired) {
    tell('unitRequired', ['needsUnit', { field: 'unitRequired' }], ['sayUnitAsked']);
  }
  return {
    answer: source.answer,
    tolerance: source.tolerance,
    unit: source.unit ?? null,
    unitNames: unit && localise(unit, (text) => text),
    units: source.units,
    unitRequired: source.unitRequired,
  };
}

function matchingOf(builder: Builder, views: Views, source: SourceOf<'matching'>) {
  const sides = [...source.pairs, ...source.distractors];
  checkUnique(builder, views, 'pairs', sides);
  const [{ source: place, path }] = views;
  const texts = sides.map((side) => ('right' in side ? side.right : side.text));
  texts.forEach((text, index) => {
    if (texts.indexOf(text) === index) return;
    builder.faults.add(
      place.file,
      place.at([...path, 'pairs']),
      ['rightSideTwice', { text }],
      ['wordDifferently'],
    );
  });
  return {
    pairs: members(views, 'pairs', builder.faults).map((each, index) => ({
      id: source.pairs[index]?.id ?? '',
      left: builder.text(field(each, 'left') ?? each, 'line'),
      right: builder.text(field(each, 'right') ?? each, 'plain'),
    })),
    distractors: members(views, 'distractors', builder.faults).map((each, index) => ({
      id: source.distractors[index]?.id ?? '',
      text: builder.text(field(each, 'text') ?? each, 'plain'),
    })),
  };
}

const listOf = (views: Views | null): LocalisedList =>
  Object.fromEntries((views ?? []).map(({ language, value }) => [language, value as string[]]));

function gapsOf(builder: Builder, views: Views, source: SourceOf<'gaps'>): Gap[] {
  checkUnique(builder, views, 'gaps', source.gaps);
  return members(views, 'gaps', builder.faults).map((each, index): Gap => {
    const gap = source.gaps[index];
    const id = gap?.id ?? '';
    if (!gap || 'accepted' in gap) return { id, accepted: listOf(field(each, 'accepted')) };
    const right = gap.options.indexOf(gap.answer);
    if (right < 0) {
      const [{ source: place, path }] = each;
      builder.faults.add(
        place.file,
        place.at([...path, 'answer']),
        ['answerNotOption', { answer: gap.answer, gap: id }],
        suggest(gap.answer, gap.options),
      );
    }
    // An option has no id of its own: its place in the list of this version names it.
    return {
      id,
      options: entries(each, 'options', builder.faults).map((option, at) => ({
        id: `o${at + 1}`,
        text: builder.text(option, 'plain'),
      })),
      answer: `o${right + 1}`,
    };
  });
}

const PLACE = /\[\[([^\]\s]+)\]\]/g;

/** Each gap must stand exactly once in the text of each language, outside of tags. */
function checkPlaces(
  builder: Builder,
  views: Views,
  source: SourceOf<'gaps'>,
  html: Localised,
): void {
  const ids = source.gaps.map(({ id }) => id);
  for (const view of field(views, 'text') ?? []) {
    const shown = (html[view.language] ?? '').replaceAll(/<[^>]*>/g, '');
    const places = [...shown.matchAll(PLACE)].map((match) => match[1] ?? '');
    const tell = (problem: Problem, mend: Mend) =>
      builder.faults.add(view.source.file, view.source.at(view.path), problem, mend);
    for (const place of new Set(places)) {
      if (!ids.includes(place)) {
        tell(['noSuchGap', { id: place }], suggest(place, ids));
      } else if (places.filter((each) => each === place).length > 1) {
        tell(['placeTwice', { id: place }], ['ownGap']);
      }
    }
    for (const id of ids) {
      if (!places.includes(id)) {
        tell(['gapWithoutPlace', { id }], ['writeGap', { id }]);
      }
    }
  }
}
