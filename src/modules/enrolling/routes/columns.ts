import {
  type Exchange,
  emptyForm,
  type FormState,
  formView,
  type Route,
  route,
} from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { COLUMNS } from '../model';
import { STAFF } from '../policy';
import { ColumnsForm, ImportParams, MOST_COLUMNS } from '../schemas';
import { findFile, nameColumns } from '../service/read-upload';
import { worldOf } from '../service/world';
import { toColumns } from '../view-models';
import { CHECK_LIMIT, columnsHref, staffPage } from './shared';

async function show(
  exchange: Exchange<typeof STAFF, { id: string }>,
  form: FormState,
): Promise<void> {
  const { actor, page, params, t } = exchange;
  const { fileName, table, columns } = await findFile(actor.id, params.id);
  const read = ColumnsForm.safeParse(form.values);
  const typed = form.faults.length > 0 && read.success ? read.data['columns[]'] : columns;
  const { errors, error } = formView(form, t);
  page(
    'enrolling/columns',
    {
      action: columnsHref(params.id),
      fileName,
      rows: table.records.length,
      columns: toColumns(table, typed, error, MOST_COLUMNS),
      beyond: Math.max(0, table.headings.length - MOST_COLUMNS),
      choices: [
        { value: '', text: t('enrolling.columns.leave') },
        ...COLUMNS.map((column) => ({ value: column, text: t(`enrolling.column.${column}`) })),
      ],
      errors,
    },
    {
      ...staffPage(exchange, t('enrolling.columns.title'), [
        { text: t('enrolling.file.title'), href: '/staff/enrol/file' },
      ]),
      ...(form.faults.length > 0 ? { status: 422 } : {}),
    },
  );
}

/** What the columns of a file stand for, said by hand. */
export const columnRoutes = ({ rateLimits }: Pick<Platform, 'rateLimits'>): Route[] => [
  route({
    method: 'get',
    path: '/staff/enrol/columns/:id',
    access: STAFF,
    schemas: { params: ImportParams },
    handler: (exchange) => show(exchange, emptyForm()),
  }),
  route({
    method: 'post',
    path: '/staff/enrol/columns/:id',
    access: STAFF,
    schemas: { params: ImportParams, body: ColumnsForm },
    handler: async ({ actor, body, params, redirect }) => {
      await rateLimits.count(CHECK_LIMIT, actor.id);
      const file = await findFile(actor.id, params.id);
      const { importId } = await nameColumns(await worldOf(actor), file, body['columns[]']);
      redirect(`/staff/imports/${importId}`);
    },
    invalid: (exchange, form) => show(exchange, form),
  }),
];
