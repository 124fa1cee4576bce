import { NotFound } from '../../../platform/errors';
import { type Exchange, type Route, route, sendCacheable } from '../../../platform/http';
import type { Platform } from '../../../platform/platform';
import { didDocument, didOf, jwkSet } from '../../../platform/vc';
import { textIn } from '../../catalogue';
import { openApi } from '../api';
import { formatCode } from '../code';
import { bakePng, bakeSvg } from '../credential/bake';
import { credentialOf } from '../credential/issue';
import type { CredentialRow } from '../credential/model';
import { statusList } from '../credential/status';
import type { CertificateRow } from '../model';
import { pictureOf } from '../picture';
import { verify } from '../queries';
import { StatusListParams, VerifyParams } from '../schemas';

/** Credentials asked for from one address: a program that checks a pile of them stays below it. */
const LIMIT = { name: 'credentials', tries: 600, seconds: 600 };

/** Seconds. A credential never changes; keys and states do. */
const FOR_EVER = 86_400;
const KEYS = 300;
const STATUS = 60;

const FORMS = ['application/vc', 'application/ld+json', 'application/json'];
const JWT_FORMS = ['application/vc+jwt', 'application/jwt'];

interface Found {
  row: CertificateRow;
  credential: CredentialRow;
}

const sendJson = (exchange: Exchange, { credential, row }: Found, download: boolean) =>
  sendCacheable(exchange, {
    type: 'application/vc',
    body: credential.json,
    maxAge: FOR_EVER,
    ...(download ? { download: `credential-${row.number}.json` } : {}),
  });

const sendJwt = (exchange: Exchange, { credential, row }: Found, download: boolean) =>
  sendCacheable(exchange, {
    type: 'application/vc+jwt',
    body: credential.jwt,
    maxAge: FOR_EVER,
    ...(download ? { download: `credential-${row.number}.jwt` } : {}),
  });

/** The issuer's keys and lists, which every check needs. */
const issuerRoutes = ({ config, keys }: Platform): Route[] => {
  const did = didOf(config.baseUrl);
  const description = JSON.stringify(openApi(config.baseUrl), null, 2);
  const published = async () =>
    (await keys.published())
      .filter(({ kind }) => kind === 'credential')
      .map(({ publicKey }) => publicKey);
  return [
    route({
      method: 'get',
      path: '/.well-known/did.json',
      access: 'public',
      handler: async (exchange) => {
        const document = didDocument(did, await published());
        sendCacheable(exchange, {
          type: 'application/did+ld+json',
          body: JSON.stringify(document, null, 2),
          maxAge: KEYS,
        });
      },
    }),
    route({
      method: 'get',
      path: '/.well-known/jwks.json',
      access: 'public',
      handler: async (exchange) =>
        sendCacheable(exchange, {
          type: 'application/jwk-set+json',
          body: JSON.stringify(jwkSet(did, await published()), null, 2),
          maxAge: KEYS,
        }),
    }),
    route({
      method: 'get',
      path: '/api/openapi.json',
      access: 'public',
      handler: (exchange) =>
        sendCacheable(exchange, { type: 'application/json', body: description, maxAge: KEYS }),
    }),
    route({
      method: 'get',
      path: '/credentials/status/:list',
      access: 'public',
      schemas: { params: StatusListParams },
      handler: async (exchange) => {
        const { purpose, number } = exchange.params.list;
        const tools = { keys, baseUrl: config.baseUrl };
        const body = await statusList(purpose, number, tools);
        if (!body) throw new NotFound();
        sendCacheable(exchange, { type: 'application/vc', body, maxAge: STATUS });
      },
    }),
  ];
};

/** A credential in each of its forms, for whoever knows its code. */
export const credentialRoutes = (platform: Platform): Route[] => {
  const tools = { keys: platform.keys, baseUrl: platform.config.baseUrl };
  const findRow = async ({ req }: Exchange, typed: string): Promise<CertificateRow> => {
    await platform.rateLimits.count(LIMIT, req.ip ?? 'unknown');
    const verification = await verify(typed);
    if (!('row' in verification)) throw new NotFound();
    return verification.row;
  };
  const find = async (exchange: Exchange, typed: string): Promise<Found> => {
    const row = await findRow(exchange, typed);
    return { row, credential: await credentialOf(row, tools) };
  };
  const pictureTools = { ...tools, pdf: platform.pdf, storage: platform.storage };
  const badgeOf = ({ snapshot }: CertificateRow, as: 'png' | 'svg') =>
    pictureOf(snapshot, { design: 'badge-1', as }, pictureTools);
  const form = (
    ending: string,
    send: (exchange: Exchange, found: Found) => void | Promise<void>,
  ): Route =>
    route({
      method: 'get',
      path: `/credentials/:code${ending}`,
      access: 'public',
      schemas: { params: VerifyParams },
      handler: async (exchange) => send(exchange, await find(exchange, exchange.params.code)),
    });
  return [
    ...issuerRoutes(platform),
    route({
      method: 'get',
      path: '/verify/:code/preview.png',
      access: 'public',
      schemas: { params: VerifyParams },
      handler: async (exchange) => {
        const { snapshot } = await findRow(exchange, exchange.params.code);
        const body = await pictureOf(snapshot, { design: 'share-1', as: 'png' }, pictureTools);
        sendCacheable(exchange, { type: 'image/png', body, maxAge: FOR_EVER });
      },
    }),
    form('.json', (exchange, found) => sendJson(exchange, found, true)),
    form('.jwt', (exchange, found) => sendJwt(exchange, found, true)),
    form('.png', async (exchange, { credential, row }) =>
      sendCacheable(exchange, {
        type: 'image/png',
        body: bakePng(await badgeOf(row, 'png'), credential.json),
        maxAge: FOR_EVER,
        download: `badge-${row.number}.png`,
      }),
    ),
    form('.svg', async (exchange, { credential, row }) =>
      sendCacheable(exchange, {
        type: 'image/svg+xml',
        body: bakeSvg(
          (await badgeOf(row, 'svg')).toString('utf8'),
          credential.json,
          textIn(row.snapshot.courseTitle, 'en', row.snapshot.courseLanguage),
        ),
        maxAge: FOR_EVER,
        download: `badge-${row.number}.svg`,
      }),
    ),
    form('', (exchange, found) => {
      exchange.res.vary('Accept');
      const form = exchange.req.accepts([...FORMS, ...JWT_FORMS, 'text/html']);
      // A person who follows the link wants to know what it is worth.
      if (form === 'text/html')
        exchange.redirect(`/verify/${encodeURIComponent(formatCode(found.row.code))}`);
      else if (typeof form === 'string' && JWT_FORMS.includes(form))
        sendJwt(exchange, found, false);
      else sendJson(exchange, found, false);
    }),
  ];
};
