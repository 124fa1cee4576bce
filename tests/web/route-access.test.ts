import type { Response } from 'supertest';
import { certificateOf } from '../../src/modules/certificates';
import { createOrganisation } from '../../src/modules/organisations';
import { AuditLog } from '../../src/platform/audit';
import type { Role, RoleGrant } from '../../src/platform/authz';
import { useApp } from '../support/app';
import type { Client } from '../support/client';
import { signedIn } from '../support/factories/accounts';
import { publishReadingCourse } from '../support/factories/certificates';
import { type Learner, makeLearner } from '../support/factories/learning';

const site = useApp();
const SLUG = 'guarded';

/**
 * Who gets past the door of a route. `public`: anyone. `signed in`: whoever has an account. `own`:
 * the one person whose record the address names; for everyone else, an administrator too, it is
 * not there. `trainer`, `union staff`, `administrator`: who holds that role somewhere, or is an
 * administrator somewhere; a record outside of where they hold it is not there. `site`: an
 * administrator of the whole site.
 */
type Rule = 'public' | 'signed in' | 'own' | 'trainer' | 'union staff' | 'administrator' | 'site';

/** Roles that open a door. */
const OPENED_BY: Partial<Record<Rule, readonly Role[]>> = {
  trainer: ['trainer', 'administrator'],
  'union staff': ['union-staff', 'administrator'],
  administrator: ['administrator'],
};

