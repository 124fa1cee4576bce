import { quizOf } from '../attempt';
import { questionCount } from '../draw';
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
  const { enrolmentId, activityId, base, course, next } = place;
  const { version, activity } = await quizOf(place.versionId, activityId);
  const { quiz } = activity;
  const { text, textOrNull, langOf } = textsFor(place, version);
  const attempts = await attemptsOf({ enrolmentId, activityId });
  const result = toResult(activityId, attempts, quiz.attempts);
  const row = result.open ? await openRow(place) : null;
  const shown = whatIsShown(quiz.review, result);
  return {
    title: text(activity.title),
    titleLang: langOf(activity.title),
    introHtml: textOrNull(quiz.intro),
    introLang: quiz.intro && langOf(quiz.intro),
    questions: row ? row.drawn.length : questionCount(quiz),
    minutes: activity.minutes,
    passMark: quiz.passMark,
    timeLimitMinutes: quiz.timeLimitMinutes,
    attemptsLeft: result.attemptsLeft,
    passed: result.passed,
    open: row && {
      question: (await toOpenAttempt(row)).nextQuestion,
      timeLeft: timeLeft(row, base),
    },
    past: attempts.flatMap((attempt) => toPast(attempt, base, shown.marks)).reverse(),
    canStart: row !== null || result.attemptsLeft !== 0,
    startAction: `${base}/start`,
    course,
    next,
  };
}
