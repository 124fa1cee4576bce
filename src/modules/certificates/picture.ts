import { createHash } from 'node:crypto';
import { translatorOf } from '../../platform/i18n';
import type { Platform } from '../../platform/platform';
import { languageOf, textIn } from '../catalogue';
import type { Snapshot } from './model';

/** What a picture says: never whose certificate it is, so everyone with the same course shares it. */
interface PictureInput {
  course: string;
  lang: string;
  organisation: string;
  kind: string;
  year: string;
  /** Last line of the picture beside a link. */
  foot: string;
}

/** Typst files in views/certificates/designs. One that was used never changes: see decision 0066. */
type PictureDesign = 'badge-1' | 'share-1';

export type PictureTools = Pick<Platform, 'pdf' | 'storage'> & { baseUrl: string };

function inputOf({ courseTitle, courseLanguage, organisation, date }: Snapshot, baseUrl: string) {
  const year = date.slice(0, 4);
  return {
    course: textIn(courseTitle, 'en', courseLanguage),
    lang: languageOf(courseTitle, 'en', courseLanguage),
    organisation: organisation.name,
    kind: translatorOf('en')('certificates.picture.kind'),
    year,
    foot: `${year} · ${new URL(baseUrl).host}`,
  } satisfies PictureInput;
}

/** Pictures that are being drawn: who asks for the same one meanwhile waits for it. */
const inWork = new Map<string, Promise<Buffer>>();

/** Draws it where no process has done so yet; the same facts give the same bytes. */
async function drawn(
  key: string,
  { storage, pdf }: PictureTools,
  request: { design: { file: string }; data: PictureInput; as: 'png' | 'svg' },
): Promise<Buffer> {
  const kept = await storage.get(key);
  if (kept) return kept;
  const bytes = await pdf.render({ ...request, createdAt: 0 });
  await storage.put(key, bytes);
  return bytes;
}

/** The picture of a certificate's course, award and year. */
export function pictureOf(
  snapshot: Snapshot,
  { design, as }: { design: PictureDesign; as: 'png' | 'svg' },
  tools: PictureTools,
): Promise<Buffer> {
  const data = inputOf(snapshot, tools.baseUrl);
  const name = createHash('sha256')
    .update(JSON.stringify([design, data]))
    .digest('hex');
  const key = `pictures/${name}.${as}`;
  const before = inWork.get(key);
  if (before) return before;
  const work = drawn(key, tools, { design: { file: `${design}.typ` }, data, as }).finally(() =>
    inWork.delete(key),
  );
  inWork.set(key, work);
  return work;
}
