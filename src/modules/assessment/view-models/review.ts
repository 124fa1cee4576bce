import { NotFound } from '../../../platform/errors';
import type { Question } from '../../catalogue';
import { givenIn, ownAttempt, type Quiz, questionsIn, quizOf } from '../attempt';
import type { AttemptRow, QuestionResult } from '../model';
import { type AttemptInBrief, attemptsOf, toResult } from '../queries';
import { type Shown, whatIsShown, whenAnswersCome } from '../review-rules';
import type { AnswerValue, QuizPlace } from '../types';
import { type AnswerReview, toAnswerReview } from './answer-review';
import { lineOf, type Texts, textsFor } from './texts';

export interface ReviewedQuestion {
  readonly number: number;
  readonly lang: string;
  readonly lineHtml: string | null;
  readonly proseHtml: string | null;
  /** null where neither marks nor feedback may be seen. */
  readonly verdict: QuestionResult['verdict'] | null;
  readonly points: { readonly earned: number; readonly of: number } | null;
  readonly answer: AnswerReview;
  /** On the whole question. */
  readonly feedback: readonly { readonly html: string; readonly lang: string }[];
}

export interface ReviewPage {
  readonly title: string;
  readonly titleLang: string;
  readonly number: number;
  readonly submittedAt: Date;
  readonly passed: boolean;
  readonly passMark: number;
  /** Per cent; null where the review rules do not show it. */
  readonly mark: number | null;
  readonly counts: { readonly right: number; readonly of: number } | null;
  readonly attemptsLeft: number | null;
  readonly anyPassed: boolean;
  readonly canStart: boolean;
  readonly open: boolean;
  /** Why the right answers are not shown yet, where they will be. */
  readonly answersLater: 'after-pass' | 'after-last-attempt' | 'open' | null;
  readonly questions: readonly ReviewedQuestion[];
  readonly startAction: string;
  readonly course: QuizPlace['course'];
  readonly next: QuizPlace['next'];
  readonly invitation: QuizPlace['invitation'];
}

/** The feedback on a question that fits the verdict, then what is said to everyone. */
function feedbackOn(
  { feedback }: Question,
  { verdict }: QuestionResult,
  { text, langOf }: Texts,
): ReviewedQuestion['feedback'] {
  const own = verdict === 'right' ? feedback.correct : feedback.incorrect;
  return [own, feedback.general]
    .filter((each) => each !== null)
    .map((each) => ({ html: text(each), lang: langOf(each) }));
}

function toReviewed(
  question: Question,
  context: {
    index: number;
    row: AttemptRow;
    answer: AnswerValue | null;
    shown: Shown;
    texts: Texts;
  },
): ReviewedQuestion {
  const { index, row, answer, shown, texts } = context;
  const result = row.results?.[index];
  const drawn = row.drawn[index];
  if (!result || !drawn) throw new Error(`Attempt ${row._id} has no result ${index}`);
  const html = texts.text(question.text);
  // The sentence of a gaps question is shown once, with what was filled in.
  const line = question.kind === 'gaps' ? null : lineOf(html);
  const seesVerdict = shown.marks || shown.feedback;
  return {
    number: index + 1,
    lang: texts.langOf(question.text),
    lineHtml: line,
    proseHtml: line === null && question.kind !== 'gaps' ? html : null,
    verdict: seesVerdict ? result.verdict : null,
    points: shown.marks ? { earned: question.points * result.fraction, of: question.points } : null,
    answer: toAnswerReview(question, {
      drawn,
      answer,
      parts: seesVerdict ? result.parts : null,
      verdict: seesVerdict ? result.verdict : null,
      shown,
      texts,
    }),
    feedback: shown.feedback ? feedbackOn(question, result, texts) : [],
  };
}

/**
 * For views/assessment/review.ejs, at GET `base`/review/:attemptId.
 * @throws NotFound, also for an attempt that is open still
 */
export async function reviewPage(place: QuizPlace, attemptId: string): Promise<ReviewPage> {
  const { enrolmentId, activityId } = place;
  const row = await ownAttempt(attemptId, place.userId);
  if (row.enrolmentId !== enrolmentId || row.activityId !== activityId) throw new NotFound();
  const quiz = await quizOf(row.versionId, activityId);
  const attempts = await attemptsOf({ enrolmentId, activityId });
  const { answers } = await givenIn(row._id);
  return toReviewPage(place, { row, quiz, answers, attempts });
}

/** The same for an attempt at hand. @throws NotFound for one that is open still */
export function toReviewPage(
  { activityId, language, base, course, next, invitation }: QuizPlace,
  {
    row,
    quiz,
    answers,
    attempts: all,
  }: {
    row: AttemptRow;
    quiz: Quiz;
    answers: ReadonlyMap<string, AnswerValue>;
    attempts: readonly AttemptInBrief[];
  },
): ReviewPage {
  const { submittedAt, mark, results } = row;
  if (submittedAt === null || mark === null || results === null) throw new NotFound();
  const { passMark, review, attempts } = quiz.activity.quiz;
  const standing = toResult(activityId, all, attempts);
  const shown = whatIsShown(review, standing);
  const texts = textsFor({ language }, quiz.version);
  const seesVerdict = shown.marks || shown.feedback;
  return {
    title: texts.text(quiz.activity.title),
    titleLang: texts.langOf(quiz.activity.title),
    number: row.number,
    submittedAt,
    passed: row.passed === true,
    passMark,
    mark: shown.marks ? mark : null,
    counts: seesVerdict
      ? { right: results.filter(({ verdict }) => verdict === 'right').length, of: results.length }
      : null,
    attemptsLeft: standing.attemptsLeft,
    anyPassed: standing.passed,
    canStart: standing.open || standing.attemptsLeft !== 0,
    open: standing.open,
    answersLater: whenAnswersCome(review, standing),
    questions: questionsIn(row, quiz).map((question, index) =>
      toReviewed(question, {
        index,
        row,
        answer: answers.get(question.id) ?? null,
        shown,
        texts,
      }),
    ),
    startAction: `${base}/start`,
    course,
    next,
    invitation,
  };
}
