import { randomBytes } from 'node:crypto';
import { Types } from 'mongoose';
import { NotFound } from '../../platform/errors';
import { type FormState, parseInput } from '../../platform/http';
import { now } from '../../shared/clock';
import type { PublishedVersion, QuizActivity } from '../catalogue';
import { checkAnswer } from './answer';
import { readAnswer } from './answer-form';
import { nextQuestion, type Quiz, questionsIn } from './attempt';
import { drawQuestions } from './draw';
import type { AttemptRow } from './model';
import { AnswerForm, nextPlace, saysNothing } from './service/save-answer-form';
import { gradedWith } from './service/submit-attempt';
import type { AnswerValue, QuizPlace } from './types';
import { type CheckPage, toCheckPage } from './view-models/check';
import type { Opened } from './view-models/open';
import { type QuestionPage, toQuestionPage } from './view-models/question';
import { type ReviewPage, toReviewPage } from './view-models/review';
import { type StartPage, toStartPage } from './view-models/start';

/**
 * One go at a quiz that nobody keeps: a trainer tries what learners will get. Plain data, so that it
 * can be put away for a while as JSON.
 */
export interface Trial {
  readonly id: string;
  readonly seed: string;
  readonly startedAt: string;
  readonly submittedAt: string | null;
  readonly answers: Readonly<Record<string, AnswerValue>>;
  readonly lastQuestionId: string | null;
}

export const startTrial = (): Trial => ({
  id: new Types.ObjectId().toHexString(),
  seed: randomBytes(16).toString('hex'),
  startedAt: now().toISOString(),
  submittedAt: null,
  answers: {},
  lastQuestionId: null,
});

/** The trial as the pages of a quiz know an attempt. */
function rowOf(trial: Trial, quiz: Quiz): AttemptRow {
  const open: AttemptRow = {
    _id: new Types.ObjectId(trial.id),
    enrolmentId: '',
    userId: '',
    activityId: quiz.activity.id,
    versionId: quiz.version.id,
    number: 1,
    status: 'open',
    seed: trial.seed,
    drawn: drawQuestions(quiz.activity.quiz, trial.seed),
    startedAt: new Date(trial.startedAt),
    // Whoever looks at a quiz is not hurried.
    deadlineAt: null,
    answerCount: 0,
    submittedAt: null,
    mark: null,
    passed: null,
    results: null,
  };
  if (trial.submittedAt === null) return open;
  return {
    ...open,
    ...gradedWith(open, quiz, answersOf(trial)),
    status: 'submitted',
    submittedAt: new Date(trial.submittedAt),
  };
}

const answersOf = ({ answers }: Trial): Map<string, AnswerValue> =>
  new Map(Object.entries(answers));

function opened(trial: Trial, quiz: Quiz): Opened {
  const row = rowOf(trial, quiz);
  const given = { answers: answersOf(trial), lastQuestionId: trial.lastQuestionId };
  return { row, quiz, questions: questionsIn(row, quiz), given };
}

/** Where a quiz that is tried stands. */
interface TrialPlace {
  readonly place: QuizPlace;
  readonly version: PublishedVersion;
  readonly activity: QuizActivity;
}

/** For views/assessment/start.ejs. */
export function trialStartPage({ place, ...quiz }: TrialPlace, trial: Trial | null): StartPage {
  if (!trial) return toStartPage(place, quiz, [], null);
  const { row, given } = opened(trial, quiz);
  const open = trial.submittedAt === null ? { row, question: nextQuestion(row, given) } : null;
  return toStartPage(place, quiz, [row], open);
}

/** For views/assessment/question.ejs; null when there is no such question. */
export const trialQuestionPage = (
  { place, ...quiz }: TrialPlace,
  trial: Trial,
  number: number,
  form?: FormState,
): QuestionPage | null => toQuestionPage(place, opened(trial, quiz), number, form);

/** For views/assessment/check.ejs. */
export const trialCheckPage = ({ place, ...quiz }: TrialPlace, trial: Trial): CheckPage =>
  toCheckPage(place, opened(trial, quiz));

/** For views/assessment/review.ejs. @throws NotFound before it was submitted */
export function trialReviewPage({ place, ...quiz }: TrialPlace, trial: Trial): ReviewPage {
  const row = rowOf(trial, quiz);
  return toReviewPage(place, { row, quiz, answers: answersOf(trial), attempts: [row] });
}

/**
 * Takes the answer that the form of the question page sent.
 * @returns the trial with it, and where to go below `base`
 * @throws NotFound for another question or attempt, Invalid (field `answer`)
 */
export function answerTrial(
  { version, activity }: Pick<TrialPlace, 'version' | 'activity'>,
  trial: Trial,
  body: unknown,
): { trial: Trial; next: string } {
  const form = parseInput(AnswerForm, body ?? {});
  const { row, questions } = opened(trial, { version, activity });
  const index = questions.findIndex(({ id }) => id === form.question);
  const question = questions[index];
  if (!question || form.attempt !== trial.id || trial.submittedAt !== null) throw new NotFound();
  const value = checkAnswer(question, readAnswer(question, form));
  const { [question.id]: _before, ...others } = trial.answers;
  const next = nextPlace(form, index + 1, questions.length);
  if (value === null || (saysNothing(value, row, question.id) && form.move === '')) {
    return { trial: { ...trial, answers: others }, next };
  }
  const answers = { ...others, [question.id]: value };
  return { trial: { ...trial, answers, lastQuestionId: question.id }, next };
}

export const submitTrial = (trial: Trial): Trial => ({
  ...trial,
  submittedAt: trial.submittedAt ?? now().toISOString(),
});
