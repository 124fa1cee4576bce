import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { now } from '../../shared/clock';
import { audit } from '../audit';
import type { Config } from '../config';
import { inTransaction, isDuplicateKey } from '../db';
import { KeysError } from './errors';
import { type KeyMaterial, makeMaterial, publicPart, readMaterial } from './material';
import { KEY_KINDS, type KeyKind, type KeyRow, SigningKeyRow } from './model';
import { seal, unseal } from './seal';

/** A key that may sign. */
export interface SigningKey {
  /** Such as `credential-1`; written into what it signs, so that the same key can be asked for again. */
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** X.509, DER; the key's own first, then its issuers. Empty for `credential`. */
  readonly certificates: readonly Buffer[];
}

/** A key as anyone may know it. */
export interface PublishedKey {
  readonly id: string;
  readonly kind: KeyKind;
  readonly createdAt: Date;
  /** True for the one that signs now. */
  readonly current: boolean;
  /** True for one that the settings brought in. */
  readonly own: boolean;
  readonly publicKey: KeyObject;
  readonly certificates: readonly Buffer[];
}

/** The signing keys of the site: in the database, encrypted, the same for all processes. */
export interface Keys {
  /** Makes what is missing and opens every key. @throws KeysError when the secret is not theirs */
  open(): Promise<void>;
  /** Opens every key that is there and makes none. @throws KeysError */
  check(): Promise<PublishedKey[]>;
  /** The key that signs now. @throws KeysError */
  signer(kind: KeyKind): Promise<SigningKey>;
  /** An earlier key, to make again what it has signed. @throws KeysError when there is none */
  signerOf(id: string): Promise<SigningKey>;
  /** All of them, oldest first; old ones stay for ever, for checking. */
  published(): Promise<PublishedKey[]>;
  /** Makes a new key that signs from now on. @throws KeysError */
  rotate(kind: KeyKind): Promise<PublishedKey>;
}

export interface KeysSettings {
  /** KEYS_SECRET. */
  readonly secret: string;
  /** The site's name, for the certificate that it makes itself. */
  readonly host: string;
  /** A P12 or PEM file with one's own key for PDF, and its password. */
  readonly own: { readonly file: string; readonly password: string | undefined } | undefined;
}

/** A rotation by another process is noticed after this long. */
const FRESH_MS = 30_000;

const WRONG_SECRET =
  'KEYS_SECRET is not the secret with which the signing keys were encrypted, so nothing can be signed. ' +
  'Set the one that was used before (outside production it is the file keys-secret in the data folder). ' +
  'No new keys are made: certificates signed with them would come from somebody else.';

const published = (row: KeyRow, rows: readonly KeyRow[]): PublishedKey => ({
  id: row._id,
  kind: row.kind,
  createdAt: row.createdAt,
  current: !rows.some((other) => other.kind === row.kind && other.generation > row.generation),
  own: row.own,
  publicKey: publicKeyOf(row),
  certificates: certificatesOf(row),
});

const publicKeyOf = (row: KeyRow): KeyObject =>
  createPublicKey({ key: Buffer.from(row.publicKey, 'base64'), type: 'spki', format: 'der' });

const certificatesOf = (row: KeyRow): Buffer[] =>
  row.certificates.map((text) => Buffer.from(text, 'base64'));

class Keyring implements Keys {
  readonly #settings: KeysSettings;
  readonly #opened = new Map<string, SigningKey>();
  #rows: readonly KeyRow[] = [];
  #readAt = Number.NEGATIVE_INFINITY;
  #opening: Promise<void> | undefined;

  constructor(settings: KeysSettings) {
    this.#settings = settings;
  }

