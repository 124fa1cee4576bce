import { type Exchange, type Route, route } from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { formatCode, parseCode } from '../code';
import { verify } from '../queries';
import { VerifyParams, VerifyQuery } from '../schemas';
import { toVerifyJson, toVerifyPage } from '../view-models/public';
import { readerOf } from './reader';

/** Codes tried from one address; a person with a pile of certificates stays below it. */
const VERIFY_LIMIT = { name: 'verify', tries: 60, seconds: 600 };

/** What anyone sees who checks a code. */
export const verifyRoutes = (platform: Platform): Route[] => {
  const check = async ({ req }: Exchange, typed: string) => {
    await platform.rateLimits.count(VERIFY_LIMIT, req.ip ?? 'unknown');
    return verify(typed);
  };
  return [
    route({
      method: 'get',
      path: '/verify',
      access: 'public',
      schemas: { query: VerifyQuery },
      handler: (exchange) => {
        const { query, t } = exchange;
        if (query.code) {
          const parsed = parseCode(query.code);
          const code = parsed.kind === 'code' ? formatCode(parsed.code) : query.code;
          exchange.redirect(`/verify/${encodeURIComponent(code)}`);
          return;
        }
        exchange.page(
          'certificates/verify',
          { kind: null, typed: '', certificate: null },
          {
            title: t('certificates.verify.title'),
            description: t('certificates.verify.lead'),
            active: 'verify',
            canonical: '/verify',
          },
        );
      },
    }),
    route({
      method: 'get',
      path: '/verify/:code.json',
      access: 'public',
      schemas: { params: VerifyParams },
      handler: async (exchange) => {
        const verification = await check(exchange, exchange.params.code);
        exchange.json(toVerifyJson(verification), 'row' in verification ? 200 : 404);
      },
    }),
    route({
      method: 'get',
      path: '/verify/:code',
      access: 'public',
      schemas: { params: VerifyParams },
      handler: async (exchange) => {
        const verification = await check(exchange, exchange.params.code);
        const view = toVerifyPage(exchange.params.code, verification, readerOf(exchange));
        exchange.page('certificates/verify', view, {
          title: exchange.t(`certificates.verify.${verification.kind}.title`),
          status: 'row' in verification ? 200 : 404,
          active: 'verify',
          noindex: true,
        });
      },
    }),
  ];
};
