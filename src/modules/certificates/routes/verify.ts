import { type Exchange, type Route, route, sendCacheable } from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { formatCode, parseCode } from '../code';
import { checkFile } from '../credential/check-file';
import { type Verification, verify } from '../queries';
import { VerifyForm, VerifyParams, VerifyQuery } from '../schemas';
import { toFilePage } from '../view-models/file';
import { toVerifyJson, toVerifyPage } from '../view-models/public';
import { readerOf } from './reader';

/** Codes tried from one address; a person with a pile of certificates stays below it. */
const VERIFY_LIMIT = { name: 'verify', tries: 60, seconds: 600 };

/** Of an uploaded file: ten times what the largest of ours has. */
const MOST_BYTES = 4_000_000;

/** A revocation must show soon. */
const STATE_SECONDS = 60;

/** How a link to the page is shown elsewhere: one that is not valid is not praised with a picture. */
function sharedAs({ kind, row }: Extract<Verification, { row: unknown }>, course = '') {
  const canonical = `/verify/${formatCode(row.code)}`;
  if (kind !== 'valid') return { canonical, preview: 'share.png' };
  const description = `${course} · ${row.snapshot.organisation.name}`;
  return { canonical, description, preview: `${canonical}/preview.png` };
}

/** What anyone sees who checks a code. */
export const verifyRoutes = (platform: Platform): Route[] => {
  const { keys } = platform;
  const { baseUrl } = platform.config;
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
          { kind: null, typed: '', certificate: null, file: null, fileError: null },
          {
            title: t('certificates.verify.title'),
            description: t('certificates.verify.lead'),
            active: 'verify',
            canonical: '/verify',
            preview: 'share.png',
          },
        );
      },
    }),
    route({
      method: 'post',
      path: '/verify',
      access: 'public',
      upload: { maxBytes: MOST_BYTES },
      schemas: { body: VerifyForm },
      handler: async (exchange) => {
        const { req, body, t } = exchange;
        await platform.rateLimits.count(VERIFY_LIMIT, req.ip ?? 'unknown');
        const found = await checkFile(body.file.bytes, { keys, baseUrl });
        const view = toFilePage(found, body.file.name, readerOf(exchange), baseUrl);
        exchange.page('certificates/verify', view, {
          title: t(view.title),
          active: 'verify',
          noindex: true,
        });
      },
      invalid: ({ page, t }, form) => {
        const [fault] = form.faults;
        const fileError = fault ? t(fault.messageKey, fault.values) : null;
        page(
          'certificates/verify',
          { kind: null, typed: '', certificate: null, file: null, fileError },
          { title: t('certificates.verify.title'), active: 'verify', status: 422, noindex: true },
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
        const answer = toVerifyJson(verification);
        if (!('row' in verification)) exchange.json(answer, 404);
        else
          sendCacheable(exchange, {
            type: 'application/json; charset=utf-8',
            body: JSON.stringify(answer),
            maxAge: STATE_SECONDS,
          });
      },
    }),
    route({
      method: 'get',
      path: '/verify/:code',
      access: 'public',
      schemas: { params: VerifyParams },
      handler: async (exchange) => {
        const verification = await check(exchange, exchange.params.code);
        const view = {
          ...toVerifyPage(exchange.params.code, verification, readerOf(exchange)),
          file: null,
          fileError: null,
        };
        exchange.page('certificates/verify', view, {
          title: exchange.t(`certificates.verify.${verification.kind}.title`),
          status: 'row' in verification ? 200 : 404,
          active: 'verify',
          noindex: true,
          ...('row' in verification ? sharedAs(verification, view.certificate?.course) : {}),
        });
      },
    }),
  ];
};
