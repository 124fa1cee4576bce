import { z } from 'zod';
import { STATES } from './state';

const Text = z.string();
const Day = z.iso.date();
const Moment = z.iso.datetime().nullable();

/** What `/verify/:code.json` answers for a certificate that exists. */
export const VerifyAnswer = z.strictObject({
  status: z.enum(STATES).meta({ description: 'What the certificate is worth today' }),
  code: Text.meta({ examples: ['7F3C-9A21-KX4T'] }),
  number: Text.meta({ examples: ['KC-2026-7F3C9A21'] }),
  holder: Text.meta({ description: 'Name as it was; empty when the holder has left' }),
  course: z.strictObject({
    slug: Text,
    title: z.record(Text, Text).meta({ description: 'By language' }),
    version: z.int(),
    hours: z.number(),
    level: Text,
    skills: z.array(Text),
  }),
  mark: z.number().nullable().meta({ description: 'Per cent; null where the course shows none' }),
  issuer: z.strictObject({ code: Text, name: Text }),
  date: Day.meta({ description: 'Day of the award in the time zone of the organisation' }),
  validUntil: Day.nullable(),
  revokedAt: Moment,
  suspendedAt: Moment,
  supersededBy: z.strictObject({ code: Text, number: Text }).nullable(),
});

const VerifyMiss = z.strictObject({ status: z.enum(['unknown', 'mistyped', 'malformed']) });

const schemaOf = (schema: z.ZodType): object => {
  const { $schema, ...rest } = z.toJSONSchema(schema);
  return rest;
};

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const content = (...pairs: readonly (readonly [type: string, schema: object])[]) =>
  Object.fromEntries(pairs.map(([type, schema]) => [type, { schema }]));
const binary = { type: 'string', contentMediaType: 'application/octet-stream' };

const code = {
  name: 'code',
  in: 'path',
  required: true,
  description: 'Code on the certificate; capitals and hyphens do not matter',
  schema: { type: 'string', maxLength: 64, examples: ['7F3C-9A21-KX4T'] },
};
const list = {
  name: 'list',
  in: 'path',
  required: true,
  description: 'Purpose and number of the list',
  schema: { type: 'string', pattern: '^(revocation|suspension)-[1-9][0-9]{0,5}$' },
};

const notFound = { description: 'There is no such record' };
const tooMany = {
  description: 'Too many tries from one address',
  headers: { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } },
};
const notModified = { description: 'What `If-None-Match` names is still the same' };

interface Operation {
  readonly id: string;
  readonly summary: string;
  readonly tag: string;
  readonly parameters?: readonly object[];
  readonly answer: { readonly description: string; readonly content: object };
  readonly miss?: object;
  readonly limited?: boolean;
}

const get = (operation: Operation) => ({
  get: {
    operationId: operation.id,
    summary: operation.summary,
    tags: [operation.tag],
    security: [],
    ...(operation.parameters ? { parameters: operation.parameters } : {}),
    responses: {
      200: {
        ...operation.answer,
        headers: {
          ETag: { description: 'Of this content', schema: { type: 'string' } },
          'Cache-Control': { description: 'How long it may be kept', schema: { type: 'string' } },
        },
      },
      304: notModified,
      ...(operation.miss ? { 404: operation.miss } : {}),
      ...(operation.limited ? { 429: tooMany } : {}),
    },
  },
});

const form = (ending: string, id: string, summary: string, types: object) =>
  [
    `/credentials/{code}${ending}`,
    get({
      id,
      summary,
      tag: 'Credentials',
      parameters: [code],
      answer: { description: 'The credential; it never changes', content: types },
      miss: notFound,
      limited: true,
    }),
  ] as const;

/** The description of what programs may ask of this site without an account. */
export const openApi = (baseUrl: string) => ({
  openapi: '3.1.1',
  info: {
    title: 'Kelas: checking certificates',
    version: '1.0.0',
    description:
      'What anyone may ask without an account: what a certificate is worth, its verifiable credential, and what is needed to check it. Every answer may be read by other sites (CORS) and kept (ETag).',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: baseUrl }],
  tags: [
    { name: 'Verification', description: 'What a certificate is worth today' },
    { name: 'Credentials', description: 'Open Badges 3.0 on Verifiable Credentials 2.0' },
    { name: 'Issuer', description: 'Keys and status lists' },
  ],
  paths: Object.fromEntries([
    [
      '/verify/{code}.json',
      get({
        id: 'verify',
        summary: 'What a certificate is worth today',
        tag: 'Verification',
        parameters: [code],
        answer: {
          description: 'The certificate exists; its status says whether it is valid',
          content: content(['application/json', ref('Verification')]),
        },
        miss: {
          description: 'No certificate has this code',
          content: content(['application/json', ref('VerificationMiss')]),
        },
        limited: true,
      }),
    ],
    form('', 'getCredential', 'The credential, in the form that Accept names', {
      ...content(['application/vc', ref('Credential')], ['application/vc+jwt', ref('Jwt')]),
    }),
    form('.json', 'getCredentialJson', 'With a Data Integrity proof (eddsa-rdfc-2022)', {
      ...content(['application/vc', ref('Credential')]),
    }),
    form('.jwt', 'getCredentialJwt', 'As VC-JWT (EdDSA)', {
      ...content(['application/vc+jwt', ref('Jwt')]),
    }),
    form('.png', 'getBadgePng', 'Badge with the credential in an iTXt chunk', {
      ...content(['image/png', binary]),
    }),
    form('.svg', 'getBadgeSvg', 'Badge with the credential as an element', {
      ...content(['image/svg+xml', { type: 'string' }]),
    }),
    [
      '/credentials/status/{list}',
      get({
        id: 'getStatusList',
        summary: 'Bitstring Status List 1.0, as a signed credential',
        tag: 'Issuer',
        parameters: [list],
        answer: {
          description: 'A set bit: not to be accepted (revocation), or only suspended (suspension)',
          content: content(['application/vc', ref('Credential')]),
        },
        miss: notFound,
      }),
    ],
    [
      '/.well-known/did.json',
      get({
        id: 'getDid',
        summary: 'The did:web document: keys that sign, and those that did',
        tag: 'Issuer',
        answer: {
          description: 'DID document',
          content: content(['application/did+ld+json', { type: 'object' }]),
        },
      }),
    ],
    [
      '/.well-known/jwks.json',
      get({
        id: 'getJwks',
        summary: 'The same keys for JWT libraries',
        tag: 'Issuer',
        answer: {
          description: 'JSON Web Key Set',
          content: content(['application/jwk-set+json', { type: 'object' }]),
        },
      }),
    ],
  ]),
  components: {
    schemas: {
      Verification: schemaOf(VerifyAnswer),
      VerificationMiss: schemaOf(VerifyMiss),
      Credential: {
        type: 'object',
        description: 'A verifiable credential (https://www.w3.org/TR/vc-data-model-2.0/)',
        required: ['@context', 'id', 'type', 'issuer', 'validFrom', 'credentialSubject', 'proof'],
      },
      Jwt: { type: 'string', pattern: '^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$' },
    },
  },
});