  open(): Promise<void> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async check(): Promise<PublishedKey[]> {
    const keys = await this.published();
    for (const row of this.#rows) await this.#unlock(row);
    return keys;
  }

  async signer(kind: KeyKind): Promise<SigningKey> {
    await this.open();
    if (performance.now() - this.#readAt > FRESH_MS) await this.#read();
    const row = this.#newest(kind);
    if (!row) throw new KeysError(`There is no key of the kind ${kind}`);
    return this.#unlock(row);
  }

  async signerOf(id: string): Promise<SigningKey> {
    await this.open();
    const find = () => this.#rows.find(({ _id }) => _id === id);
    if (!find()) await this.#read();
    const row = find();
    if (!row) throw new KeysError(`There is no signing key ${id}`);
    return this.#unlock(row);
  }

  async published(): Promise<PublishedKey[]> {
    await this.#read();
    return this.#rows.map((row) => published(row, this.#rows));
  }

  async rotate(kind: KeyKind): Promise<PublishedKey> {
    if (kind === 'pdf' && this.#settings.own)
      throw new KeysError(
        'The key for PDF comes from PDF_CERTIFICATE: name another file there and start again.',
      );
    await this.open();
    await this.#read();
    const before = this.#newest(kind)?.generation ?? 0;
    const made = await makeMaterial(kind, this.#settings.host, now());
    const row = await this.#keep(kind, before + 1, made, false);
    if (!row) throw new KeysError(`Somebody else has just made a new key of the kind ${kind}`);
    await this.#read();
    return published(row, this.#rows);
  }

  async #open(): Promise<void> {
    const { own, host } = this.#settings;
    // Before anything is made: a wrong secret must never lead to a new identity beside the old one.
    await this.check();
    if (own) await this.#bringIn(await readMaterial(own.file, own.password));
    for (const kind of KEY_KINDS) {
      if (this.#newest(kind)) continue;
      await this.#keep(kind, 1, await makeMaterial(kind, host, now()), false);
      await this.#read();
    }
    await this.check();
  }

  /** One's own key becomes the one that signs, unless it was known before. */
  async #bringIn(material: KeyMaterial): Promise<void> {
    const publicKey = publicPart(material.privateKey);
    while (!this.#rows.some((row) => row.publicKey === publicKey)) {
      await this.#keep('pdf', (this.#newest('pdf')?.generation ?? 0) + 1, material, true);
      await this.#read();
    }
    if (this.#newest('pdf')?.publicKey !== publicKey)
      throw new KeysError(
        'PDF_CERTIFICATE names a key that signed once and was replaced: name the newer one, or none.',
      );
  }

  async #read(): Promise<void> {
    this.#rows = await SigningKeyRow.find().sort({ kind: 1, generation: 1 }).lean<KeyRow[]>();
    this.#readAt = performance.now();
  }

  #newest(kind: KeyKind): KeyRow | undefined {
    return this.#rows.findLast((row) => row.kind === kind);
  }

  /** @returns null when another process was first */
  async #keep(
    kind: KeyKind,
    generation: number,
    { privateKey, certificates }: KeyMaterial,
    own: boolean,
  ): Promise<KeyRow | null> {
    const id = `${kind}-${generation}`;
    const plain = privateKey.export({ type: 'pkcs8', format: 'der' });
    const row: KeyRow = {
      _id: id,
      kind,
      generation,
      createdAt: now(),
      own,
      publicKey: publicPart(privateKey),
      certificates: certificates.map((der) => der.toString('base64')),
      sealed: await seal(this.#settings.secret, id, plain),
    };
    try {
      await inTransaction(async () => {
        await SigningKeyRow.create([row]);
        await audit({
          action: 'keys.make',
          subject: { kind: 'signing-key', id },
          after: { kind, generation, own },
        });
      });
      return row;
    } catch (error) {
      if (isDuplicateKey(error)) return null;
      throw error;
    }
  }

  async #unlock(row: KeyRow): Promise<SigningKey> {
    const known = this.#opened.get(row._id);
    if (known) return known;
    const plain = await unseal(this.#settings.secret, row._id, row.sealed);
    if (!plain) throw new KeysError(WRONG_SECRET);
    const key = {
      id: row._id,
      privateKey: createPrivateKey({ key: plain, type: 'pkcs8', format: 'der' }),
      publicKey: publicKeyOf(row),
      certificates: certificatesOf(row),
    };
    this.#opened.set(row._id, key);
    return key;
  }
}

/** What the settings say about the keys. */
export const keysSettings = (config: Config, secret: string): KeysSettings => ({
  secret,
  host: new URL(config.baseUrl).host,
  own: config.pdfCertificate,
});

export const createKeys = (settings: KeysSettings): Keys => new Keyring(settings);