/** Every route of the site. A new one has to be written down here, with its rule. */
const ROUTES: readonly [rule: Rule, method: 'get' | 'post', path: string, except?: 'no record'][] =
  [
    ['public', 'get', '/healthz'],
    ['public', 'get', '/readyz'],
    ['public', 'get', '/metrics'],
    ['public', 'get', '/'],
    ['public', 'get', '/courses'],
    ['public', 'get', '/courses/:slug'],
    ['public', 'get', '/courses/:slug/assets/:file'],
    ['public', 'get', '/sign-up'],
    ['public', 'post', '/sign-up'],
    ['public', 'get', '/sign-up/check-your-mail'],
    ['public', 'post', '/sign-up/check-your-mail'],
    ['public', 'get', '/confirm/:token'],
    ['public', 'post', '/confirm/:token'],
    ['public', 'get', '/sign-in'],
    ['public', 'post', '/sign-in'],
    ['public', 'get', '/forgot'],
    ['public', 'post', '/forgot'],
    ['public', 'get', '/forgot/check-your-mail'],
    ['public', 'get', '/reset/:token'],
    ['public', 'post', '/reset/:token'],
    ['public', 'get', '/welcome/:token'],
    ['public', 'post', '/welcome/:token'],
    ['public', 'post', '/preferences'],
    ['public', 'get', '/dev/mail'],
    ['public', 'get', '/dev/mail/:file'],
    ['public', 'get', '/verify'],
    ['public', 'get', '/verify/:code.json'],
    ['public', 'get', '/verify/:code'],
    ['signed in', 'get', '/me'],
    ['signed in', 'get', '/me/name'],
    ['signed in', 'post', '/me/name'],
    ['signed in', 'get', '/me/email'],
    ['signed in', 'post', '/me/email'],
    ['signed in', 'post', '/me/email/cancel'],
    ['signed in', 'post', '/me/email/confirm'],
    ['signed in', 'get', '/me/password'],
    ['signed in', 'post', '/me/password'],
    ['signed in', 'get', '/me/preferences'],
    ['signed in', 'get', '/me/sessions'],
    ['signed in', 'post', '/me/sessions/end-others'],
    ['signed in', 'post', '/me/sessions/:ref/end'],
    ['own', 'get', '/acts/:actId', 'no record'],
    ['own', 'get', '/acts/:actId/progress', 'no record'],
    ['own', 'get', '/acts/:actId/faults', 'no record'],
    ['own', 'post', '/acts/:actId/stop', 'no record'],
    ['own', 'post', '/acts/:actId/resume', 'no record'],
    ['signed in', 'get', '/me/memberships'],
    ['signed in', 'get', '/me/notifications'],
    ['signed in', 'post', '/me/notifications'],
    ['signed in', 'get', '/notifications'],
    ['signed in', 'post', '/notifications/read-all'],
    ['own', 'post', '/notifications/:id/read'],
    ['own', 'post', '/notifications/:id/open'],
    ['signed in', 'post', '/courses/:slug/enrol'],
    ['signed in', 'get', '/enrol'],
    ['signed in', 'post', '/enrol'],
    ['signed in', 'get', '/enrol/:code'],
    ['signed in', 'get', '/learn'],
    ['own', 'get', '/learn/:enrolmentId'],
    ['own', 'post', '/learn/:enrolmentId/language'],
    ['own', 'get', '/learn/:enrolmentId/withdraw'],
    ['own', 'get', '/learn/:enrolmentId/finished'],
    ['own', 'get', '/learn/:enrolmentId/finished/certificate'],
    ['own', 'get', '/learn/:enrolmentId/:activityId'],
    ['own', 'post', '/learn/:enrolmentId/:activityId/viewed'],
    ['own', 'post', '/learn/:enrolmentId/:activityId/start'],
    ['own', 'get', '/learn/:enrolmentId/:activityId/question/:number'],
    ['own', 'post', '/learn/:enrolmentId/:activityId/answer'],
    ['own', 'get', '/learn/:enrolmentId/:activityId/check'],
    ['own', 'post', '/learn/:enrolmentId/:activityId/submit'],
    ['own', 'get', '/learn/:enrolmentId/:activityId/review/:attemptId', 'no record'],
    ['own', 'get', '/learn/:enrolmentId/feedback/:moduleId'],
    ['own', 'post', '/learn/:enrolmentId/feedback/:moduleId'],
    ['own', 'post', '/learn/:enrolmentId/withdraw'],
    ['signed in', 'get', '/certificates'],
    ['own', 'get', '/certificates/for/:enrolmentId'],
    ['own', 'get', '/certificates/:certificateId'],
    ['own', 'get', '/certificates/:certificateId/pdf'],
    ['own', 'post', '/certificates/:certificateId/renew', 'no record'],

    // Certificates by staff, credentials and keys.
    ['public', 'get', '/.well-known/did.json'],
    ['public', 'get', '/.well-known/jwks.json'],
    ['public', 'get', '/credentials/status/:list'],
    ['public', 'get', '/api/openapi.json'],
    ['public', 'post', '/verify'],
    ['public', 'get', '/verify/:code/preview.png'],
    ['public', 'get', '/credentials/:code.png'],
    ['public', 'get', '/credentials/:code.svg'],
    ['public', 'get', '/credentials/:code.json'],
    ['public', 'get', '/credentials/:code.jwt'],
    ['public', 'get', '/credentials/:code'],
    ['union staff', 'get', '/staff/certificates'],
    ['union staff', 'get', '/staff/certificates/designs'],
    ['union staff', 'post', '/staff/certificates/designs'],
    ['union staff', 'post', '/staff/certificates/designs/choose'],
    ['union staff', 'get', '/staff/certificates/designs/example.typ'],
    ['union staff', 'get', '/staff/certificates/designs/:design/preview.svg', 'no record'],
    ['union staff', 'get', '/staff/certificates/many'],
    ['union staff', 'post', '/staff/certificates/many'],
    ['union staff', 'get', '/staff/certificates/:certificateId'],
    ['union staff', 'get', '/staff/certificates/:certificateId/pdf'],
    ['union staff', 'get', '/staff/certificates/:certificateId/revoke'],
    ['union staff', 'post', '/staff/certificates/:certificateId/revoke'],
    ['union staff', 'get', '/staff/certificates/:certificateId/suspend'],
    ['union staff', 'post', '/staff/certificates/:certificateId/suspend'],
    ['union staff', 'get', '/staff/certificates/:certificateId/reinstate'],
    ['union staff', 'post', '/staff/certificates/:certificateId/reinstate'],
    ['union staff', 'get', '/staff/certificates/:certificateId/correct'],
    ['union staff', 'post', '/staff/certificates/:certificateId/correct'],

    // Enrolling.
    ['union staff', 'get', '/staff/enrol'],
    ['union staff', 'post', '/staff/enrol'],
    ['union staff', 'get', '/staff/enrol/file'],
    ['union staff', 'post', '/staff/enrol/file'],
    ['union staff', 'get', '/staff/enrol/template'],
    ['union staff', 'get', '/staff/imports'],
    ['union staff', 'get', '/staff/imports/:id', 'no record'],
    ['union staff', 'post', '/staff/imports/:id/start', 'no record'],
    ['union staff', 'get', '/staff/imports/:id/faults', 'no record'],
    ['union staff', 'get', '/staff/enrol/columns/:id', 'no record'],
    ['union staff', 'post', '/staff/enrol/columns/:id', 'no record'],
    ['union staff', 'post', '/staff/enrol/chosen'],
    ['union staff', 'post', '/staff/enrol/chosen/confirm'],
    ['union staff', 'get', '/staff/remind'],
    ['union staff', 'post', '/staff/remind'],
    ['union staff', 'post', '/staff/remind/preview'],
    ['union staff', 'post', '/staff/remind/send'],
    ['union staff', 'post', '/staff/due'],
    ['union staff', 'post', '/staff/due/set'],
    ['union staff', 'post', '/staff/withdraw'],
    ['union staff', 'post', '/staff/withdraw/confirm'],
    ['own', 'get', '/offers/:offerId', 'no record'],
    ['own', 'post', '/offers/:offerId/accept', 'no record'],
    ['own', 'post', '/offers/:offerId/decline', 'no record'],

    // Reporting.
    ['union staff', 'get', '/staff'],
    ['union staff', 'get', '/staff/people'],
    ['union staff', 'get', '/staff/people.csv', 'no record'],
    ['union staff', 'get', '/staff/people.xlsx', 'no record'],
    ['union staff', 'get', '/staff/people/:userId'],
    ['union staff', 'get', '/staff/views'],
    ['union staff', 'get', '/staff/views/new', 'no record'],
    ['union staff', 'post', '/staff/views', 'no record'],
    ['union staff', 'post', '/staff/views/:viewId/schedule', 'no record'],
    ['union staff', 'post', '/staff/views/:viewId/remove', 'no record'],
    ['union staff', 'get', '/staff/reports/:reportId', 'no record'],

    // Teaching.
    ['trainer', 'get', '/teach'],
    ['trainer', 'get', '/teach/upload'],
    ['trainer', 'post', '/teach/upload'],
    ['trainer', 'get', '/teach/courses/:slug/versions/:versionId/archive'],
    ['trainer', 'get', '/teach/courses/:slug'],
    ['trainer', 'get', '/teach/courses/:slug/changes/:from/:to'],
    ['trainer', 'get', '/teach/courses/:slug/publish'],
    ['trainer', 'post', '/teach/courses/:slug/publish'],
    ['trainer', 'get', '/teach/courses/:slug/retire'],
    ['trainer', 'post', '/teach/courses/:slug/retire'],
    ['trainer', 'get', '/teach/courses/:slug/people'],
    ['trainer', 'get', '/teach/courses/:slug/move', 'no record'],
    ['trainer', 'post', '/teach/courses/:slug/move'],
    ['trainer', 'get', '/teach/courses/:slug/questions'],
    ['trainer', 'get', '/teach/courses/:slug/stops'],
    ['trainer', 'get', '/teach/courses/:slug/feedback'],
    ['trainer', 'get', '/teach/courses/:slug/preview/:versionId'],
    ['trainer', 'get', '/teach/preview/:slug/:versionId/:language'],
    ['trainer', 'post', '/teach/preview/:slug/:versionId/:language/language'],
    ['trainer', 'get', '/teach/preview/:slug/:versionId/:language/:activityId'],
    ['trainer', 'post', '/teach/preview/:slug/:versionId/:language/:activityId/viewed'],
    ['trainer', 'post', '/teach/preview/:slug/:versionId/:language/:activityId/start'],
    ['trainer', 'get', '/teach/preview/:slug/:versionId/:language/:activityId/question/:number'],
    ['trainer', 'post', '/teach/preview/:slug/:versionId/:language/:activityId/answer'],
    ['trainer', 'get', '/teach/preview/:slug/:versionId/:language/:activityId/check'],
    ['trainer', 'post', '/teach/preview/:slug/:versionId/:language/:activityId/submit'],
    ['trainer', 'get', '/teach/preview/:slug/:versionId/:language/:activityId/review/:attemptId'],

    // Administration.
    ['administrator', 'get', '/admin'],
    ['administrator', 'get', '/admin/users'],
    ['administrator', 'get', '/admin/users/:userId'],
    ['administrator', 'post', '/admin/users/:userId/roles'],
    ['administrator', 'post', '/admin/users/:userId/roles/take'],
    ['administrator', 'get', '/admin/users/:userId/merge'],
    ['administrator', 'post', '/admin/users/:userId/merge'],
    ['site', 'post', '/admin/users/:userId/act-as'],
    ['signed in', 'post', '/act-as/end'],
    ['administrator', 'get', '/admin/organisations'],
    ['administrator', 'get', '/admin/organisations/new', 'no record'],
    ['administrator', 'post', '/admin/organisations/new', 'no record'],
    ['administrator', 'get', '/admin/organisations/:organisationId'],
    ['administrator', 'post', '/admin/organisations/:organisationId'],
    ['administrator', 'get', '/admin/organisations/:organisationId/move'],
    ['administrator', 'post', '/admin/organisations/:organisationId/move'],
    ['administrator', 'post', '/admin/organisations/:organisationId/close'],
    ['administrator', 'post', '/admin/organisations/:organisationId/reopen'],
    ['site', 'get', '/admin/mails'],
    ['site', 'get', '/admin/queues'],
    ['site', 'get', '/admin/queues/:queue'],
    ['site', 'post', '/admin/queues/:queue/retry', 'no record'],
    ['site', 'post', '/admin/queues/:queue/remove', 'no record'],
    ['site', 'post', '/admin/queues/:queue/retry-all'],
    ['site', 'get', '/admin/board'],
    ['site', 'get', '/admin/board/*rest'],
    ['site', 'get', '/admin/system'],
    ['site', 'get', '/admin/retention'],
    ['site', 'post', '/admin/retention'],
    ['site', 'get', '/admin/audit'],
    ['site', 'get', '/admin/audit/export.csv'],
    ['site', 'get', '/admin/audit/:entryId'],

    // One's own data.
    ['signed in', 'get', '/me/data'],
    ['signed in', 'get', '/me/data/download'],
    ['signed in', 'get', '/me/data/delete'],
    ['signed in', 'post', '/me/data/delete'],

    // Last: whoever calls it is signed out.
    // Ends the session, so it stands last.
    ['signed in', 'post', '/sign-out'],
  ];

