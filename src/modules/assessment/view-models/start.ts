import { type Quiz, quizOf } from '../attempt';
import { questionCount } from '../draw';
import type { AttemptRow } from '../model';
import { type AttemptInBrief, attemptsOf, openRow, toOpenAttempt, toResult } from '../queries';
import { whatIsShown } from '../review-rules';
import type { QuizPlace } from '../types';
import { textsFor } from './texts';
import { type TimeLeft, timeLeft } from './time-left';

export interface PastAttempt {
  readonly number: number;
  readonly href: string;
  /** null where the review rules do not show marks. */
  readonly mark: number | null;
  readonly passed: boolean;
  readonly submittedAt: Date;
}

export interface StartPage {
  readonly title: string;
  readonly titleLang: string;
  readonly introHtml: string | null;
  readonly introLang: string | null;
  readonly questions: number;
  readonly minutes: number;
  readonly passMark: number;
  readonly timeLimitMinutes: number | null;
  /** null: as many as one likes. */
  readonly attemptsLeft: number | null;
  readonly passed: boolean;
  readonly open: { readonly question: number; readonly timeLeft: TimeLeft | null } | null;
  /** The newest first. */
  readonly past: readonly PastAttempt[];
  readonly canStart: boolean;
  readonly startAction: string;
  readonly course: QuizPlace['course'];
  readonly next: QuizPlace['next'];
}

const toPast = (
  { _id, number, mark, passed, submittedAt }: AttemptInBrief,
  base: string,
  showMark: boolean,
): PastAttempt[] =>
  submittedAt === null
    ? []
    : [
        {
          number,
          href: `${base}/review/${_id.toHexString()}`,
          mark: showMark ? mark : null,
          passed: passed === true,
          submittedAt,
        },
      ];

/** For views/assessment/start.ejs, at GET `base`. @throws NotFound */
export async function startPage(place: QuizPlace): Promise<StartPage> {
  const { enrolmentId, activityId } = place;
  const quiz = await quizOf(place.versionId, activityId);
  const attempts = await attemptsOf({ enrolmentId, activityId });
  const open = attempts.some(({ status }) => status === 'open');
  const row = open ? await openRow(place) : null;
  const question = row ? (await toOpenAttempt(row)).nextQuestion : 1;
  return toStartPage(place, quiz, attempts, row && { row, question });
}

/** The same for attempts at hand. @param open the open one, and the question to go on with */
export function toStartPage(
  place: QuizPlace,
  { version, activity }: Quiz,
  attempts: readonly AttemptInBrief[],
  open: { row: AttemptRow; question: number } | null,
): StartPage {
  const { activityId, base, course, next } = place;
  const { quiz } = activity;
  const { text, textOrNull, langOf } = textsFor(place, version);
  const result = toResult(activityId, attempts, quiz.attempts);
  const shown = whatIsShown(quiz.review, result);
  return {
    title: text(activity.title),
    titleLang: langOf(activity.title),
    introHtml: textOrNull(quiz.intro),
    introLang: quiz.intro && langOf(quiz.intro),
    questions: open ? open.row.drawn.length : questionCount(quiz),
    minutes: activity.minutes,
    passMark: quiz.passMark,
    timeLimitMinutes: quiz.timeLimitMinutes,
    attemptsLeft: result.attemptsLeft,
    passed: result.passed,
    open: open && { question: open.question, timeLeft: timeLeft(open.row, base) },
    past: attempts.flatMap((attempt) => toPast(attempt, base, shown.marks)).reverse(),
    canStart: open !== null || result.attemptsLeft !== 0,
    startAction: `${base}/start`,
    course,
    next,
  };
}
