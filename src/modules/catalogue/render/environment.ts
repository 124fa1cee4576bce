import type { Language } from '../../../platform/i18n';
import type { Mend } from '../faults/mends';
import type { Problem } from '../faults/problems';
import type { CourseImage } from '../types';

/** What the renderer needs to know of the text at hand, and whom it tells of faults. */
export interface RenderEnvironment {
  readonly language: Language;
  /** Where the text stands: only lessons have headings, containers and links between lessons. */
  readonly place: 'lesson' | 'quiz';
  /** Names of the interactive figures that exist. */
  readonly figures: ReadonlySet<string>;
  /** Tells a fault of line `line` (from 0) of the text. */
  fault(line: number, problem: Problem, mend: Mend): void;
  /** The picture that a path means, seen from the text's file; null after it told a fault. */
  image(path: string, line: number): CourseImage | null;
  /** The address of the lesson that a path means; null after it told a fault. */
  lesson(path: string, line: number): string | null;
}
