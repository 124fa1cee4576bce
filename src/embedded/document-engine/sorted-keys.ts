import type { Key } from './bson/keystring';

const FULL = 512;

/**
 * Keys in order, in blocks: adding one moves the keys of its block only, so that a transaction with
 * a hundred thousand changes takes as long for the last as for the first.
 */
export class SortedKeys {
  /** Never empty, each with its keys in order; the blocks in the order of their first keys. */
  private readonly blocks: Key[][] = [];

  get isEmpty(): boolean {
    return this.blocks.length === 0;
  }

  /** Adds a key that is not there yet. */
  add(key: Key): void {
    const at = Math.max(0, this.blockOf(key));
    const block = this.blocks[at];
    if (!block) {
      this.blocks.push([key]);
      return;
    }
    block.splice(placeIn(block, key), 0, key);
    if (block.length >= FULL) this.blocks.splice(at + 1, 0, block.splice(FULL / 2));
  }

  /** The first key that is not less. */
  from(key: Key): Key | undefined {
    const at = Math.max(0, this.blockOf(key));
    const block = this.blocks[at];
    if (!block) return undefined;
    return block[placeIn(block, key)] ?? this.blocks[at + 1]?.[0];
  }

  /** The last key that is less. */
  before(key: Key): Key | undefined {
    const at = this.blockOf(key);
    const block = this.blocks[at];
    if (!block) return undefined;
    const place = placeIn(block, key);
    return place > 0 ? block[place - 1] : this.blocks[at - 1]?.at(-1);
  }

  /** The last block that begins with the key or before it; -1: none does. */
  private blockOf(key: Key): number {
    let from = 0;
    let to = this.blocks.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.blocks[middle]?.[0] ?? '') <= key) from = middle + 1;
      else to = middle;
    }
    return from - 1;
  }
}

/** Where a key is, or would be, in a block. */
function placeIn(block: readonly Key[], key: Key): number {
  let from = 0;
  let to = block.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((block[middle] ?? '') < key) from = middle + 1;
    else to = middle;
  }
  return from;
}
