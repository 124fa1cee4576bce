import { model, Schema, type Types } from 'mongoose';

/** How long something is kept from a day on. Only ever added: what held when can be looked up. */
export interface RetentionSettingRow {
  _id: Types.ObjectId;
  key: string;
  days: number;
  /** First day on which it holds, YYYY-MM-DD in the site's time zone. */
  startsOn: string;
  createdAt: Date;
}

const setting = new Schema<RetentionSettingRow>(
  {
    key: { type: String, required: true, immutable: true },
    days: { type: Number, required: true, immutable: true },
    startsOn: { type: String, required: true, immutable: true },
    createdAt: { type: Date, required: true, immutable: true },
  },
  { collection: 'retention_settings', versionKey: false },
);
setting.index({ key: 1, startsOn: -1, _id: -1 });

export const RetentionSetting = model('RetentionSetting', setting);

/** What the daily run last did with a rule. */
interface RetentionRunRow {
  _id: string;
  at: Date;
  removed: number;
}

export const RetentionRun = model(
  'RetentionRun',
  new Schema<RetentionRunRow>(
    {
      _id: { type: String, required: true },
      at: { type: Date, required: true },
      removed: { type: Number, required: true },
    },
    { collection: 'retention_runs', versionKey: false },
  ),
);
