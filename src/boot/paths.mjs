import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');
export const DIST = path.join(ROOT, 'dist');
/** For what can be made again at any time. */
export const CACHE = path.join(ROOT, '.cache');
