import { Readable } from 'node:stream';
import { invalidField } from '../../../platform/errors';
import {
  type Exchange,
  emptyForm,
  type FormState,
  formView,
  type Route,
  route,
} from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { csvRow } from '../../../shared/csv';
import { MOST_BYTES, MOST_ROWS, namesSomebody, type RawRow } from '../csv/read-file';
import { COLUMNS } from '../model';
import { STAFF } from '../policy';
import { FileForm, ListForm, MOST_CHOSEN } from '../schemas';
import { makeImport } from '../service/make-import';
import { checkFile, keepFile } from '../service/read-upload';
import { worldOf } from '../service/world';
import { toChoices } from '../view-models';
import { CHECK_LIMIT, columnsHref, readerOf, staffPage } from './shared';

type Staff = Exchange<typeof STAFF>;

async function showList(exchange: Staff, form: FormState): Promise<void> {
  const { page, t } = exchange;
  const world = await worldOf(exchange.actor);
  page(
    'enrolling/enrol',
    { form: formView(form, t), ...toChoices(world, readerOf(exchange)), most: MOST_CHOSEN },
    {
      ...staffPage(exchange, t('enrolling.list.title')),
      ...(form.faults.length > 0 ? { status: 422 } : {}),
    },
  );
}

async function showFile(exchange: Staff, form: FormState): Promise<void> {
  const { page, t } = exchange;
  const world = await worldOf(exchange.actor);
  page(
    'enrolling/file',
    {
      form: formView(form, t),
      ...toChoices(world, readerOf(exchange)),
      columns: COLUMNS,
      most: MOST_ROWS,
      megabytes: MOST_BYTES / 1024 / 1024,
    },
    {
      ...staffPage(exchange, t('enrolling.file.title'), [
        { text: t('enrolling.list.title'), href: '/staff/enrol' },
      ]),
      ...(form.faults.length > 0 ? { status: 422 } : {}),
    },
  );
}

/** A line that somebody pasted: an address, or a membership number. */
const toRow = (text: string, index: number): RawRow => ({
  line: index + 1,
  cells: text.includes('@') ? { email: text } : { number: text },
  misfit: null,
});

export const enrolRoutes = ({ rateLimits }: Pick<Platform, 'rateLimits'>): Route[] => [
  route({
    method: 'get',
    path: '/staff/enrol',
    access: STAFF,
    handler: (exchange) => showList(exchange, emptyForm()),
  }),
  route({
    method: 'post',
    path: '/staff/enrol',
    access: STAFF,
    schemas: { body: ListForm },
    handler: async ({ actor, body, redirect }) => {
      await rateLimits.count(CHECK_LIMIT, actor.id);
      const { people, organisationId, courseSlug, dueOn } = body;
      const { importId } = await makeImport(await worldOf(actor), {
        source: 'list',
        fileName: null,
        rows: people.map(toRow),
        defaults: { organisationId, courseSlug, dueOn },
      });
      redirect(`/staff/imports/${importId}`);
    },
    invalid: (exchange, form) => showList(exchange as Staff, form),
  }),
  route({
    method: 'get',
    path: '/staff/enrol/file',
    access: STAFF,
    handler: (exchange) => showFile(exchange, emptyForm()),
  }),
  route({
    method: 'post',
    path: '/staff/enrol/file',
    access: STAFF,
    upload: { maxBytes: MOST_BYTES },
    schemas: { body: FileForm },
    handler: async ({ actor, body, redirect }) => {
      await rateLimits.count(CHECK_LIMIT, actor.id);
      const { file, organisationId, courseSlug, dueOn } = body;
      const world = await worldOf(actor);
      if (!world.organisations.some(({ id }) => id === organisationId)) {
        throw invalidField('organisationId', 'platform.form.choose');
      }
      const kept = await keepFile(actor.id, file, { organisationId, courseSlug, dueOn });
      if (!namesSomebody(kept.columns)) {
        redirect(columnsHref(kept.uploadId));
        return;
      }
      const { importId } = await checkFile(world, kept, kept.columns);
      redirect(`/staff/imports/${importId}`);
    },
    invalid: (exchange, form) => showFile(exchange as Staff, form),
  }),
  route({
    method: 'get',
    path: '/staff/enrol/template',
    access: STAFF,
    handler: async (exchange) => {
      const { actor, res, t } = exchange;
      const { courses, organisations } = await worldOf(actor);
      const example = {
        email: 'name@example.com',
        name: 'Tan Mei Hua',
        number: '',
        course: courses[0]?.courseSlug ?? '',
        due: '2027-12-31',
        language: exchange.visitor.preferences.language,
        organisation: organisations[0]?.code ?? '',
      };
      res.set({
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': 'attachment; filename="kelas-enrol.csv"',
        'Cache-Control': 'private, no-store',
      });
      Readable.from([
        '\ufeff',
        csvRow(COLUMNS.map((column) => t(`enrolling.column.${column}`))),
        csvRow(COLUMNS.map((column) => example[column])),
      ]).pipe(res);
    },
  }),
];
