import { model, Schema } from 'mongoose';

/** A migration that this database has been through, by its number. */
export interface LedgerRow {
  _id: number;
  name: string;
  needs: number;
  doneAt: Date;
  /** How long it took. */
  ms: number;
}

const schema = new Schema<LedgerRow>(
  {
    _id: { type: Number, required: true },
    name: { type: String, required: true },
    needs: { type: Number, required: true },
    doneAt: { type: Date, required: true },
    ms: { type: Number, required: true },
  },
  { collection: 'migrations', versionKey: false },
);

export const Ledger = model('Migration', schema);
