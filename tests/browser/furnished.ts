import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import {
  accountLink,
  firstAdministratorLink,
  grantRole,
  WHOLE_SITE,
} from '../../src/modules/accounts';
import { questionsOf, saveAnswer, startAttempt } from '../../src/modules/assessment';
import { findPublishedVersion, type PublishedVersion, syncAll } from '../../src/modules/catalogue';
import { certificateOf } from '../../src/modules/certificates';
import { createEnrolmentCode, enrol, submitQuiz, viewLesson } from '../../src/modules/learning';
import { addMembership, createOrganisation } from '../../src/modules/organisations';
import { AuditLog } from '../../src/platform/audit';
import type { TestApp } from '../support/app';
import { makePerson, type TestPerson } from '../support/factories/accounts';
import { publishSmallCourse, QUIZ, RIGHT } from '../support/factories/learning';
import { furnishEnrolling } from './enrolling';
import { furnishTeaching } from './taught';

/** A site in which something has happened, and every page of it. */
export interface Furnished {
  readonly url: string;
  readonly learner: TestPerson;
  /** Path of the learner's enrolment in the course `ai-at-work`. */
  readonly enrolment: string;
  readonly version: PublishedVersion;
  /** Pages for anyone. */
  readonly open: readonly string[];
  /** Pages of the learner. */
  readonly own: readonly string[];
  /** Pages of someone who has only just joined. */
  readonly fresh: readonly string[];
  readonly newcomer: TestPerson;
  /** Someone of the union's staff, and the pages below `/staff`. */
  readonly staff: TestPerson;
  readonly staffed: readonly string[];
  readonly administrator: TestPerson;
  /** Makes them administrator of the whole site: the page that welcomes the first one is gone then. */
  appoint(): Promise<void>;
  /** Pages of an administrator of the whole site. */
  readonly administration: readonly string[];
  /** Who teaches the courses, and their pages. */
  readonly trainer: TestPerson;
  readonly taught: readonly string[];
  close(): Promise<void>;
}

const idIn = (href: string): string => href.split('/').pop() ?? '';

async function takeSmallQuiz(userId: string, slug: string): Promise<string> {
  const { enrolmentId } = await enrol({ userId, courseSlug: slug });
  const version = await findPublishedVersion(slug);
  const place = { enrolmentId, userId, versionId: version?.id ?? '', activityId: QUIZ };
  for (const activityId of ['first-steps', 'second-steps', 'third-steps']) {
    await viewLesson({ enrolmentId, userId, activityId });
  }
  const { attemptId } = await startAttempt(place);
  for (const [questionId, option] of Object.entries(RIGHT)) {
    const value = { kind: 'one', option };
    await saveAnswer({ attemptId, userId, questionId, answerId: randomUUID(), value });
  }
  await submitQuiz({ attemptId, userId });
  return enrolmentId;
}

/** Every question of every quiz of the course, one of them sent in without an answer. */
async function quizPages(userId: string, enrolmentId: string, version: PublishedVersion) {
  const pages: string[] = [];
  const quizzes = version.modules
    .flatMap((module) => module.activities)
    .filter(({ kind }) => kind === 'quiz');
  const seen = new Set<string>();
  for (const { id: activityId } of quizzes) {
    const place = { enrolmentId, userId, versionId: version.id, activityId };
    const base = `/learn/${enrolmentId}/${activityId}`;
    if (pages.length === 0) {
      const failed = await startAttempt(place);
      await submitQuiz({ attemptId: failed.attemptId, userId });
      pages.push(`${base}/review/${failed.attemptId}`);
    }
    const { attemptId } = await startAttempt(place);
    const questions = await questionsOf(attemptId);
    for (const [index, { kind }] of questions.entries()) {
      if (!seen.has(kind)) pages.push(`${base}/question/${index + 1}`);
      seen.add(kind);
    }
    pages.push(base, `${base}/check`);
  }
  return pages;
}

