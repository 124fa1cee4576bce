import { questionsOf, saveAnswer, startAttempt } from '../modules/assessment';
import {
  findPublishedVersion,
  type PublishedVersion,
  type QuizActivity,
} from '../modules/catalogue';
import { awardCertificate } from '../modules/certificates';
import { enrol, submitQuiz, viewLesson } from '../modules/learning';
import { DAY, MINUTE, withClock } from '../shared/clock';
import { answerOf } from './answers';
import type { Chance } from './random';

/** How someone learns. */
export interface Habits {
  /** Of 0 to 1: how likely an answer is right. */
  skill: number;
  /** Activities done before they stop; more than there are: they complete the course. */
  stamina: number;
  /** When they enrolled, and the latest that anything of theirs may have happened. */
  from: Date;
  until: Date;
  /** No day passes between two activities. */
  inOneGo?: boolean;
}

/** Time along someone's days of learning. */
class Calendar {
  #time: number;
  readonly #until: number;
  readonly #rests: boolean;
  readonly #chance: Chance;

  constructor({ from, until, inOneGo }: Habits, chance: Chance) {
    this.#time = from.getTime();
    this.#until = until.getTime();
    this.#rests = inOneGo !== true;
    this.#chance = chance;
  }

  get now(): Date {
    return new Date(this.#time);
  }

  get isOver(): boolean {
    return this.#time >= this.#until;
  }

  spend(minutes: number): void {
    this.#time = Math.min(this.#until, this.#time + minutes * MINUTE);
  }

  /** After some activities comes another day. */
  rest(): void {
    if (this.#rests && this.#chance.happens(0.4)) {
      this.spend((this.#chance.whole(1, 6) * DAY) / MINUTE + this.#chance.whole(-120, 120));
    }
  }
}

interface Learner {
  userId: string;
  enrolmentId: string;
  versionId: string;
}

/** Goes at a quiz until it is passed or the person has had enough. @returns true when it is passed */
async function takeQuiz(
  learner: Learner,
  activity: QuizActivity,
  skill: number,
  calendar: Calendar,
  chance: Chance,
): Promise<boolean> {
  const { userId } = learner;
  const most = Math.min(activity.quiz.attempts ?? 3, 3);
  for (let attempt = 1; attempt <= most; attempt += 1) {
    const { attemptId } = await startAttempt({ ...learner, activityId: activity.id });
    // Feedback helps: each further attempt goes better.
    const better = Math.min(0.97, skill + 0.12 * (attempt - 1));
    for (const question of await questionsOf(attemptId)) {
      calendar.spend(chance.whole(20, 90) / 60);
      await saveAnswer({
        attemptId,
        userId,
        questionId: question.id,
        answerId: `demo-${attemptId}-${question.id}`,
        value: answerOf(question, better, chance),
      });
    }
    const { passed } = await submitQuiz({ attemptId, userId });
    if (passed) return true;
    calendar.rest();
  }
  return false;
}

/** Goes through the first activities of a course, by the calendar. */
async function study(
  learner: Learner,
  version: PublishedVersion,
  habits: Habits,
  calendar: Calendar,
  chance: Chance,
): Promise<void> {
  const { userId, enrolmentId } = learner;
  const activities = version.modules.flatMap((module) => module.activities);
  let met = false;
  for (const activity of activities.slice(0, habits.stamina)) {
    if (calendar.isOver) return;
    if (activity.kind === 'lesson') {
      calendar.spend(activity.minutes * (0.6 + chance.next()));
      const settled = await viewLesson({ userId, enrolmentId, activityId: activity.id });
      met = settled.progress.met;
    } else {
      if (!(await takeQuiz(learner, activity, habits.skill, calendar, chance))) return;
      met = activity === activities.at(-1);
    }
    calendar.rest();
  }
  // Dated like the completion, before a worker can date it today.
  if (met) await awardCertificate(enrolmentId);
}

async function versionOf(courseSlug: string): Promise<PublishedVersion> {
  const version = await findPublishedVersion(courseSlug);
  if (!version) throw new Error(`The demonstration set needs the course ${courseSlug}`);
  return version;
}

/**
 * Lets someone learn a course from its beginning, by the same use cases that people use, at times
 * of their own. Inside a transaction.
 */
export async function learn(
  userId: string,
  courseSlug: string,
  habits: Habits,
  chance: Chance,
): Promise<void> {
  const calendar = new Calendar(habits, chance);
  const version = await versionOf(courseSlug);
  await withClock(
    () => calendar.now,
    async () => {
      const { enrolmentId } = await enrol({ userId, courseSlug });
      const learner = { userId, enrolmentId, versionId: version.id };
      await study(learner, version, habits, calendar, chance);
    },
  );
}

/** The same for someone who has enrolled already, such as once more. Inside a transaction. */
export async function learnAgain(
  enrolled: { userId: string; enrolmentId: string },
  courseSlug: string,
  habits: Habits,
  chance: Chance,
): Promise<void> {
  const calendar = new Calendar(habits, chance);
  const version = await versionOf(courseSlug);
  await withClock(
    () => calendar.now,
    () => study({ ...enrolled, versionId: version.id }, version, habits, calendar, chance),
  );
}
