import {
  type Exchange,
  emptyForm,
  type FormState,
  type Route,
  route,
} from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { findPublishedVersion, languageOf, textIn } from '../../catalogue';
import { findOrganisation, nameIn } from '../../organisations';
import { formatCode } from '../code';
import { CodeForm, CodeParams, CourseParams } from '../schemas';
import { type Enrolled, enrol } from '../service/enrol';
import { enrolByCode } from '../service/enrol-by-code';
import { findUsableCode } from '../service/enrolment-codes';

/** Codes are short: nobody may try them all. */
const CODE_LIMIT = { name: 'enrolment-code', tries: 20, seconds: 3600 };

const goToCourse = (exchange: Pick<Exchange, 'redirect'>, { enrolmentId, outcome }: Enrolled) =>
  exchange.redirect(`/learn/${enrolmentId}`, {
    kind: outcome === 'existing' ? 'info' : 'success',
    key: `learning.enrol.${outcome}`,
  });

function showCodePage(exchange: Pick<Exchange, 'page' | 't'>, form: FormState): void {
  const { t } = exchange;
  const value = form.values['code'];
  exchange.page(
    'learning/enrol',
    {
      code: typeof value === 'string' ? value : '',
      errors: form.faults.map(({ field, messageKey, values }) => ({
        field,
        text: t(messageKey, values),
      })),
    },
    {
      title: t('learning.code.title'),
      active: 'courses',
      breadcrumbs: [
        { text: t('learning.code.courses'), href: '/courses' },
        { text: t('learning.code.title') },
      ],
      ...(form.faults.length > 0 ? { status: 422 } : {}),
    },
  );
}

export const enrolRoutes = (platform: Platform): Route[] => [
  route({
    method: 'post',
    path: '/courses/:slug/enrol',
    access: 'signedIn',
    schemas: { params: CourseParams },
    handler: async (exchange) => {
      const { actor, params } = exchange;
      goToCourse(exchange, await enrol({ userId: actor.id, courseSlug: params.slug }));
    },
  }),
  route({
    method: 'get',
    path: '/enrol',
    access: 'signedIn',
    handler: (exchange) => showCodePage(exchange, emptyForm()),
  }),
  route({
    method: 'post',
    path: '/enrol',
    access: 'signedIn',
    schemas: { body: CodeForm },
    handler: async (exchange) => {
      const { actor, body } = exchange;
      await platform.rateLimits.count(CODE_LIMIT, actor.id);
      goToCourse(exchange, await enrolByCode({ userId: actor.id, code: body.code }));
    },
    invalid: (exchange, form) => showCodePage(exchange, form),
  }),
  route({
    method: 'get',
    path: '/enrol/:code',
    access: 'signedIn',
    schemas: { params: CodeParams },
    handler: async (exchange) => {
      const { actor, params, t, visitor } = exchange;
      await platform.rateLimits.count(CODE_LIMIT, actor.id);
      const code = await findUsableCode(params.code);
      const version = await findPublishedVersion(code.courseSlug);
      if (!version) {
        showCodePage(exchange, emptyForm({ code: params.code }));
        return;
      }
      const organisation = code.organisationId ? await findOrganisation(code.organisationId) : null;
      const { language } = visitor.preferences;
      exchange.page(
        'learning/join',
        {
          code: formatCode(code.code),
          course: textIn(version.title, language, version.language),
          summary: textIn(version.summary, language, version.language),
          textLang: languageOf(version.title, language, version.language),
          courseHref: `/courses/${version.courseSlug}`,
          organisation: organisation && nameIn(organisation, language),
          minutes: version.minutes,
        },
        { title: t('learning.join.title'), active: 'courses', noindex: true },
      );
    },
    invalid: (exchange, form) =>
      showCodePage(exchange, { ...form, values: { code: exchange.params.code } }),
  }),
];
