import { generateKeyPairSync } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import {
  addProof,
  CanonicalTemplates,
  CREDENTIALS_V2,
  didDocument,
  didOf,
  encodeList,
  hasValidProof,
  keyNameOf,
  OPEN_BADGES_V3,
} from '../../src/platform/vc';
import { canonize } from '../../src/platform/vc/canonize';
import { fromBase58, toBase58 } from '../../src/platform/vc/multibase';

const build = ([name = '', hash = '', index = '']: readonly string[]) => ({
  '@context': [CREDENTIALS_V2, OPEN_BADGES_V3],
  id: `https://learn.example.org/credentials/${index}`,
  type: ['VerifiableCredential', 'OpenBadgeCredential'],
  issuer: { id: 'did:web:learn.example.org', type: ['Profile'], name: 'A union' },
  credentialSubject: {
    id: `https://learn.example.org/credentials/${index}#holder`,
    type: ['AchievementSubject'],
    identifier: [
      { type: 'IdentityObject', identityType: 'name', hashed: false, identityHash: name },
      { type: 'IdentityObject', identityType: 'emailAddress', hashed: true, identityHash: hash },
    ],
  },
});

describe('a canonical form from a template', () => {
  test('is that of JSON-LD itself, whatever the values are', async () => {
    const templates = new CanonicalTemplates();
    const names = [
      'Tan Ah Kow',
      '陈美华',
      'கவிதா முருகன்',
      'O\\Neil "Al" <x>',
      'a\nb',
      '_:c14n0',
      '😀',
    ];
    for (const [i, name] of [...names, ...names, ...names].entries()) {
      const values = [name, `sha256$${(i * 7919).toString(16)}`, String(i)];
      expect(await templates.canonize('one', values, build)).toBe(await canonize(build(values)));
    }
  });

  test('is refused for nodes without ids that name each other', async () => {
    const nested = ([name = '']: readonly string[]) => ({
      ...build([name, 'hash', '1']),
      credentialSubject: {
        type: ['AchievementSubject'],
        identifier: [{ type: 'IdentityObject', identityHash: name, hashed: false }],
      },
    });
    await expect(new CanonicalTemplates().canonize('two', ['x'], nested)).rejects.toThrow('no id');
  });

  test('of a context that Kelas does not have is refused, and nothing is fetched', async () => {
    await expect(
      canonize({ '@context': 'https://example.org/context', id: 'x' }),
    ).rejects.toThrow();
  });
});

describe('a proof', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const did = didOf('https://learn.example.org:8443');
  const key = { id: keyNameOf(did, publicKey), privateKey };
  const keys = new Map([[key.id, publicKey]]);
  const document = build(['Tan', 'sha256$1', '1']);

  test('holds for the document and not for another; the same time gives the same one', async () => {
    const at = new Date('2026-11-22T01:02:03.456Z');
    const secured = await addProof(document, key, at);
    expect(secured.proof[0]?.created).toBe('2026-11-22T01:02:03Z');
    expect(await addProof(document, key, at)).toEqual(secured);
    expect(await hasValidProof(secured, keys)).toBe(true);
    expect(await hasValidProof({ ...secured, id: `${secured.id}0` } as never, keys)).toBe(false);
    const [proof] = secured.proof;
    const later = { ...secured, proof: [{ ...proof!, created: '2026-11-22T01:02:04Z' }] };
    expect(await hasValidProof(later, keys)).toBe(false);
    expect(await hasValidProof(secured, new Map())).toBe(false);
  });

  test('its key is published with the site’s identifier', () => {
    expect(did).toBe('did:web:learn.example.org%3A8443');
    expect(didDocument(did, [publicKey])).toMatchObject({
      id: did,
      verificationMethod: [{ id: key.id, publicKeyMultibase: expect.stringMatching(/^z6Mk/) }],
      assertionMethod: [key.id],
    });
  });
});

test('base58 gives back what it was given, zeros in front too', () => {
  for (const hex of ['', '00', '0000ff', 'ed01aabb', '61', 'ff'.repeat(64)]) {
    const bytes = Buffer.from(hex, 'hex');
    if (hex !== '') expect(fromBase58(toBase58(bytes))?.toString('hex')).toBe(hex);
  }
  // Test vectors of draft-msporny-base58.
  expect(toBase58(Buffer.from('Hello World!'))).toBe('z2NEpo7TZRRrLZSi2U');
  expect(toBase58(Buffer.from('0000287fb4cd', 'hex'))).toBe('z11233QC4');
  expect(fromBase58('z0OIl')).toBeNull();
});

test('a status list sets the bits that it is given, from the left', () => {
  const bits = gunzipSync(Buffer.from(encodeList([0, 9, 131_071]).slice(1), 'base64url'));
  expect([bits[0], bits[1], bits.at(-1), bits.length]).toEqual([0x80, 0x40, 0x01, 16_384]);
});
