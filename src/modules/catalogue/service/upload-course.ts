import { withLease } from '../../../platform/db';
import type { FileStorage } from '../../../platform/storage';
import type { Mend } from '../faults/mends';
import type { Problem } from '../faults/problems';
import { readArchive } from '../source/archive';
import { FaultList } from '../source/faults';
import { loadCourse } from '../source/load-course';
import type { Fault } from '../types';
import { keepDraft, newestOf } from './sync-course';

export type UploadResult =
  /** Something is wrong in the .zip; nothing was changed. */
  | { readonly status: 'faulty'; readonly faults: readonly Fault[] }
  /** The newest version was made from exactly these files. */
  | { readonly status: 'unchanged'; readonly slug: string }
  /** Something else would be lost: a draft that waits, or a course that comes from a folder. */
  | { readonly status: 'in-the-way'; readonly slug: string; readonly what: 'draft' | 'folder' }
  | { readonly status: 'draft'; readonly slug: string };

const fault = (problem: Problem, mend: Mend): UploadResult => ({
  status: 'faulty',
  faults: [{ file: 'course.yml', line: null, column: null, problem, mend }],
});

/**
 * Makes a draft version of a course that comes as a .zip. Nothing is overwritten unasked.
 * @param options.teachesFor whether the one who uploads teaches for the organisation with this code
 * @param options.replace a draft that waits may be replaced, and a course taken over from its folder
 */
export async function uploadCourse(
  bytes: Buffer,
  storage: FileStorage,
  options: { teachesFor: (provider: string) => Promise<boolean>; replace: boolean },
): Promise<UploadResult> {
  const faults = new FaultList();
  const folder = await readArchive(bytes, faults);
  if (!folder || faults.size > 0) return { status: 'faulty', faults: faults.sorted() };
  const course = loadCourse(folder);
  if ('faults' in course) return { status: 'faulty', faults: course.faults };
  const slug = folder.name;
  const { provider } = course.content;
  if (!(await options.teachesFor(provider))) {
    return fault(['notTeaching', { code: provider }], ['ownCode']);
  }
  // One at a time: whoever comes second sees the draft of the first.
  return withLease(`catalogue.upload.${slug}`, async (): Promise<UploadResult> => {
    const { draft, published, source } = await newestOf(slug);
    const owner = published?.content.provider ?? draft?.content.provider;
    if (owner !== undefined && !(await options.teachesFor(owner))) {
      return fault(['othersId', { id: slug }], ['chooseOtherId']);
    }
    if ((draft ?? published)?.hash === folder.hash) return { status: 'unchanged', slug };
    const inTheWay = published && source === 'folder' ? 'folder' : draft ? 'draft' : null;
    if (inTheWay && !options.replace) return { status: 'in-the-way', slug, what: inTheWay };
    await keepDraft({ folder, course, archive: bytes, origin: 'upload', before: draft }, storage);
    return { status: 'draft', slug };
  });
}
