import type { MakeStage } from '../types';
import { BASIC_STAGES } from './basic';
import { GAP_STAGES } from './gaps';
import { GROUP_STAGES } from './group';
import { JOIN_STAGES } from './joins';
import { OUTPUT_STAGES } from './output';
import { WINDOW_STAGES } from './window';

/** Every stage that is built, by its name. */
export const STAGES: ReadonlyMap<string, MakeStage> = new Map(
  [BASIC_STAGES, GROUP_STAGES, GAP_STAGES, JOIN_STAGES, OUTPUT_STAGES, WINDOW_STAGES].flatMap(
    (group) => Object.entries(group),
  ),
);
