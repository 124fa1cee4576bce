import type { Readable } from 'node:stream';

/** Keeps files under keys such as `certificates/2026/<id>.pdf`. S3 has the same shape. */
export interface FileStorage {
  /** Keeps `bytes` under `key`, replacing what was there, whole or not at all; safe on disk when it resolves. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** The bytes, or null when there is no such file. */
  get(key: string): Promise<Buffer | null>;
  /** A stream and the size in bytes, or null when there is no such file. */
  open(key: string): Promise<{ stream: Readable; size: number } | null>;
  /** Removes the file when it is there. */
  remove(key: string): Promise<void>;
}

/** Keys are made by our own code, never from input; anything else is a fault of ours. */
export function checkKey(key: string): void {
  const parts = key.split('/');
  if (!parts.every((part) => /^[a-zA-Z0-9_-][a-zA-Z0-9._-]*$/.test(part)) || key.length > 200) {
    throw new Error(`Not a storage key: ${key}`);
  }
}
