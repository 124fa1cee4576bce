import { readFileSync } from 'node:fs';
import path from 'node:path';

interface Entry {
  file: string;
  bytes: number;
  br?: number;
  gz?: number;
}

export interface Assets {
  /** The address of a built file by its plain name: `asset('app.css')` is `/assets/app-1A2B3C4D.css`. */
  asset(name: string): string;
}

/**
 * Reads `manifest.json` of the folder of public files once. Its files carry a hash in their names and
 * never change, so their addresses may be cached for ever.
 *
 * @throws when the client was not built, or (from `asset`) when a view asks for a file that is not there
 */
export function loadAssets(publicDir: string): Assets {
  const entries = new Map<string, Entry>(Object.entries(readManifest(publicDir)));
  return {
    asset(name) {
      const entry = entries.get(name);
      if (!entry) throw new Error(`There is no asset ${name} in ${publicDir}/manifest.json`);
      return `/assets/${entry.file}`;
    },
  };
}

function readManifest(publicDir: string): Record<string, Entry> {
  const file = path.join(publicDir, 'manifest.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, Entry>;
  } catch (cause) {
    throw new Error(`${file} cannot be read: build the client first`, { cause });
  }
}
