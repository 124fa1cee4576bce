import { isSignedIn } from '../../platform/authz';
import { NotFound } from '../../platform/errors';
import { type Exchange, packStream, type Route, route } from '../../platform/http';
import type { Platform } from '../../platform/platform';
import { BoundedCache } from '../../shared/bounded-cache';
import { findOrganisationByCode, nameIn } from '../organisations';
import { type CourseListing, findCourse, listCourses } from './queries';
import { AssetParams, CourseParams, SearchQuery } from './schemas';
import { assetKey, IMAGE_TYPES } from './source/images';
import { type Reader, toCourseCard } from './view-models/card';
import type { EnrolmentState } from './view-models/course';
import { toCoursePage } from './view-models/course';
import { toJsonLd } from './view-models/json-ld';
import { toListPage } from './view-models/list';

/** Where a person stands in a course; told by the room of learning, which stands above this one. */
export type EnrolmentOf = (userId: string, slug: string) => Promise<EnrolmentState | null>;

const readerOf = ({ t, visitor }: Pick<Exchange, 't' | 'visitor'>): Reader => ({
  t,
  format: visitor.format,
  language: visitor.preferences.language,
});

/** Courses on the front page. */
const FRONT_COURSES = 3;
const ASSET_CACHE_BYTES = 16_000_000;

async function providerOf(course: CourseListing, reader: Reader): Promise<string | null> {
  const organisation = await findOrganisationByCode(course.provider);
  return organisation && nameIn(organisation, reader.language);
}

export function catalogueRoutes(platform: Platform, enrolmentOf: EnrolmentOf): Route[] {
  const assets = new BoundedCache<string, Buffer>(ASSET_CACHE_BYTES);

  async function assetOf(key: string): Promise<Buffer> {
    const known = assets.get(key);
    if (known) return known;
    const bytes = await platform.storage.get(key);
    if (!bytes) throw new NotFound();
    assets.set(key, bytes, bytes.length);
    return bytes;
  }

  return [
    route({
      method: 'get',
      path: '/',
      access: 'public',
      handler: async (exchange) => {
        if (isSignedIn(exchange.actor)) return exchange.redirect('/learn');
        const reader = readerOf(exchange);
        const courses = await listCourses();
        exchange.page(
          'catalogue/home',
          {
            courses: courses.slice(0, FRONT_COURSES).map((each) => toCourseCard(each, reader)),
            total: courses.length,
          },
          {
            title: exchange.t('catalogue.home.title'),
            description: exchange.t('catalogue.home.lead'),
            canonical: '/',
          },
        );
      },
    }),
    route({
      method: 'get',
      path: '/courses',
      access: 'public',
      schemas: { query: SearchQuery },
      handler: async (exchange) => {
        const view = toListPage(await listCourses(), exchange.query, readerOf(exchange));
        exchange.page('catalogue/list', view, {
          title: exchange.t('catalogue.list.title'),
          description: exchange.t('catalogue.list.lead'),
          active: 'courses',
          canonical: '/courses',
          // A list that is narrowed is not a page of its own for search engines.
          noindex: view.chips.length > 0,
        });
      },
    }),
    route({
      method: 'get',
      path: '/courses/:slug',
      access: 'public',
      schemas: { params: CourseParams },
      handler: async (exchange) => {
        const { actor, params, t } = exchange;
        const course = await findCourse(params.slug);
        if (!course) throw new NotFound('catalogue.course.notFound');
        const reader = readerOf(exchange);
        const provider = await providerOf(course, reader);
        const enrolment = isSignedIn(actor) ? await enrolmentOf(actor.id, params.slug) : null;
        const view = toCoursePage(course, {
          ...reader,
          provider,
          enrolment,
          signedIn: isSignedIn(actor),
        });
        exchange.page('catalogue/course', view, {
          title: view.title,
          description: view.summary,
          active: 'courses',
          breadcrumbs: [
            { text: t('catalogue.list.title'), href: '/courses' },
            { text: view.title },
          ],
          canonical: `/courses/${params.slug}`,
          jsonLd: toJsonLd(course, {
            baseUrl: platform.config.baseUrl,
            language: reader.language,
            provider,
          }),
        });
      },
    }),
    route({
      method: 'get',
      path: '/courses/:slug/assets/:file',
      access: 'public',
      schemas: { params: AssetParams },
      handler: async ({ params, res }) => {
        const [hash = '', extension = ''] = params.file.split('.');
        const bytes = await assetOf(assetKey(params.slug, hash, extension));
        packStream(res);
        res
          .set('Content-Type', IMAGE_TYPES[extension] ?? 'application/octet-stream')
          .set('Cache-Control', 'public, max-age=31536000, immutable')
          // Opened by itself, an SVG is a document: it may draw, and nothing else.
          .set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox")
          .send(bytes);
      },
    }),
  ];
}
