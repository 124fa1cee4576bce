import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import mongoose from 'mongoose';
import { courseCommands } from '../../src/cli/course';
import { CourseVersion } from '../../src/modules/catalogue/model';
import { connectDb, disconnectDb } from '../../src/platform/db';
import { plainCourse, withCourse, writeCourse } from '../support/factories/catalogue';
import { mongodbUri } from '../support/services';

/** Runs a command as `npm run kelas -- …` does; what it printed and its exit code. */
async function run(name: string, ...args: string[]) {
  const lines: string[] = [];
  const print = (...parts: unknown[]) => void lines.push(parts.join(' '));
  const log = jest.spyOn(console, 'log').mockImplementation(print);
  const error = jest.spyOn(console, 'error').mockImplementation(print);
  try {
    const command = courseCommands.find((each) => each.name === name);
    const code = await command?.run(args);
    return { code, text: lines.join('\n') };
  } finally {
    log.mockRestore();
    error.mockRestore();
  }
}

describe('course check', () => {
  test('a course without faults', async () => {
    await withCourse('plain', plainCourse(), async (dir) => {
      expect(await run('course check', dir)).toEqual({ code: 0, text: `${dir} has no faults` });
    });
  });

  test('names each fault with its file, line and mend, and counts them', async () => {
    const faulty = {
      ...plainCourse(),
      'modules/01-only/01-lesson.md': '---\ntitle: A lesson\nminutes: 8\n---\n\n# One\n',
      'course.yml': (plainCourse()['course.yml'] ?? '').replace('beginner', 'easy'),
    };
    await withCourse('plain', faulty, async (dir) => {
      const { code, text } = await run('course check', dir);
      const shown = path.relative(process.cwd(), dir);
      expect(code).toBe(1);
      expect(text).toBe(
        [
          `${shown}/course.yml:5:8`,
          '  "level: easy" is not known',
          '  To mend it: use one of: beginner, intermediate, advanced',
          '',
          `${shown}/modules/01-only/01-lesson.md:6:1`,
          '  a heading of level 1 stands in the lesson',
          '  To mend it: use ##: the title is level 1',
          '',
          '2 faults',
        ].join('\n'),
      );
    });
  });

  test('without a folder it says how it is called', async () => {
    const { code, text } = await run('course check');
    expect(code).toBe(2);
    expect(text).toContain('course check DIR');
  });
});

describe('course publish', () => {
  const before = { ...process.env };
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'kelas-publish-'));
    Object.assign(process.env, {
      MONGODB_URI: mongodbUri(`publish-${process.pid}`),
      KELAS_COURSES: folder,
      KELAS_DATA: path.join(folder, 'data'),
    });
    await writeCourse(path.join(folder, 'plain'), plainCourse());
  });
  afterAll(async () => {
    await connectDb(process.env['MONGODB_URI'] ?? '');
    await mongoose.connection.dropDatabase();
    await disconnectDb();
    process.env = before;
    await rm(folder, { recursive: true, force: true });
  });

  test('publishes the folder as it is now, once', async () => {
    expect(await run('course publish', 'plain')).toEqual({
      code: 0,
      text: 'plain is published as version 1',
    });
    expect(await run('course publish', 'plain')).toEqual({
      code: 0,
      text: 'plain has not changed since it was published',
    });
    await connectDb(process.env['MONGODB_URI'] ?? '');
    expect(await CourseVersion.countDocuments({})).toBe(1);
    await disconnectDb();
  });

  test('does not publish what has faults', async () => {
    await writeCourse(path.join(folder, 'plain'), { 'modules/01-only/01-lesson.md': 'No head.\n' });
    const { code, text } = await run('course publish', 'plain');
    expect(code).toBe(1);
    expect(text).toContain('the head of the lesson is missing');
  });

  test.each([
    ['without a name', []],
    ['with a path', ['../plain']],
    ['with two names', ['plain', 'other']],
  ])('is not called %s', async (_name, args) => {
    expect((await run('course publish', ...args)).code).toBe(2);
  });
});
