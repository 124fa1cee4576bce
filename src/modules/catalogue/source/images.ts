import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Mend } from '../faults/mends';
import type { Problem } from '../faults/problems';
import type { SvgFault } from '../faults/values';
import type { CourseImage } from '../types';
import type { CourseFolder } from './course-folder';
import { suggest } from './faults';
import { sizeOfImage } from './image-size';

export const IMAGE_TYPES: Readonly<Record<string, string>> = {
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
};

/** A picture that a version shows, to be kept under its address. */
export interface ImageFile {
  readonly url: string;
  /** Storage key. */
  readonly key: string;
  readonly bytes: Buffer;
}

export interface ImageProblem {
  readonly problem: Problem;
  readonly mend: Mend;
}

/** What an SVG must not hold: scripts, foreign content, and anything fetched from elsewhere. */
const SVG_FAULTS: readonly [RegExp, SvgFault][] = [
  [/<script\b/i, 'script'],
  [/<foreignObject\b/i, 'foreign'],
  [/\son[a-z]+\s*=/i, 'handler'],
  [/<!ENTITY/i, 'entity'],
  [/(?:href|src)\s*=\s*["']?\s*(?:https?:|\/\/|javascript:)/i, 'link'],
  [/@import|url\(\s*["']?\s*(?:https?:|\/\/)/i, 'style'],
];

/** The pictures of a course: finds them by path, checks them, and gives them addresses by content. */
export class Images {
  readonly #folder: CourseFolder;
  readonly #slug: string;
  readonly #found = new Map<string, { image: CourseImage; file: ImageFile } | ImageProblem>();

  constructor(folder: CourseFolder, slug: string) {
    this.#folder = folder;
    this.#slug = slug;
  }

  /** The picture at `reference`, seen from `fromFile`, or what is wrong with it. */
  find(reference: string, fromFile: string): CourseImage | ImageProblem {
    if (/^([a-z][a-z0-9+.-]*:|\/)/i.test(reference)) {
      return {
        problem: ['pictureElsewhere', { path: reference.slice(0, 80) }],
        mend: ['intoImages'],
      };
    }
    const file = path.posix.join(path.posix.dirname(fromFile), reference);
    let found = this.#found.get(file);
    if (!found) {
      found = this.#read(file);
      this.#found.set(file, found);
    }
    return 'image' in found ? found.image : found;
  }

  /** Every picture that was found. */
  get files(): ImageFile[] {
    const files = [...this.#found.values()].flatMap((each) => ('file' in each ? [each.file] : []));
    return [...new Map(files.map((file) => [file.key, file])).values()];
  }

  #read(file: string): { image: CourseImage; file: ImageFile } | ImageProblem {
    const bytes = this.#folder.files.get(file);
    if (!bytes) {
      const images = [...this.#folder.files.keys()].filter((name) => typeOf(name) !== null);
      return { problem: ['noPicture', { path: file }], mend: suggest(file, images) };
    }
    const extension = typeOf(file);
    if (extension === null) {
      return {
        problem: ['unknownPicture', { path: file }],
        mend: ['useOneOf', { names: Object.keys(IMAGE_TYPES).join(', ') }],
      };
    }
    const unsafe = extension === 'svg' ? unsafeIn(bytes.toString('utf8')) : null;
    if (unsafe) {
      return { problem: ['unsafePicture', { path: file, what: unsafe }], mend: ['plainSvg'] };
    }
    const size = sizeOfImage(bytes, extension);
    if (!size) {
      return {
        problem: ['brokenPicture', { path: file, kind: extension }],
        mend: extension === 'svg' ? ['giveViewBox'] : ['saveAgain'],
      };
    }
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
    const url = `/courses/${this.#slug}/assets/${hash}.${extension}`;
    return {
      image: { url, ...size },
      file: { url, key: assetKey(this.#slug, hash, extension), bytes },
    };
  }
}

export const assetKey = (slug: string, hash: string, extension: string): string =>
  `courses/${slug}/${hash}.${extension}`;

function typeOf(file: string): string | null {
  const extension = path.posix.extname(file).slice(1).toLowerCase().replace('jpeg', 'jpg');
  return extension in IMAGE_TYPES ? extension : null;
}

const unsafeIn = (svg: string): SvgFault | null =>
  SVG_FAULTS.find(([pattern]) => pattern.test(svg))?.[1] ?? null;
