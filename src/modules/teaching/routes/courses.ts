import { invalidField, NotFound } from '../../../platform/errors';
import { type Route, route } from '../../../platform/http';
import { findVersionInFull, listVersions, publishCourse, setRetired } from '../../catalogue';
import { countByVersion } from '../../learning';
import { courseOf, TRAINER } from '../policy';
import { coursesOf } from '../queries';
import { ChangesParams, CourseParams, ListQuery, PublishForm, RetireForm } from '../schemas';
import { toChanges } from '../view-models/changes';
import { hrefOf, toHead, toVersionsPage, versionName } from '../view-models/course';
import { toListPage } from '../view-models/list';
import { readerOf, wordsIn } from '../view-models/reader';
import { crumbs } from './crumbs';

async function versionOf(slug: string, versionId: string) {
  const version = await findVersionInFull(slug, versionId);
  if (!version) throw new NotFound();
  return version;
}

export const courseRoutes = (): Route[] => [
  route({
    method: 'get',
    path: '/teach',
    access: TRAINER,
    schemas: { query: ListQuery },
    handler: async (exchange) => {
      const view = toListPage(await coursesOf(exchange.actor), exchange.query, readerOf(exchange));
      exchange.page('teaching/list', view, {
        title: exchange.t('teaching.list.title'),
        active: 'teach',
      });
    },
  }),
  route({
    method: 'get',
    path: '/teach/courses/:slug',
    access: TRAINER,
    schemas: { params: CourseParams },
    handler: async (exchange) => {
      const reader = readerOf(exchange);
      const course = await courseOf(exchange.actor, exchange.params.slug);
      const versions = await listVersions(course.slug);
      const counts = await countByVersion(versions.map(({ id }) => id));
      const view = toVersionsPage(course, versions, counts, reader);
      exchange.page('teaching/versions', view, {
        title: view.head.title,
        active: 'teach',
        breadcrumbs: crumbs(reader, course),
      });
    },
  }),
  route({
    method: 'get',
    path: '/teach/courses/:slug/changes/:from/:to',
    access: TRAINER,
    schemas: { params: ChangesParams },
    handler: async (exchange) => {
      const { params, t } = exchange;
      const reader = readerOf(exchange);
      const course = await courseOf(exchange.actor, params.slug);
      const before = await versionOf(course.slug, params.from);
      const after = await versionOf(course.slug, params.to);
      const title = t('teaching.changes.title', {
        before: versionName(before, reader),
        after: versionName(after, reader),
      });
      exchange.page(
        'teaching/changes',
        {
          head: toHead(course, 'versions', reader),
          title,
          view: toChanges(before, after, reader),
          publishHref: after.status === 'draft' ? `${hrefOf(course)}/publish` : null,
        },
        {
          title,
          active: 'teach',
          breadcrumbs: crumbs(reader, course, t('teaching.changes.crumb')),
        },
      );
    },
  }),
  route({
    method: 'get',
    path: '/teach/courses/:slug/publish',
    access: TRAINER,
    schemas: { params: CourseParams },
    handler: async (exchange) => {
      const { t } = exchange;
      const reader = readerOf(exchange);
      const course = await courseOf(exchange.actor, exchange.params.slug);
      const { draft, published } = course;
      if (!draft) {
        exchange.redirect(hrefOf(course), { kind: 'info', key: 'teaching.publish.nothing' });
        return;
      }
      const after = await versionOf(course.slug, draft.id);
      const before = published && (await versionOf(course.slug, published.id));
      const counts = await countByVersion(published ? [published.id] : []);
      const title = wordsIn(course.title, reader, course).text;
      exchange.page(
        'teaching/publish',
        {
          title,
          number: (published?.number ?? 0) + 1,
          hash: draft.hash,
          action: `${hrefOf(course)}/publish`,
          cancelHref: hrefOf(course),
          stay: [...counts.values()].reduce((sum, { active }) => sum + active, 0),
          first: published === null,
          retired: course.retiredAt !== null,
          view: before ? toChanges(before, after, reader) : null,
        },
        {
          title: t('teaching.publish.title', { title }),
          active: 'teach',
          breadcrumbs: crumbs(reader, course, t('teaching.publish.crumb')),
        },
      );
    },
  }),
  route({
    method: 'post',
    path: '/teach/courses/:slug/publish',
    access: TRAINER,
    schemas: { params: CourseParams, body: PublishForm },
    handler: async (exchange) => {
      const course = await courseOf(exchange.actor, exchange.params.slug);
      const { number } = await publishCourse(course.slug, exchange.body.hash);
      exchange.redirect(hrefOf(course), {
        kind: 'success',
        key: 'teaching.publish.done',
        values: { number },
      });
    },
  }),
  route({
    method: 'get',
    path: '/teach/courses/:slug/retire',
    access: TRAINER,
    schemas: { params: CourseParams },
    handler: async (exchange) => {
      const { t } = exchange;
      const reader = readerOf(exchange);
      const course = await courseOf(exchange.actor, exchange.params.slug);
      if (!course.published) throw new NotFound();
      const counts = await countByVersion((await listVersions(course.slug)).map(({ id }) => id));
      const title = wordsIn(course.title, reader, course).text;
      const key = course.retiredAt ? 'return' : 'retire';
      exchange.page(
        'teaching/retire',
        {
          key,
          title,
          inside: [...counts.values()].reduce((sum, { active }) => sum + active, 0),
          action: `${hrefOf(course)}/retire`,
          cancelHref: hrefOf(course),
        },
        {
          title: t(`teaching.${key}.title`, { title }),
          active: 'teach',
          breadcrumbs: crumbs(reader, course, t(`teaching.${key}.confirm`)),
        },
      );
    },
  }),
  route({
    method: 'post',
    path: '/teach/courses/:slug/retire',
    access: TRAINER,
    schemas: { params: CourseParams, body: RetireForm },
    handler: async (exchange) => {
      const course = await courseOf(exchange.actor, exchange.params.slug);
      const retired = exchange.body.retired === 'yes';
      if (!retired && exchange.body.retired !== 'no') {
        throw invalidField('retired', 'platform.form.choose');
      }
      await setRetired(course.slug, retired);
      exchange.redirect(hrefOf(course), {
        kind: 'success',
        key: retired ? 'teaching.retire.done' : 'teaching.return.done',
      });
    },
  }),
];
