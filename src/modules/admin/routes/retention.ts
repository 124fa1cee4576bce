import {
  type Exchange,
  emptyForm,
  type FormState,
  formView,
  type Route,
  route,
} from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import type { RetentionRule } from '../../../platform/retention';
import { siteAdministrator } from '../policy';
import { RetentionForm } from '../schemas';
import { retentionOf, setRetention, todayIn } from '../service/retention';
import { frame } from './frame';

const noonOf = (day: string): Date => new Date(`${day}T12:00:00Z`);

/** How long things are kept. */
export function retentionRoutes({ config }: Platform, rules: readonly RetentionRule[]): Route[] {
  const show = async (exchange: Exchange, form: FormState): Promise<void> => {
    const { t, visitor } = exchange;
    const { format } = visitor;
    const states = [];
    for (const rule of rules) {
      const { days, since, next, run } = await retentionOf(rule, config.timeZone);
      states.push({
        what: t(`admin.retention.key.${rule.key}`),
        text: t(`admin.retention.text.${rule.key}`),
        days: t('admin.retention.days', { count: days }),
        since: since === null ? t('admin.retention.unset') : format.day(noonOf(since)),
        next: next
          ? t('admin.retention.next', { count: next.days, date: format.day(noonOf(next.startsOn)) })
          : '',
        run: run
          ? t('admin.retention.run', { count: run.removed, date: format.dateTime(run.at) })
          : '',
      });
    }
    exchange.page(
      'admin/retention',
      {
        states,
        form: formView(form, t),
        keys: rules.map(({ key }) => ({ value: key, text: t(`admin.retention.key.${key}`) })),
        today: todayIn(config.timeZone),
      },
      frame(exchange, t('admin.retention.title'), { form }),
    );
  };

  return [
    route({
      method: 'get',
      path: '/admin/retention',
      access: siteAdministrator,
      handler: (exchange) => show(exchange, emptyForm({ startsOn: todayIn(config.timeZone) })),
    }),
    route({
      method: 'post',
      path: '/admin/retention',
      access: siteAdministrator,
      schemas: { body: RetentionForm },
      handler: async ({ body, redirect }) => {
        await setRetention(rules, body, config.timeZone);
        redirect('/admin/retention', { kind: 'success', key: 'admin.retention.done' });
      },
      invalid: show,
    }),
  ];
}
