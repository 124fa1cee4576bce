import { randomUUID } from 'node:crypto';
import { invalidField } from '../../../platform/errors';
import { type Exchange, type FormState, formView, ownPath } from '../../../platform/http';
import {
  formatOf,
  LANGUAGE_NAMES,
  LANGUAGE_TAGS,
  LANGUAGES,
  translatorOf,
} from '../../../platform/i18n';
import type { EnrolmentSummary } from '../../learning';
import { noonOf } from '../../organisations';
import type { ListLook, PeopleLists } from '../lists';
import type { STAFF } from '../policy';
import type { Chosen } from '../schemas';
import { fillMessage, proposedTexts } from '../service/remind';
import { enrolmentsFor, peopleScopeOf } from '../service/within';
import { worldOf } from '../service/world';
import { type ChosenPerson, toChoices, toChosen } from '../view-models';
import { readerOf, staffPage } from './shared';

export type Staff = Exchange<typeof STAFF>;
export type Act = 'remind' | 'due' | 'withdraw' | 'again';

/** Whom an act is for: some who were ticked, or a list as it is at the moment. */
export interface Choice {
  readonly enrolments: readonly EnrolmentSummary[];
  /** Null for those who were ticked. */
  readonly list: (ListLook & { readonly text: string }) | null;
}

const SHOWN = 10;
/** So many of a list are read for how a message looks to its first reader in each language. */
const LOOKED_AT = 100;

/** Those whom a form names, as far as they are in the scope. */
export async function choiceOf(
  exchange: Staff,
  lists: PeopleLists,
  act: Act,
  chosen: Pick<Chosen, 'enrolmentIds[]' | 'everyone' | 'list'>,
): Promise<Choice> {
  const { actor } = exchange;
  const scope = await peopleScopeOf(actor);
  if (chosen.everyone === '') {
    return { enrolments: await enrolmentsFor(scope, chosen['enrolmentIds[]']), list: null };
  }
  const reader = readerOf(exchange);
  const look = await lists.look(actor, chosen.list, {
    reader,
    most: LOOKED_AT,
    openOnly: act !== 'again',
  });
  return {
    enrolments: await enrolmentsFor(scope, look.first),
    list: { ...look, text: chosen.list },
  };
}

/** How many an act would be done to: who has completed or left is reminded of nothing. */
export const countOf = ({ enrolments, list }: Choice, act: Act): number => {
  if (list === null) return enrolments.length;
  return act === 'again' ? list.total : list.open;
};

/** As `choiceOf`. @throws Invalid when nobody is left */
export async function somebody(
  exchange: Staff,
  lists: PeopleLists,
  act: Act,
  chosen: Chosen,
): Promise<Choice> {
  const choice = await choiceOf(exchange, lists, act, chosen);
  if (countOf(choice, act) > 0) return choice;
  throw invalidField('enrolmentIds[]', 'enrolling.chosen.none');
}

/** The page of an act before it is done: whom it is for, and what it asks. */
export async function showAct(
  exchange: Staff,
  act: Act,
  choice: Choice,
  form: FormState,
  timeZone: string,
): Promise<void> {
  const { page, t } = exchange;
  const { back, once } = form.values;
  const { enrolments, list } = choice;
  const reader = readerOf(exchange);
  const people = await toChosen(enrolments, reader);
  const shown = people.slice(0, SHOWN);
  const count = countOf(choice, act);
  page(
    `enrolling/${act}`,
    {
      ids: list === null ? people.map(({ enrolmentId }) => enrolmentId) : [],
      list: list && {
        text: list.text,
        about: list.about,
        total: list.total,
        left: list.total - count,
      },
      people: shown.map(({ name, course, dueOn }) => ({ name, course, dueOn })),
      more: Math.max(0, (list ? count : people.length) - shown.length),
      count,
      once: typeof once === 'string' ? once : randomUUID(),
      back: ownPath(typeof back === 'string' ? back : '/staff', '/staff'),
      form: formView(form, t),
      ...(act === 'remind' ? await messageView(choice, people, form, timeZone) : {}),
      ...(act === 'again' ? toChoices(await worldOf(exchange.actor), reader) : {}),
    },
    {
      ...staffPage(exchange, t(`enrolling.${act}.title`)),
      ...(form.faults.length > 0 ? { status: 422 } : {}),
    },
  );
}

/** The message in every language, and how the first reader of each will see it. */
async function messageView(
  { enrolments, list }: Choice,
  people: readonly ChosenPerson[],
  form: FormState,
  timeZone: string,
) {
  const proposed = proposedTexts((language) => translatorOf(language)('enrolling.remind.proposal'));
  const needed = new Set(people.map(({ language }) => language));
  const texts = LANGUAGES.map((language) => {
    const typed = form.values[`text_${language}`];
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
      // Who else reads in which language is in a list that was not read to its end.
      needed: needed.has(language) || (list !== null && list.open > people.length),
    })),
    previews,
  };
}
