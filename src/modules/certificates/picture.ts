import { createHash } from 'node:crypto';
import { translatorOf } from '../../platform/i18n';
import type { Design } from '../../platform/pdf';
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

type Drawing = { design: Design; data: object; as: 'png' | 'svg' };

async function findOrDraw(key: string, drawing: Drawing, { storage, pdf }: PictureTools) {
  const kept = await storage.get(key);
  if (kept) return kept;
  const bytes = await pdf.render({ ...drawing, createdAt: 0 });
  await storage.put(key, bytes);
  return bytes;
}

/** A picture that no process draws twice: the same design with the same facts gives the same bytes. */
export function keptPicture(drawing: Drawing, tools: PictureTools): Promise<Buffer> {
  const { design, data, as } = drawing;
  const name = createHash('sha256')
    .update(JSON.stringify([design, data]))
    .digest('hex');
  const key = `pictures/${name}.${as}`;
  const before = inWork.get(key);
  if (before) return before;
  const work = findOrDraw(key, drawing, tools).finally(() => inWork.delete(key));
  inWork.set(key, work);
  return work;
}

/** The picture of a certificate's course, award and year. */
export const pictureOf = (
  snapshot: Snapshot,
  { design, as }: { design: PictureDesign; as: 'png' | 'svg' },
  tools: PictureTools,
): Promise<Buffer> =>
  keptPicture(
    { design: { file: `${design}.typ` }, data: inputOf(snapshot, tools.baseUrl), as },
    tools,
  );
