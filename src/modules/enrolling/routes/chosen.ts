import { actHref, startBulk } from '../../../platform/bulk';
import { invalidField } from '../../../platform/errors';
import {
  type Exchange,
  emptyForm,
  type FormState,
  formView,
  ownPath,
  type Route,
  route,
} from '../../../platform/http';
import {
  formatOf,
  LANGUAGE_NAMES,
  LANGUAGE_TAGS,
  LANGUAGES,
  translatorOf,
} from '../../../platform/i18n';
import type { Platform } from '../../../platform/platform';
import { type EnrolmentSummary, enrolmentsWithin } from '../../learning';
import { noonOf, scopeOf } from '../../organisations';
import type { MessageTexts } from '../model';
import { STAFF } from '../policy';
import { ChosenForm, DueForm, RemindForm, WithdrawForm } from '../schemas';
import {
  dueKind,
  fillMessage,
  proposedTexts,
  remindKind,
  withdrawKind,
} from '../service/act-on-chosen';
import { lateIn } from '../service/late';
import { type ChosenPerson, toChosen } from '../view-models';
import { readerOf, staffPage } from './shared';

type Staff = Exchange<typeof STAFF>;
type Body = Record<string, unknown>;

const bodyOf = (form: FormState): Body => form.values;
const scopeFor = ({ actor }: Staff) => scopeOf(actor, 'union-staff');

/** The people whom a form names, those in the scope. @throws Invalid when there is none of them */
async function chosenBy(exchange: Staff, ids: readonly string[]): Promise<EnrolmentSummary[]> {
  const found = await enrolmentsWithin(scopeFor(exchange), ids);
  if (found.length === 0) throw invalidField('enrolmentIds[]', 'enrolling.chosen.none');
  return found;
}

const SHOWN = 10;

const chosenView = (people: readonly ChosenPerson[], back: string) => ({
  ids: people.map(({ enrolmentId }) => enrolmentId),
  people: people.slice(0, SHOWN).map(({ name, course, dueOn }) => ({ name, course, dueOn })),
  more: Math.max(0, people.length - SHOWN),
  count: people.length,
  back: ownPath(back, '/staff'),
});

/** The page of an act before it is done: whom it is for, and what it asks. */
async function show(
  exchange: Staff,
  act: 'remind' | 'due' | 'withdraw',
  enrolments: readonly EnrolmentSummary[],
  form: FormState,
  timeZone: string,
): Promise<void> {
  const { page, t } = exchange;
  const back = bodyOf(form)['back'];
  const people = await toChosen(enrolments, readerOf(exchange));
  page(
    `enrolling/${act}`,
    {
      ...chosenView(people, typeof back === 'string' ? back : '/staff'),
      form: formView(form, t),
      ...(act === 'remind' ? await messageView(enrolments, people, form, timeZone) : {}),
    },
    {
      ...staffPage(exchange, t(`enrolling.${act}.title`)),
      ...(form.faults.length > 0 ? { status: 422 } : {}),
    },
  );
}

/** The message in every language, and how the first reader of each will see it. */
async function messageView(
  enrolments: readonly EnrolmentSummary[],
  people: readonly ChosenPerson[],
  form: FormState,
  timeZone: string,
) {
  const proposed = proposedTexts((language) => translatorOf(language)('enrolling.remind.proposal'));
  const needed = new Set(people.map(({ language }) => language));
  const texts = LANGUAGES.map((language) => {
    const typed = bodyOf(form)[`text_${language}`];
    const text = typeof typed === 'string' ? typed : proposed[language];
    return { language, text };
  });
  const previews = [];
  for (const { language, text } of texts) {
    const t = translatorOf(language);
    const format = formatOf(language, timeZone);
    const index = people.findIndex((person) => person.language === language);
    const own = enrolments.find(({ enrolmentId }) => enrolmentId === people[index]?.enrolmentId);
    const [reader] = own ? await toChosen([own], { t, format, language }) : [];
    if (!reader || !own) continue;
    const date = own.dueOn === null ? t('enrolling.remind.noDate') : format.day(noonOf(own.dueOn));
    previews.push({
      language: LANGUAGE_NAMES[language],
      lang: LANGUAGE_TAGS[language],
      subject: t('notifications.mail.reminded.subject', { course: reader.course }),
      greeting: t('notifications.mail.greeting', { name: reader.name }),
      text: fillMessage(text, { name: reader.name, course: reader.course, date }),
    });
  }
  return {
    texts: texts.map(({ language, text }) => ({
      name: `text_${language}`,
      label: LANGUAGE_NAMES[language],
      lang: LANGUAGE_TAGS[language],
      text,
      needed: needed.has(language),
    })),
    previews,
  };
}

