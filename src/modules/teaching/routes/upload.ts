import { invalidField, NotFound } from '../../../platform/errors';
import {
  type Exchange,
  type FormState,
  formView,
  type Route,
  route,
  sendStream,
} from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { ARCHIVE_LIMITS, archiveOf, type Fault, inWords, uploadCourse } from '../../catalogue';
import { courseOf, TRAINER, teachesFor } from '../policy';
import { UploadForm, VersionParams } from '../schemas';
import { readerOf } from '../view-models/reader';
import { crumbs } from './crumbs';

const SIZE = `${ARCHIVE_LIMITS.bytes / 1_000_000} MB`;
/** Checking a course takes a second of the processor. */
const LIMIT = { name: 'course-upload', tries: 60, seconds: 3_600 };
/** A fault in a course of hundreds of files may be there hundreds of times. */
const FAULTS_SHOWN = 200;

function show(exchange: Exchange, form: FormState, faults: readonly Fault[] = []): void {
  const { t } = exchange;
  const refused = form.faults.length > 0 || faults.length > 0;
  exchange.page(
    'teaching/upload',
    {
      form: formView(form, t),
      size: SIZE,
      count: faults.length,
      faults: faults.slice(0, FAULTS_SHOWN).map((fault) => {
        const { file, line, ...words } = inWords(fault, t);
        return { place: line === null ? file : `${file}:${line}`, ...words };
      }),
    },
    {
      title: t('teaching.upload.title'),
      active: 'teach',
      breadcrumbs: crumbs(readerOf(exchange), undefined, t('teaching.upload.title')),
      ...(refused ? { status: 422 } : {}),
    },
  );
}

export const uploadRoutes = (platform: Platform): Route[] => [
  route({
    method: 'get',
    path: '/teach/upload',
    access: TRAINER,
    handler: (exchange) => show(exchange, { values: {}, faults: [] }),
  }),
  route({
    method: 'post',
    path: '/teach/upload',
    access: TRAINER,
    upload: { maxBytes: ARCHIVE_LIMITS.bytes },
    schemas: { body: UploadForm },
    handler: async (exchange) => {
      const { actor, body } = exchange;
      const { file, replace } = body;
      if (file.tooLarge) throw invalidField('file', 'teaching.upload.tooLarge', { size: SIZE });
      if (file.bytes.length === 0) throw invalidField('file', 'teaching.upload.missing');
      await platform.rateLimits.count(LIMIT, actor.id);
      const result = await uploadCourse(file.bytes, platform.storage, {
        teachesFor: (provider) => teachesFor(actor, provider),
        replace: replace === 'yes',
      });
      switch (result.status) {
        case 'faulty':
          return show(exchange, { values: { replace }, faults: [] }, result.faults);
        case 'in-the-way':
          throw invalidField('replace', `teaching.upload.${result.what}InTheWay`);
        default: {
          const done = result.status === 'draft';
          exchange.redirect(`/teach/courses/${result.slug}`, {
            kind: done ? 'success' : 'info',
            key: done ? 'teaching.upload.done' : 'teaching.upload.unchanged',
          });
        }
      }
    },
    invalid: (exchange, form) => {
      const { replace } = form.values;
      show(exchange, { values: { replace }, faults: form.faults });
    },
  }),
  route({
    method: 'get',
    path: '/teach/courses/:slug/versions/:versionId/archive',
    access: TRAINER,
    schemas: { params: VersionParams },
    handler: async ({ actor, params, res }) => {
      const course = await courseOf(actor, params.slug);
      const { storage, config } = platform;
      const { coursesDir } = config;
      const archive = await archiveOf(course.slug, params.versionId, { storage, coursesDir });
      if (!archive) throw new NotFound('teaching.version.notKept');
      const version = archive.number === null ? 'draft' : `v${archive.number}`;
      res
        .set('Content-Type', 'application/zip')
        .set('Content-Length', String(archive.size))
        .set('Content-Disposition', `attachment; filename="${course.slug}-${version}.zip"`)
        .set('Cache-Control', 'private, no-store');
      if (Buffer.isBuffer(archive.content)) res.end(archive.content);
      else await sendStream(res, archive.content);
    },
  }),
];
