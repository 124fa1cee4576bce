import { Gone, NotFound } from '../../../platform/errors';
import {
  type Exchange,
  emptyForm,
  type FormState,
  formView,
  type Route,
  route,
} from '../../../platform/http';
import { now } from '../../../shared/clock';
import { placeWithPeople, seesReports } from '../policy';
import { PeopleQuery, ReportParams, RhythmForm, ViewForm, ViewParams } from '../schemas';
import { findSentReport, removeView, saveView, setRhythm, viewsOf } from '../service/views';
import { queryOf } from '../view-models/people';
import { address, readerOf } from '../view-models/reader';
import { toSaveViewPage, toViewsPage } from '../view-models/views';

type Staff = Exchange<typeof seesReports>;

const frame = { active: 'staff', noindex: true };

/** Lists that someone keeps, and the reports of them that came by mail. */
export function viewRoutes(): readonly Route[] {
  const showForm = async (exchange: Staff, query: PeopleQuery, form: FormState) => {
    const { actor, page, t, visitor } = exchange;
    const place = await placeWithPeople(actor, query.node);
    if (!place) throw new NotFound();
    const view = await toSaveViewPage(place, query, readerOf(visitor));
    page(
      'reporting/save-view',
      { ...view, form: formView(form, t) },
      {
        ...frame,
        title: t('reporting.views.save.title'),
        status: form.faults.length > 0 ? 422 : 200,
        breadcrumbs: [
          { text: t('reporting.title'), href: '/staff' },
          { text: t('reporting.people.title'), href: view.listHref },
        ],
      },
    );
  };

  return [
    route({
      method: 'get',
      path: '/staff/views',
      access: seesReports,
      handler: async ({ actor, page, t, visitor }) => {
        const views = await viewsOf(actor.id);
        page('reporting/views', toViewsPage(views, readerOf(visitor)), {
          ...frame,
          title: t('reporting.views.title'),
          breadcrumbs: [{ text: t('reporting.title'), href: '/staff' }],
        });
      },
    }),
    route({
      method: 'get',
      path: '/staff/views/new',
      access: seesReports,
      schemas: { query: PeopleQuery },
      handler: (exchange) => showForm(exchange, exchange.query, emptyForm({ every: 'never' })),
    }),
    route({
      method: 'post',
      path: '/staff/views',
      access: seesReports,
      schemas: { body: ViewForm },
      handler: async ({ actor, body, redirect, visitor }) => {
        const { name, every, page: _page, ...query } = body;
        // A place outside of what they may see is not there to be kept.
        const place = await placeWithPeople(actor, query.node);
        if (!place) throw new NotFound();
        await saveView(
          { userId: actor.id, name, every, query: { ...query, node: place.node } },
          visitor.timeZone,
        );
        redirect('/staff/views', { kind: 'success', key: 'reporting.views.saved' });
      },
      invalid: (exchange, form) => showForm(exchange, PeopleQuery.parse(exchange.body ?? {}), form),
    }),
    route({
      method: 'post',
      path: '/staff/views/:viewId/schedule',
      access: seesReports,
      schemas: { params: ViewParams, body: RhythmForm },
      handler: async ({ actor, body, params, redirect, visitor }) => {
        const wish = { userId: actor.id, viewId: params.viewId, every: body.every };
        await setRhythm(wish, visitor.timeZone);
        redirect('/staff/views', { kind: 'success', key: `reporting.views.set.${body.every}` });
      },
    }),
    route({
      method: 'post',
      path: '/staff/views/:viewId/remove',
      access: seesReports,
      schemas: { params: ViewParams },
      handler: async ({ actor, params, redirect }) => {
        await removeView({ userId: actor.id, viewId: params.viewId });
        redirect('/staff/views', { kind: 'success', key: 'reporting.views.removed' });
      },
    }),
    route({
      method: 'get',
      path: '/staff/reports/:reportId',
      access: seesReports,
      schemas: { params: ReportParams },
      handler: async ({ actor, params, redirect }) => {
        const report = await findSentReport(params.reportId);
        if (report?.userId !== actor.id) throw new NotFound();
        if (report.expiresAt <= now()) throw new Gone('report-expired', 'reporting.error.expired');
        // The list asks again whether they may see it.
        redirect(address('/staff/people', queryOf(PeopleQuery.parse(report.query))));
      },
    }),
  ];
}
