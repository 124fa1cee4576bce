import { NotFound } from '../../../platform/errors';
import { type Route, route } from '../../../platform/http';
import { findVersionInFull } from '../../catalogue';
import { courseOf, TRAINER } from '../policy';
import { FrameQuery, VersionParams } from '../schemas';
import { hrefOf, toHead, versionName } from '../view-models/course';
import { readerOf } from '../view-models/reader';
import { crumbs } from './crumbs';
import { mayFrame } from './framing';

/** A version in a frame as wide as a phone or a desk. */
export const previewFrameRoutes = (): Route[] => [
  route({
    method: 'get',
    path: '/teach/courses/:slug/preview/:versionId',
    access: TRAINER,
    schemas: { params: VersionParams, query: FrameQuery },
    handler: async (exchange) => {
      const { params, query, t } = exchange;
      const reader = readerOf(exchange);
      const course = await courseOf(exchange.actor, params.slug);
      const version = await findVersionInFull(course.slug, params.versionId);
      if (!version) throw new NotFound();
      const own = version.languages.includes(reader.language) ? reader.language : version.language;
      const language = version.languages.includes(query.language) ? query.language : own;
      const base = `${hrefOf(course)}/preview/${version.id}`;
      const address = (changed: Record<string, string>) =>
        `${base}?${new URLSearchParams({ language, width: query.width, ...changed })}`;
      const title = t('teaching.preview.title', { version: versionName(version, reader) });
      mayFrame(exchange.res);
      exchange.page(
        'teaching/preview',
        {
          head: toHead(course, 'versions', reader),
          title,
          width: query.width,
          src: `/teach/preview/${course.slug}/${version.id}/${language}`,
          widths: (['phone', 'desktop'] as const).map((width) => ({
            text: t(`teaching.preview.${width}`),
            href: address({ width }),
            current: width === query.width,
          })),
          languages: version.languages.map((code) => ({
            text: reader.format.language(code),
            href: address({ language: code }),
            current: code === language,
          })),
        },
        {
          title,
          active: 'teach',
          breadcrumbs: crumbs(reader, course, t('teaching.version.preview')),
        },
      );
    },
  }),
];