let owner: Learner;
const examples: Record<string, string> = {
  slug: SLUG,
  token: 'none',
  file: 'none',
  code: '000000000000',
  ref: 'none',
  queue: 'mail',
  number: '1',
  language: 'en',
  moduleId: 'beginning',
  attemptId: 'f'.repeat(24),
  activityId: 'the-quiz',
};

const isLesson = (path: string): boolean =>
  path.endsWith('/viewed') || path.endsWith(':activityId');

const addressOf = (path: string): string =>
  path.replace(/:(\w+)/g, (_match, name: string) =>
    name === 'activityId' && isLesson(path) ? 'first-steps' : (examples[name] ?? 'none'),
  );

const call = (client: Client, method: 'get' | 'post', path: string): Promise<Response> =>
  method === 'get' ? client.get(addressOf(path)) : client.post(addressOf(path), { language: 'en' });

const isSentToSignIn = ({ status, headers }: Response): boolean =>
  status === 303 && String(headers['location']).startsWith('/sign-in');

beforeAll(async () => {
  const centre = await createOrganisation({
    code: 'kelas-centre',
    name: 'Kelas Labour Centre',
    kind: 'umbrella',
    timeZone: 'Asia/Singapore',
  });
  const version = await publishReadingCourse(site, SLUG);
  owner = await makeLearner(site, SLUG);
  await owner.client.post(`${owner.href}/first-steps/viewed`);
  await site.drain();
  const list = await owner.client.get('/notifications');
  Object.assign(examples, {
    enrolmentId: owner.enrolmentId,
    userId: owner.userId,
    organisationId: centre.id,
    entryId: (await AuditLog.findOne().lean())?._id.toHexString(),
    ...Object.fromEntries(['versionId', 'from', 'to'].map((name) => [name, version.id])),
    certificateId: (await certificateOf(owner.enrolmentId))?.id,
    id: /\/notifications\/([0-9a-f]{24})\//.exec(list.text)?.[1],
  });
});

