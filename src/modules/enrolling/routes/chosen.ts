import { createHash } from 'node:crypto';
import { actHref, type BulkKind, startBulk } from '../../../platform/bulk';
import { invalidField } from '../../../platform/errors';
import {
  type Exchange,
  emptyForm,
  type FormState,
  ownPath,
  type Route,
  route,
} from '../../../platform/http';
import type { PeopleLists } from '../lists';
import { STAFF } from '../policy';
import {
  type Chosen,
  ChosenForm,
  DueForm,
  EnrolChosenForm,
  MOST_CHOSEN,
  RemindForm,
  WithdrawForm,
} from '../schemas';
import type { ChosenKinds } from '../service/chosen-kinds';
import { enrolmentsFor, peopleScopeOf } from '../service/within';
import { type World, worldOf } from '../service/world';
import { toChosen } from '../view-models';
import { type Act, choiceOf, countOf, type Staff, showAct, somebody } from './chosen-pages';
import { readerOf } from './shared';

const FIRST: readonly { act: Act; path: string }[] = [
  { act: 'remind', path: '/staff/remind' },
  { act: 'due', path: '/staff/due' },
  { act: 'withdraw', path: '/staff/withdraw' },
  { act: 'again', path: '/staff/enrol/chosen' },
];

/** @throws Invalid on a field that names what is not theirs to give */
function checkPlace(
  { courses, organisations }: World,
  wish: { courseSlug: string; organisationId: string },
): void {
  if (!courses.some(({ courseSlug }) => courseSlug === wish.courseSlug)) {
    throw invalidField('courseSlug', 'enrolling.fault.noCourse');
  }
  if (!organisations.some(({ id }) => id === wish.organisationId)) {
    throw invalidField('organisationId', 'platform.form.choose');
  }
}

const digestOf = (content: object): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22);

export function chosenRoutes(kinds: ChosenKinds, lists: PeopleLists, timeZone: string): Route[] {
  const again =
    (act: Act) =>
    async (exchange: Exchange, form: FormState): Promise<void> => {
      const staff = exchange as Staff;
      const read = ChosenForm.safeParse(form.values);
      const nobody = { 'enrolmentIds[]': [], everyone: '', list: '' };
      const choice = await choiceOf(staff, lists, act, read.success ? read.data : nobody);
      await showAct(staff, act, choice, form, timeZone);
    };

  const first = ({ act, path }: (typeof FIRST)[number]): Route =>
    route({
      method: 'post',
      path,
      access: STAFF,
      schemas: { body: ChosenForm },
      handler: async (exchange) => {
        const { body } = exchange;
        const choice = await somebody(exchange, lists, act, body);
        await showAct(exchange, act, choice, emptyForm({ back: body.back }), timeZone);
      },
      invalid: again(act),
    });

  /** Begins the act, once however often the form is sent. */
  const begin = async <P>(
    exchange: Staff,
    request: { act: Act; body: Chosen; kind: BulkKind<P, { enrolmentId: string }> },
    params: (common: { back: string; list: string | null }) => P,
  ): Promise<void> => {
    const { actor, redirect } = exchange;
    const { act, body, kind } = request;
    const choice = await somebody(exchange, lists, act, body);
    const people = choice.list ? [] : await toChosen(choice.enrolments, readerOf(exchange));
    const own = params({ back: ownPath(body.back, '/staff'), list: choice.list?.text ?? null });
    const items = choice.list
      ? { expected: countOf(choice, act) }
      : people.map(({ enrolmentId, name }) => ({ label: name, data: { enrolmentId } }));
    // Sent again with another date or other words it is another act.
    const content = digestOf({ act, own, ids: body['enrolmentIds[]'] });
    const { actId } = await startBulk(kind, {
      by: actor.id,
      params: own,
      items,
      ...(body.once === undefined ? {} : { onceKey: `chosen-${body.once}-${actor.id}-${content}` }),
    });
    redirect(actHref(actId));
  };

  return [
    route({
      method: 'get',
      path: '/staff/remind',
      access: STAFF,
      handler: async (exchange) => {
        const { actor } = exchange;
        const ids = await lists.late(actor, MOST_CHOSEN);
        const enrolments = await enrolmentsFor(await peopleScopeOf(actor), ids);
        await showAct(exchange, 'remind', { enrolments, list: null }, emptyForm(), timeZone);
      },
    }),
    ...FIRST.map(first),
    route({
      method: 'post',
      path: '/staff/remind/preview',
      access: STAFF,
      schemas: { body: RemindForm },
      handler: async (exchange) => {
        const { body } = exchange;
        const choice = await somebody(exchange, lists, 'remind', body);
        await showAct(exchange, 'remind', choice, emptyForm({ ...body }), timeZone);
      },
      invalid: again('remind'),
    }),
    route({
      method: 'post',
      path: '/staff/remind/send',
      access: STAFF,
      schemas: { body: RemindForm },
      handler: (exchange) => {
        const { body } = exchange;
        const texts = {
          en: body.text_en,
          zh: body.text_zh,
          ms: body.text_ms,
          ta: body.text_ta,
        };
        const request = { act: 'remind' as const, body, kind: kinds.remind };
        return begin(exchange, request, (common) => ({ ...common, texts }));
      },
      invalid: again('remind'),
    }),
    route({
      method: 'post',
      path: '/staff/due/set',
      access: STAFF,
      schemas: { body: DueForm },
      handler: (exchange) => {
        const { body } = exchange;
        const request = { act: 'due' as const, body, kind: kinds.due };
        return begin(exchange, request, (common) => ({ ...common, dueOn: body.dueOn }));
      },
      invalid: again('due'),
    }),
    route({
      method: 'post',
      path: '/staff/withdraw/confirm',
      access: STAFF,
      schemas: { body: WithdrawForm },
      handler: (exchange) => {
        const { body } = exchange;
        const request = { act: 'withdraw' as const, body, kind: kinds.withdraw };
        return begin(exchange, request, (common) => ({ ...common, reason: body.reason }));
      },
      invalid: again('withdraw'),
    }),
    route({
      method: 'post',
      path: '/staff/enrol/chosen/confirm',
      access: STAFF,
      schemas: { body: EnrolChosenForm },
      handler: async (exchange) => {
        const { body } = exchange;
        const { courseSlug, organisationId, dueOn } = body;
        checkPlace(await worldOf(exchange.actor), body);
        const request = { act: 'again' as const, body, kind: kinds.enrol };
        await begin(exchange, request, (common) => ({
          ...common,
          courseSlug,
          organisationId,
          dueOn,
        }));
      },
      invalid: again('again'),
    }),
  ];
}