async function listen(app: TestApp): Promise<Server> {
  const server = createServer(app.app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Fills the site of a test with the real course and with people who have used it. */
export async function furnish(app: TestApp): Promise<Furnished> {
  const { config, storage } = app.platform;
  const centre = await createOrganisation({
    code: 'kelas-centre',
    name: 'Kelas Centre',
    kind: 'union',
    timeZone: 'Asia/Singapore',
  });
  const branch = await createOrganisation({
    code: 'kelas-east',
    name: 'Kelas Centre, East',
    kind: 'branch',
    parentId: centre.id,
  });
  const other = await createOrganisation({
    code: 'kelas-west',
    name: 'Kelas Centre, West',
    kind: 'branch',
    parentId: centre.id,
  });
  await syncAll(config.coursesDir, storage, { publishFirst: 'always' });
  await publishSmallCourse(app, 'small-course');
  await publishSmallCourse(app, 'waiting-course');
  const version = await findPublishedVersion('ai-at-work');
  if (!version) throw new Error('The course ai-at-work is not there');

  const learner = await makePerson({ name: 'Thirunavukkarasu s/o Balasubramaniam' });
  const newcomer = await makePerson({ name: 'Lee Wei', confirmed: false });
  const staff = await makePerson({
    name: 'Kavitha d/o Krishnan',
    grants: [{ role: 'union-staff', organisationId: centre.id }],
  });
  const administrator = await makePerson({ name: 'Tan Wei Jie' });
  const { userId } = learner;
  await addMembership({
    userId,
    organisationId: centre.id,
    kind: 'union-member',
    number: 'K-1024',
    startsOn: '2021-05-01',
  });
  const small = await takeSmallQuiz(userId, 'small-course');
  const enrolling = await furnishEnrolling(app, { staff, newcomer, organisationId: centre.id });
  await app.drain();
  const waiting = await takeSmallQuiz(userId, 'waiting-course');
  const certificate = await certificateOf(small);
  if (!certificate?.ready) throw new Error('The certificate was not made');
  const { enrolmentId } = await enrol({ userId, courseSlug: 'ai-at-work' });
  const enrolment = `/learn/${enrolmentId}`;
  const lessons = version.modules
    .flatMap((module) => module.activities)
    .filter(({ kind }) => kind === 'lesson');
  await viewLesson({ enrolmentId, userId, activityId: lessons[0]?.id ?? '' });
  const quizzes = await quizPages(userId, enrolmentId, version);
  const code = await createEnrolmentCode({
    courseSlug: 'small-course',
    organisationId: centre.id,
    maxUses: null,
  });
  const [mail] = await readdir(path.join(config.dataDir, 'mail'));
  const welcome = await firstAdministratorLink(app.platform);
  const reset = await accountLink(config, 'reset', userId);
  const confirm = await accountLink(config, 'confirm', newcomer.userId);
  const entry = await AuditLog.findOne({ action: 'accounts.create' }).lean();
  const server = await listen(app);

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    learner,
    newcomer,
    staff,
    staffed: [
      '/staff',
      `/staff?node=${centre.id}&course=small-course`,
      '/staff/people',
      '/staff/people?q=nobody-at-all',
      `/staff/people/${userId}`,
      '/staff/certificates',
      '/staff/certificates?q=nobody-at-all',
      '/staff/certificates/many?act=suspend',
      '/staff/certificates/designs',
      `/staff/certificates/${certificate.id}`,
      `/staff/certificates/${certificate.id}/correct`,
      `/staff/certificates/${certificate.id}/suspend`,
      `/staff/certificates/${certificate.id}/reinstate`,
      `/staff/certificates/${certificate.id}/revoke`,
      '/staff/views',
      '/staff/views/new?state=completed',
      ...enrolling.staffed,
    ],
    administrator,
    appoint: () =>
      grantRole(administrator.userId, { role: 'administrator', organisationId: WHOLE_SITE }),
    ...(await furnishTeaching(app, { organisationId: centre.id, version })),
    version,
    enrolment,
    open: [
      '/',
      '/courses',
      '/courses?q=AI&level=beginner',
      '/courses?q=there-is-no-such-thing',
      '/courses/ai-at-work',
      '/courses/small-course',
      '/no-such-page',
      '/sign-up',
      '/sign-up/check-your-mail',
      `/confirm/${idIn(confirm ?? '')}`,
      '/sign-in',
      '/forgot',
      '/forgot/check-your-mail',
      `/reset/${idIn(reset ?? '')}`,
      '/reset/no-longer-good',
      `/welcome/${idIn(welcome ?? '')}`,
      '/verify',
      `/verify/${certificate.code}`,
      '/verify/0000-0000-0000',
      '/dev/mail',
      `/dev/mail/${mail}`,
    ],
    own: [
      '/learn',
      enrolment,
      `${enrolment}/withdraw`,
      ...lessons.map(({ id }) => `${enrolment}/${id}`),
      ...quizzes,
      `/learn/${small}`,
      `/learn/${small}/finished`,
      `/learn/${small}/feedback/end`,
      `/learn/${waiting}/finished`,
      '/enrol',
      `/enrol/${code}`,
      '/courses/ai-at-work',
      '/certificates',
      `/certificates/${certificate.id}`,
      '/notifications',
      '/me',
      '/me/name',
      '/me/email',
      '/me/password',
      '/me/preferences',
      '/me/sessions',
      '/me/memberships',
      '/me/notifications',
      '/me/data',
      '/me/data/delete',
    ],
    administration: [
      '/me',
      '/admin',
      '/admin/users',
      '/admin/users?q=no-such-person',
      `/admin/users/${userId}`,
      `/admin/users/${userId}/merge`,
      `/admin/users/${userId}/merge?with=${newcomer.userId}`,
      '/admin/organisations',
      '/admin/organisations/new',
      `/admin/organisations/${centre.id}`,
      `/admin/organisations/${branch.id}/move`,
      `/admin/organisations/${branch.id}/move?to=${other.id}`,
      '/admin/mails',
      '/admin/queues',
      '/admin/queues/mail',
      '/admin/system',
      '/admin/retention',
      '/admin/audit?kind=account',
      `/admin/audit/${entry?._id.toHexString()}`,
    ],
    fresh: [
      '/learn',
      '/certificates',
      '/notifications',
      '/me',
      '/me/memberships',
      '/enrol/NO-SUCH',
      enrolling.offer,
    ],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
