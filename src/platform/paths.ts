import { existsSync } from 'node:fs';
import path from 'node:path';

/** The project's root: the nearest folder upwards that holds views/ (the same from src/ and from dist/). */
export const ROOT = (() => {
  let folder = __dirname;
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error(`No package.json above ${__dirname}`);
    folder = parent;
  }
  return folder;
})();

export const VIEWS = path.join(ROOT, 'views');
export const LOCALES = path.join(ROOT, 'src/locales');
export const COURSES = path.join(ROOT, 'courses');
export const DEMO_COURSES = path.join(ROOT, 'src/demo/courses');
export const DIST = path.join(ROOT, 'dist');