test('every route stands in the list, once', () => {
  const mounted = site.rooms.flatMap((room) =>
    room.routes.map(({ method, path }) => `${method} ${path}`),
  );
  const health = ['get /healthz', 'get /readyz', 'get /metrics'];
  const listed = ROUTES.map(([, method, path]) => `${method} ${path}`);
  expect(listed.toSorted()).toEqual([...mounted, ...health].toSorted());
});

test('no route changes anything without a token', () => {
  const open = site.rooms.flatMap((room) => room.routes).filter(({ csrf }) => !csrf);
  expect(open).toEqual([]);
});

test('a stranger gets past public doors only', async () => {
  for (const [rule, method, path] of ROUTES) {
    const response = await call(site.client(), method, path);
    // Signing out is no secret: it ends where one is anyway.
    const open = rule === 'public' || path === '/sign-out';
    expect({ method, path, sentAway: isSentToSignIn(response) }).toEqual({
      method,
      path,
      sentAway: !open,
    });
    expect(response.status).toBeLessThan(500);
  }
});

describe('whoever is signed in', () => {
  test.each<[string, readonly RoleGrant[]]>([
    ['a worker', []],
    ['a trainer of another union', [{ role: 'trainer', organisationId: 'elsewhere' }]],
    ['staff of another union', [{ role: 'union-staff', organisationId: 'elsewhere' }]],
    ['an administrator of another union', [{ role: 'administrator', organisationId: 'elsewhere' }]],
    ['an administrator of the whole site', [{ role: 'administrator', organisationId: 'site' }]],
  ])('%s finds no record outside of what is theirs', async (_who, grants) => {
    const { client } = await signedIn(site, { grants });
    const wholeSite = grants.some(({ organisationId }) => organisationId === 'site');
    for (const [rule, method, path, except] of ROUTES) {
      const response = await call(client, method, path);
      const seen = { method, path, status: response.status };
      expect(seen.status).toBeLessThan(500);
      if (rule === 'public') continue;
      if (rule === 'own') {
        expect(seen).toEqual({ method, path, status: 404 });
        continue;
      }
      const open =
        rule === 'signed in' ||
        wholeSite ||
        (rule !== 'site' && grants.some(({ role }) => OPENED_BY[rule]?.includes(role)));
      const kind = path.includes(':') && rule !== 'signed in' && !except ? 'a record' : 'a page';
      const refused = open ? 404 : 403;
      const wanted = !open || (kind === 'a record' && !wholeSite) ? refused : 'let in';
      const got =
        [401, 403].includes(seen.status) || seen.status === wanted ? seen.status : 'let in';
      expect({ method, path, answer: got }).toEqual({ method, path, answer: wanted });
      if (kind === 'a record' && wholeSite) expect(seen.status).not.toBe(404);
    }
  });

  test('the owner finds their own', async () => {
    for (const [rule, method, path, except] of ROUTES) {
      if (rule !== 'own' || except) continue;
      const { status } = await call(owner.client, method, path);
      expect({ method, path, found: ![401, 403, 404].includes(status) }).toEqual({
        method,
        path,
        found: true,
      });
    }
  });
});
