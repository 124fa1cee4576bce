import type { AnsweredQuestion } from '../../assessment';

/** What is kept of all answers to a question: sums, from which every figure of the page comes. */
export interface QuestionNumbers {
  attempts: number;
  right: number;
  partly: number;
  wrong: number;
  unanswered: number;
  /** x: share of this question's points; y: share of the points of the others in the attempt. */
  sums: { n: number; x: number; xx: number; y: number; yy: number; xy: number };
  /** How often each part of an answer was chosen, by its key. */
  chosen: Record<string, number>;
  /** What was typed and is not right, most often first; rare ones are forgotten. */
  typed: { text: string; count: number }[];
  /** How many took how long: counts by `bucketOf`. */
  times: number[];
}

export const emptyNumbers = (): QuestionNumbers => ({
  attempts: 0,
  right: 0,
  partly: 0,
  wrong: 0,
  unanswered: 0,
  sums: { n: 0, x: 0, xx: 0, y: 0, yy: 0, xy: 0 },
  chosen: {},
  typed: [],
  times: [],
});

/** Eight steps for each doubling: a median is right to some per cent. */
const STEPS = 8;
const bucketOf = (seconds: number): number => Math.floor(STEPS * Math.log2(seconds + 1));
const secondsAt = (bucket: number): number => 2 ** (bucket / STEPS) - 1;

const TYPED_KEPT = 50;
const TYPED_LENGTH = 60;

/** What was chosen, by keys that name a part of the question; and what was typed and is not right. */
function givenIn({ answer, parts, verdict }: AnsweredQuestion): {
  keys: string[];
  typed: string[];
} {
  switch (answer?.kind) {
    case 'one':
      return { keys: [answer.option], typed: [] };
    case 'several':
      return { keys: [...answer.options], typed: [] };
    case 'true-false':
      return { keys: [String(answer.value)], typed: [] };
    case 'number':
    case 'text':
      return { keys: [], typed: verdict === 'right' ? [] : [answer.text] };
    case 'matching':
      return { keys: Object.entries(answer.pairs).map((pair) => pair.join(' ')), typed: [] };
    case 'ordering':
      return { keys: Object.keys(parts).filter((id) => parts[id] === false), typed: [] };
    case 'gaps': {
      const entries = Object.entries(answer.gaps);
      return {
        keys: entries.map((gap) => gap.join(' ')).filter((key) => key.length <= 130),
        typed: entries.filter(([id]) => parts[id] === false).map(([, text]) => text),
      };
    }
    default:
      return { keys: [], typed: [] };
  }
}

function addTyped(numbers: QuestionNumbers, given: string): void {
  const text = given.normalize('NFKC').trim().toLowerCase().slice(0, TYPED_LENGTH);
  if (text === '') return;
  const known = numbers.typed.find((each) => each.text === text);
  if (known) known.count += 1;
  else numbers.typed.push({ text, count: 1 });
  numbers.typed.sort((a, b) => b.count - a.count);
  numbers.typed.length = Math.min(numbers.typed.length, TYPED_KEPT);
}

/** Adds one answer. @param rest share of the points of the other questions, 0 to 1; null: none */
export function addAnswer(
  numbers: QuestionNumbers,
  question: AnsweredQuestion,
  rest: number | null,
): void {
  numbers.attempts += 1;
  numbers[question.verdict] += 1;
  if (rest !== null) {
    const { sums } = numbers;
    const [x, y] = [question.fraction, rest];
    sums.n += 1;
    sums.x += x;
    sums.xx += x * x;
    sums.y += y;
    sums.yy += y * y;
    sums.xy += x * y;
  }
  const { keys, typed } = givenIn(question);
  // A dot or a dollar would be read as a path by the database.
  for (const key of keys.filter((each) => !/[.$]/.test(each))) {
    numbers.chosen[key] = (numbers.chosen[key] ?? 0) + 1;
  }
  for (const text of typed) addTyped(numbers, text);
  if (question.seconds !== null) {
    const bucket = bucketOf(question.seconds);
    while (numbers.times.length <= bucket) numbers.times.push(0);
    numbers.times[bucket] = (numbers.times[bucket] ?? 0) + 1;
  }
}

/** Fewer answers than this say nothing about a question. */
export const FEWEST = 10;

/**
 * How well a question tells those who know from those who do not: the correlation of its share of
 * points with that of the other questions, the corrected point-biserial (Crocker and Algina,
 * Introduction to Classical and Modern Test Theory, 1986, chapter 14). From -1 to 1; null when there
 * are too few answers, or all are alike.
 */
export function discriminationOf({ sums }: Pick<QuestionNumbers, 'sums'>): number | null {
  const { n, x, xx, y, yy, xy } = sums;
  if (n < FEWEST) return null;
  const [spreadX, spreadY] = [n * xx - x * x, n * yy - y * y];
  if (spreadX <= 1e-9 || spreadY <= 1e-9) return null;
  return (n * xy - x * y) / Math.sqrt(spreadX * spreadY);
}

/** In seconds, within the step it falls into; null without answers. */
export function medianOf({ times }: Pick<QuestionNumbers, 'times'>): number | null {
  const count = times.reduce((sum, each) => sum + each, 0);
  if (count === 0) return null;
  let passed = 0;
  for (const [bucket, here] of times.entries()) {
    if (here > 0 && passed + here >= count / 2) {
      return secondsAt(bucket + (count / 2 - passed) / here);
    }
    passed += here;
  }
  return null;
}
