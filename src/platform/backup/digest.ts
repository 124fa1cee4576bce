import { createHash } from 'node:crypto';
import type { End } from './format';

/** Counts and hashes what passes by. */
export class Digest {
  readonly #hash = createHash('sha256');
  #count = 0;
  #bytes = 0;

  add(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#count += 1;
    this.#bytes += bytes.length;
  }

  /** @param count where what is counted is not what was added */
  end(count = this.#count): End {
    return { count, bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
}

export const isSame = (a: End, b: End): boolean =>
  a.count === b.count && a.bytes === b.bytes && a.sha256 === b.sha256;
