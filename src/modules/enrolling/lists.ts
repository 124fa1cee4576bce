import type { Actor } from '../../platform/authz';
import type { Reader } from './view-models';

/** Someone in a list, by their enrolment. */
export interface ListedPerson {
  readonly enrolmentId: string;
  readonly userId: string;
  readonly name: string;
}

/** What a list shows at the moment. */
export interface ListLook {
  /** What it asks for, in words. */
  readonly about: readonly { readonly term: string; readonly text: string }[];
  /** Enrolments in it, and those of them that are still open. */
  readonly total: number;
  readonly open: number;
  /** Ids of the first of them; of the first that are open, when only those are asked for. */
  readonly first: readonly string[];
}

/**
 * Lists of people that another room shows, by what their address asks for (`node=…&state=overdue`):
 * always within what the actor may see at that moment.
 * @throws NotFound for a place that they may not see
 */
export interface PeopleLists {
  look(
    actor: Actor,
    list: string,
    request: { reader: Reader; most: number; openOnly: boolean },
  ): Promise<ListLook>;
  /** Ids of open enrolments whose day has passed, wherever the actor sees people, the longest first. */
  late(actor: Actor, most: number): Promise<string[]>;
  each(
    actor: Actor,
    list: string,
    request: { openOnly: boolean },
  ): AsyncIterable<readonly ListedPerson[]>;
}
