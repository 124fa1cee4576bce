import { model, Schema } from 'mongoose';
import { now } from '../../shared/clock';

interface BackupNoteRow {
  _id: 'last';
  at: Date;
  documents: number;
}

const BackupNote = model(
  'BackupNote',
  new Schema<BackupNoteRow>(
    {
      _id: { type: String, required: true },
      at: { type: Date, required: true },
      documents: { type: Number, required: true },
    },
    { collection: 'backup_notes', versionKey: false },
  ),
);

/** Writes down that a backup was made, for those who look after the site. */
export async function noteBackup(documents: number): Promise<void> {
  await BackupNote.updateOne({ _id: 'last' }, { $set: { at: now(), documents } }, { upsert: true });
}

/** The last backup that was written whole; null: none ever. */
export async function lastBackup(): Promise<{ at: Date; documents: number } | null> {
  const row = await BackupNote.findById('last').lean();
  return row && { at: row.at, documents: row.documents };
}
