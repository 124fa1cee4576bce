export {
  type AnsweredQuestion,
  type AttemptToCount,
  attemptsToCount,
  countAllAgain,
  markCounted,
} from './feed';
export { exportAttempts, reassignAttempts, removeAttempts } from './personal';
export { dueAttempts, findOpenAttempt, questionsOf, resultsOf } from './queries';
export { saveAnswer } from './service/save-answer';
export { saveAnswerForm } from './service/save-answer-form';
export { startAttempt } from './service/start-attempt';
export { submitAttempt } from './service/submit-attempt';
export {
  answerTrial,
  startTrial,
  submitTrial,
  type Trial,
  trialCheckPage,
  trialQuestionPage,
  trialReviewPage,
  trialStartPage,
} from './trial';
export * from './types';
export { checkPage } from './view-models/check';
export { questionPage } from './view-models/question';
export { reviewPage } from './view-models/review';
export { startPage } from './view-models/start';
export { summaryOf, wordsOf } from './view-models/texts';
