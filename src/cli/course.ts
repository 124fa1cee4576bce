import path from 'node:path';
import {
  checkCourse,
  type Fault,
  inWords,
  publishCourse,
  syncCourse,
  writeCourseSchemas,
} from '../modules/catalogue';
import { loadConfig } from '../platform/config';
import { translatorOf } from '../platform/i18n';
import { COURSES } from '../platform/paths';
import { localStorage } from '../platform/storage';
import type { Command } from './command';
import { withInstalledDatabase } from './database';

function tell(dir: string, faults: readonly Fault[]): void {
  const shown = path.relative(process.cwd(), dir) || '.';
  const english = translatorOf('en');
  for (const fault of faults) {
    const { file, line, column, problem, reason, mend } = inWords(fault, english);
    const said = reason === null ? problem : `${problem}: ${reason}`;
    const place = line === null ? '' : `:${line}:${column ?? 1}`;
    console.log(`${path.join(shown, file)}${place}\n  ${said}\n  To mend it: ${mend}\n`);
  }
  console.log(faults.length === 1 ? '1 fault' : `${faults.length} faults`);
}

const check: Command = {
  name: 'course check',
  usage: 'course check DIR',
  summary: 'lists every fault of a course folder',
  run: async (args) => {
    const [dir, ...others] = args;
    if (dir === undefined || others.length > 0) {
      console.error('Usage: npm run kelas -- course check DIR');
      return 2;
    }
    const faults = await checkCourse(path.resolve(dir));
    if (faults.length > 0) tell(path.resolve(dir), faults);
    else console.log(`${dir} has no faults`);
    return faults.length > 0 ? 1 : 0;
  },
};

const publish: Command = {
  name: 'course publish',
  usage: 'course publish SLUG [--from-folder]',
  summary: 'publishes a course folder as its next version',
  run: async (args) => {
    const takeBack = args.includes('--from-folder');
    const [slug, ...others] = args.filter((each) => each !== '--from-folder');
    if (slug === undefined || others.length > 0 || !/^[a-z0-9-]+$/.test(slug)) {
      console.error('Usage: npm run kelas -- course publish SLUG [--from-folder]');
      return 2;
    }
    const config = loadConfig();
    const dir = path.join(config.coursesDir, slug);
    return withInstalledDatabase(config, async () => {
      const result = await syncCourse(dir, localStorage(path.join(config.dataDir, 'files')), {
        takeBack,
      });
      if (result.status === 'faulty') {
        tell(dir, result.faults);
        return 1;
      }
      if (result.status === 'uploaded') {
        console.error(`${slug} comes from uploads: to publish its folder, add --from-folder`);
        return 1;
      }
      if (result.status === 'unchanged' && !result.draft) {
        console.log(`${slug} has not changed since it was published`);
        return 0;
      }
      const { number } = await publishCourse(slug);
      console.log(`${slug} is published as version ${number}`);
      return 0;
    });
  },
};

const schema: Command = {
  name: 'course schema',
  usage: 'course schema',
  summary: 'writes courses/schema anew, for editors of course files',
  run: async () => {
    const files = await writeCourseSchemas(path.join(COURSES, 'schema'));
    console.log(`${files.length} schemas are written`);
    return 0;
  },
};

export const courseCommands: readonly Command[] = [check, publish, schema];
