import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { NotFound } from '../../../platform/errors';
import {
  type Exchange,
  emptyForm,
  type FormState,
  formView,
  packStream,
  type Route,
  route,
} from '../../../platform/http';
import { VIEWS } from '../../../platform/paths';
import type { Platform } from '../../../platform/platform';
import { listCourses } from '../../catalogue';
import { organisationsWithin } from '../../organisations';
import { choicesOf, findDesign, ownDesignsWithin } from '../design';
import { staffOnly, staffScope } from '../policy';
import { ChooseDesignForm, DesignForm, DesignParams, PreviewQuery } from '../schemas';
import { addDesign, chooseDesign, previewOf } from '../service/designs';
import { toDesignsPage } from '../view-models/designs';
import { readerOf } from './reader';

const PAGE = '/staff/certificates/designs';
const EXAMPLE = path.join(VIEWS, 'certificates/designs/band-1.typ');

async function show(
  exchange: Pick<Exchange, 'actor' | 'page' | 't' | 'visitor'>,
  forms: { add: FormState; choose: FormState },
): Promise<void> {
  const { actor, page, t } = exchange;
  const scope = staffScope(actor);
  const organisations = await organisationsWithin(scope, { skip: 0, limit: 200 });
  const own = await ownDesignsWithin(scope);
  const choices = await choicesOf(organisations.map(({ id }) => id));
  const faulty = forms.add.faults.length + forms.choose.faults.length > 0;
  const courses = await listCourses();
  const view = toDesignsPage({ organisations, own, choices, courses }, readerOf(exchange));
  page(
    'certificates/staff/designs',
    { ...view, add: formView(forms.add, t), choose: formView(forms.choose, t) },
    {
      title: t('certificates.design.title'),
      status: faulty ? 422 : 200,
      active: 'staff-certificates',
      noindex: true,
      breadcrumbs: [
        { text: t('certificates.staff.title'), href: '/staff/certificates' },
        { text: t('certificates.design.title') },
      ],
    },
  );
}

/** How certificates look: ours, one's own, and which of them is chosen. */
export function designRoutes({ config, pdf, storage }: Platform): Route[] {
  const tools = { pdf, storage, baseUrl: config.baseUrl };
  return [
    route({
      method: 'get',
      path: PAGE,
      access: staffOnly,
      handler: (exchange) => show(exchange, { add: emptyForm(), choose: emptyForm() }),
    }),
    route({
      method: 'get',
      path: '/staff/certificates/designs/example.typ',
      access: staffOnly,
      handler: async ({ res }) => {
        res
          .set({
            'Content-Type': 'text/plain; charset=utf-8',
            'Content-Disposition': 'attachment; filename="certificate.typ"',
          })
          .send(await readFile(EXAMPLE, 'utf8'));
      },
    }),
    route({
      method: 'get',
      path: '/staff/certificates/designs/:design/preview.svg',
      access: staffOnly,
      schemas: { params: DesignParams, query: PreviewQuery },
      handler: async ({ actor, params, query, res }) => {
        const found = await findDesign(staffScope(actor), params.design);
        if (!found) throw new NotFound();
        const picture = await previewOf(found.design, query.sample, tools);
        res.set({ 'Content-Type': 'image/svg+xml', 'Cache-Control': 'private, max-age=3600' });
        packStream(res);
        res.send(picture);
      },
    }),
    route({
      method: 'post',
      path: PAGE,
      access: staffOnly,
      schemas: { body: DesignForm },
      handler: async ({ actor, body, redirect }) => {
        await addDesign(body, staffScope(actor), tools);
        redirect(PAGE, { kind: 'success', key: 'certificates.design.added' });
      },
      invalid: (exchange, form) => show(exchange, { add: form, choose: emptyForm() }),
    }),
    route({
      method: 'post',
      path: '/staff/certificates/designs/choose',
      access: staffOnly,
      schemas: { body: ChooseDesignForm },
      handler: async ({ actor, body, redirect }) => {
        await chooseDesign(body, staffScope(actor));
        redirect(PAGE, { kind: 'success', key: 'certificates.design.chosen' });
      },
      invalid: (exchange, form) => show(exchange, { add: emptyForm(), choose: form }),
    }),
  ];
}
