import { model, Schema } from 'mongoose';

/** `credential`: Ed25519, signs verifiable credentials. `pdf`: RSA with an X.509 certificate. */
export const KEY_KINDS = ['credential', 'pdf'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

/** What AES-256-GCM made of a private key; all in base64. */
export interface Sealed {
  salt: string;
  iv: string;
  tag: string;
  data: string;
}

export interface KeyRow {
  /** `<kind>-<generation>`: two that make the same one meet here. */
  _id: string;
  kind: KeyKind;
  /** From 1; the highest of a kind is the one that signs. */
  generation: number;
  createdAt: Date;
  /** True for a key that the settings brought in. */
  own: boolean;
  /** SPKI, DER, base64. */
  publicKey: string;
  /** X.509, DER, base64; the key's own first, then its issuers. Empty for `credential`. */
  certificates: string[];
  sealed: Sealed;
}

const text = { type: String, required: true, immutable: true } as const;

const schema = new Schema<KeyRow>(
  {
    _id: text,
    kind: { ...text, enum: KEY_KINDS },
    generation: { type: Number, required: true, immutable: true },
    createdAt: { type: Date, required: true, immutable: true },
    own: { type: Boolean, required: true, immutable: true },
    publicKey: text,
    certificates: { type: [String], required: true, immutable: true },
    sealed: {
      type: new Schema<Sealed>({ salt: text, iv: text, tag: text, data: text }, { _id: false }),
      required: true,
      immutable: true,
    },
  },
  { collection: 'signing_keys', versionKey: false },
);

export const SigningKeyRow = model('SigningKey', schema);

/** How many keys there are, whoever can open them. */
export const countKeys = (): Promise<number> => SigningKeyRow.countDocuments();