export function chosenRoutes({ config }: Pick<Platform, 'config'>): Route[] {
  const { timeZone } = config;
  const remind = remindKind(timeZone);

  const again =
    (act: 'remind' | 'due' | 'withdraw') =>
    async (exchange: Exchange, form: FormState): Promise<void> => {
      const staff = exchange as Staff;
      const picked = ChosenForm.safeParse(form.values);
      const ids = picked.success ? picked.data['enrolmentIds[]'] : [];
      await show(staff, act, await enrolmentsWithin(scopeFor(staff), ids), form, timeZone);
    };

  const first = (act: 'remind' | 'due' | 'withdraw'): Route =>
    route({
      method: 'post',
      path: `/staff/${act}`,
      access: STAFF,
      schemas: { body: ChosenForm },
      handler: async (exchange) => {
        const found = await chosenBy(exchange, exchange.body['enrolmentIds[]']);
        await show(exchange, act, found, emptyForm({ back: exchange.body.back }), timeZone);
      },
      invalid: again(act),
    });

  const itemsOf = async (exchange: Staff, ids: readonly string[]) => {
    const people = await toChosen(await chosenBy(exchange, ids), readerOf(exchange));
    return people.map(({ enrolmentId, name }) => ({ label: name, data: { enrolmentId } }));
  };

  return [
    route({
      method: 'get',
      path: '/staff/remind',
      access: STAFF,
      handler: async (exchange) => {
        const late = await lateIn(scopeFor(exchange), timeZone);
        await show(exchange, 'remind', late, emptyForm(), timeZone);
      },
    }),
    first('remind'),
    first('due'),
    first('withdraw'),
    route({
      method: 'post',
      path: '/staff/remind/preview',
      access: STAFF,
      schemas: { body: RemindForm },
      handler: async (exchange) => {
        const { body } = exchange;
        const found = await chosenBy(exchange, body['enrolmentIds[]']);
        await show(exchange, 'remind', found, emptyForm({ ...body }), timeZone);
      },
      invalid: again('remind'),
    }),
    route({
      method: 'post',
      path: '/staff/remind/send',
      access: STAFF,
      schemas: { body: RemindForm },
      handler: async (exchange) => {
        const { actor, body, redirect } = exchange;
        const texts: MessageTexts = {
          en: body.text_en,
          zh: body.text_zh,
          ms: body.text_ms,
          ta: body.text_ta,
        };
        const { actId } = await startBulk(remind, {
          by: actor.id,
          params: { texts, back: ownPath(body.back, '/staff') },
          items: await itemsOf(exchange, body['enrolmentIds[]']),
        });
        redirect(actHref(actId));
      },
      invalid: again('remind'),
    }),
    route({
      method: 'post',
      path: '/staff/due/set',
      access: STAFF,
      schemas: { body: DueForm },
      handler: async (exchange) => {
        const { actor, body, redirect } = exchange;
        const { actId } = await startBulk(dueKind, {
          by: actor.id,
          params: { dueOn: body.dueOn, back: ownPath(body.back, '/staff') },
          items: await itemsOf(exchange, body['enrolmentIds[]']),
        });
        redirect(actHref(actId));
      },
      invalid: again('due'),
    }),
    route({
      method: 'post',
      path: '/staff/withdraw/confirm',
      access: STAFF,
      schemas: { body: WithdrawForm },
      handler: async (exchange) => {
        const { actor, body, redirect } = exchange;
        const { actId } = await startBulk(withdrawKind, {
          by: actor.id,
          params: { reason: body.reason, back: ownPath(body.back, '/staff') },
          items: await itemsOf(exchange, body['enrolmentIds[]']),
        });
        redirect(actHref(actId));
      },
      invalid: again('withdraw'),
    }),
  ];
}
