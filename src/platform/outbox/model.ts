import { model, Schema, type Types } from 'mongoose';
import { DAY } from '../../shared/clock';

export interface OutboxRow {
  _id: Types.ObjectId;
  type: string;
  payload: unknown;
  requestId: string;
  status: 'waiting' | 'sent';
  createdAt: Date;
  /** A relay owns the row until then. */
  leasedUntil: Date;
  leaseId: string | null;
  sentAt: Date | null;
}

const schema = new Schema<OutboxRow>(
  {
    type: { type: String, required: true },
    payload: { type: Schema.Types.Mixed, required: true },
    requestId: { type: String, required: true },
    status: { type: String, enum: ['waiting', 'sent'], required: true },
    createdAt: { type: Date, required: true },
    leasedUntil: { type: Date, required: true },
    leaseId: { type: String, default: null },
    sentAt: { type: Date, default: null },
  },
  { collection: 'outbox', versionKey: false },
);
schema.index({ status: 1, leasedUntil: 1, _id: 1 });
schema.index({ sentAt: 1 }, { expireAfterSeconds: (7 * DAY) / 1000 });

export const Outbox = model('OutboxRow', schema);
