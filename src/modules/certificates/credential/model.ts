import { model, Schema, type Types } from 'mongoose';

/** The signed credential of a certificate. Written once, never changed. */
export interface CredentialRow {
  /** The certificate's. */
  _id: Types.ObjectId;
  /** With its Data Integrity proof, byte for byte as it is handed out. */
  json: string;
  /** The same as VC-JWT. */
  jwt: string;
  /** Id of the key that signed both. */
  keyId: string;
  /** Its place in the status lists: the list, from 1, and the entry. */
  list: number;
  index: number;
  issuedAt: Date;
}

const text = { type: String, required: true, immutable: true } as const;
const number = { type: Number, required: true, immutable: true } as const;

const schema = new Schema<CredentialRow>(
  {
    _id: { type: Schema.Types.ObjectId, required: true },
    json: text,
    jwt: text,
    keyId: text,
    list: number,
    index: number,
    issuedAt: { type: Date, required: true, immutable: true },
  },
  { collection: 'credentials', versionKey: false },
);
// Two that draw the same entry meet here.
schema.index({ list: 1, index: 1 }, { unique: true });

export const Credential = model('Credential', schema);
