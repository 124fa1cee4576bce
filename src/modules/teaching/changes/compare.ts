import { isDeepStrictEqual } from 'node:util';
import type { Activity, CompletionRule, CourseModule, VersionInFull } from '../../catalogue';
import { questionChanges, quizNotes } from './questions';
import { byId, compareIds, textChanges } from './texts';
import type { Change, Note, TextChange } from './types';

/** The part of a version that has words and rules. */
type Content = Omit<VersionInFull, 'id' | 'status' | 'hash' | 'number' | 'publishedAt'>;
type Leaf = Exclude<CompletionRule, { kind: 'all' | 'any' }>;

const activitiesOf = ({ modules }: Pick<Content, 'modules'>): readonly Activity[] =>
  modules.flatMap(({ activities }) => activities);

const whole = (
  of: Change['of'],
  { id, title }: Pick<CourseModule, 'id' | 'title'>,
  mark: 'added' | 'removed',
): Change => ({ of, id, title, mark, notes: [], texts: [] });

const changed = (
  of: Change['of'],
  { id, title }: Pick<CourseModule, 'id' | 'title'>,
  notes: Note[],
  texts: TextChange[],
): Change[] =>
  notes.length + texts.length === 0 ? [] : [{ of, id, title, mark: 'changed', notes, texts }];

function courseChanges(before: Content, after: Content): Change[] {
  const notes: Note[] = [];
  const differs = (key: keyof Content) => !isDeepStrictEqual(before[key], after[key]);
  if (before.level !== after.level) {
    notes.push({ kind: 'level', before: before.level, after: after.level });
  }
  if (before.certificate.hours !== after.certificate.hours) {
    const [was, is] = [before.certificate.hours, after.certificate.hours];
    notes.push({ kind: 'hours', before: was, after: is });
  }
  for (const kind of ['skills', 'provider', 'trainers', 'cover'] as const) {
    if (differs(kind)) notes.push({ kind });
  }
  const outcomes = Math.max(before.outcomes.length, after.outcomes.length);
  const texts = [
    ...textChanges('title', before.title, after.title),
    ...textChanges('summary', before.summary, after.summary),
    ...textChanges('audience', before.audience, after.audience),
    ...Array.from({ length: outcomes }, (_, index) =>
      textChanges('outcome', before.outcomes[index] ?? null, after.outcomes[index] ?? null),
    ).flat(),
  ];
  return changed('course', { id: after.courseSlug, title: after.title }, notes, texts);
}

const leavesOf = (rule: CompletionRule): Leaf[] =>
  rule.kind === 'all' || rule.kind === 'any' ? rule.of.flatMap(leavesOf) : [rule];

/** What must be done to complete the course, as conditions that came and went. */
function ruleChanges(before: Content, after: Content): Change[] {
  if (isDeepStrictEqual(before.completion, after.completion)) return [];
  const [old, fresh] = [leavesOf(before.completion), leavesOf(after.completion)];
  const titles = byId([...activitiesOf(before), ...activitiesOf(after)]);
  const note = (kind: 'ruleAdded' | 'ruleRemoved', leaf: Leaf): Note => ({
    kind,
    leaf,
    title: titles.get(leaf.activityId)?.title ?? {},
  });
  const without = (leaves: readonly Leaf[], others: readonly Leaf[]) =>
    leaves.filter((leaf) => !others.some((other) => isDeepStrictEqual(leaf, other)));
  const notes = [
    ...without(fresh, old).map((leaf) => note('ruleAdded', leaf)),
    ...without(old, fresh).map((leaf) => note('ruleRemoved', leaf)),
  ];
  return changed(
    'rule',
    { id: 'completion', title: after.title },
    notes.length > 0 ? notes : [{ kind: 'ruleOrder' }],
    [],
  );
}

function activityChanges(before: Activity, after: Activity, moves: Note[]): Change[] {
  const notes = [...moves];
  const texts = textChanges('title', before.title, after.title);
  if (before.minutes !== after.minutes) {
    notes.push({ kind: 'minutes', before: before.minutes, after: after.minutes });
  }
  if (before.kind === 'lesson' && after.kind === 'lesson') {
    texts.push(...textChanges('text', before.html, after.html));
  }
  if (before.kind !== 'quiz' || after.kind !== 'quiz') {
    return changed(after.kind, after, notes, texts);
  }
  notes.push(...quizNotes(before.quiz, after.quiz));
  texts.push(...textChanges('intro', before.quiz.intro, after.quiz.intro));
  return [...changed('quiz', after, notes, texts), ...questionChanges(before.quiz, after.quiz)];
}

/** Where each activity stands: its module, and whether it was moved there. */
function movesOf(before: Content, after: Content): Map<string, Note> {
  const homes = ({ modules }: Content) =>
    new Map(modules.flatMap(({ id, activities }) => activities.map((each) => [each.id, id])));
  const [old, fresh] = [homes(before), homes(after)];
  const moves = new Map<string, Note>();
  for (const module of after.modules) {
    const ids = module.activities.map(({ id }) => id);
    for (const id of ids) {
      const from = old.get(id);
      if (from !== undefined && from !== module.id) {
        moves.set(id, { kind: 'movedTo', module: module.title });
      }
    }
    const was = before.modules.find(({ id }) => id === module.id)?.activities ?? [];
    const stayed = was.map(({ id }) => id).filter((id) => fresh.get(id) === module.id);
    for (const id of compareIds(stayed, ids).moved) moves.set(id, { kind: 'movedWithin' });
  }
  return moves;
}

function moduleChanges(before: Content, after: Content): Change[] {
  const [old, fresh] = [byId(before.modules), byId(after.modules)];
  const [was, is] = [byId(activitiesOf(before)), byId(activitiesOf(after))];
  const moved = new Set(compareIds([...old.keys()], [...fresh.keys()]).moved);
  const moves = movesOf(before, after);
  const changes = after.modules.flatMap((module): Change[] => {
    const known = old.get(module.id);
    const texts = known
      ? [
          ...textChanges('title', known.title, module.title),
          ...textChanges('summary', known.summary, module.summary),
        ]
      : [];
    const notes: Note[] = moved.has(module.id) ? [{ kind: 'movedWithin' }] : [];
    return [
      ...(known ? changed('module', module, notes, texts) : [whole('module', module, 'added')]),
      ...module.activities.flatMap((activity) => {
        const before = was.get(activity.id);
        // A lesson that became a quiz is another thing under the same id.
        if (before?.kind !== activity.kind) return [whole(activity.kind, activity, 'added')];
        const move = moves.get(activity.id);
        return activityChanges(before, activity, move ? [move] : []);
      }),
    ];
  });
  return [
    ...changes,
    ...before.modules.flatMap((module): Change[] => [
      ...(fresh.has(module.id) ? [] : [whole('module', module, 'removed')]),
      ...module.activities
        .filter(({ id, kind }) => is.get(id)?.kind !== kind)
        .map((activity) => whole(activity.kind, activity, 'removed')),
    ]),
  ];
}

/**
 * What is not the same in two versions of a course, by the ids of its authors: those stay when
 * words, places and rules change. Pure.
 */
export const changesBetween = (before: Content, after: Content): Change[] => [
  ...courseChanges(before, after),
  ...ruleChanges(before, after),
  ...moduleChanges(before, after),
];
