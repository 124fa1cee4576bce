import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  findCourse,
  findPublishedVersion,
  findVersion,
  publishCourse,
  syncAll,
  syncCourse,
} from '../../src/modules/catalogue';
import { CourseVersion } from '../../src/modules/catalogue/model';
import { AuditLog } from '../../src/platform/audit';
import { Outbox } from '../../src/platform/outbox/model';
import { useApp } from '../support/app';
import {
  plainCourse,
  publishPlainCourse,
  SVG,
  withCourse,
  writeCourse,
} from '../support/factories/catalogue';

const LESSON = 'modules/01-only/01-lesson.md';
const reworded = (slug: string, words: string) => ({
  [LESSON]: (plainCourse(slug)[LESSON] ?? '').replace('Some words.', words),
});

describe('a course folder becomes versions', () => {
  const app = useApp();
  const sync = (dir: string) => syncCourse(dir, app.platform.storage);

  test('a new folder is a draft that nobody sees until it is published', async () => {
    await withCourse('first', plainCourse('first'), async (dir) => {
      expect(await sync(dir)).toEqual({ status: 'draft', slug: 'first' });
      expect(await findPublishedVersion('first')).toBeNull();
      const version = await publishCourse('first');
      expect(version).toMatchObject({
        courseSlug: 'first',
        number: 1,
        language: 'en',
        minutes: 13,
      });
      expect(await findPublishedVersion('first')).toEqual(version);
      expect(await findVersion(version.id)).toEqual(version);
      const [module] = version.modules;
      expect(module?.activities.map(({ id, kind }) => [id, kind])).toEqual([
        ['a-lesson', 'lesson'],
        ['a-quiz', 'quiz'],
      ]);
      expect(version.completion).toEqual({
        kind: 'all',
        of: [
          { kind: 'viewed', activityId: 'a-lesson' },
          { kind: 'passed', activityId: 'a-quiz', mark: 70 },
        ],
      });
    });
  });

  test('an unchanged folder makes no new version', async () => {
    await withCourse('same', plainCourse('same'), async (dir) => {
      await sync(dir);
      expect(await sync(dir)).toEqual({ status: 'unchanged', slug: 'same', draft: true });
      await publishCourse('same');
      expect(await sync(dir)).toEqual({ status: 'unchanged', slug: 'same', draft: false });
      await expect(publishCourse('same')).rejects.toMatchObject({ code: 'no-draft' });
      expect(await CourseVersion.countDocuments({ courseSlug: 'same' })).toBe(1);
    });
  });

  test('a changed folder is a draft, one at most, and what is published stays as it was', async () => {
    await withCourse('changing', plainCourse('changing'), async (dir) => {
      await sync(dir);
      const first = await publishCourse('changing');
      await writeCourse(dir, reworded('changing', 'Second.'));
      await sync(dir);
      await writeCourse(dir, reworded('changing', 'Third.'));
      expect(await sync(dir)).toEqual({ status: 'draft', slug: 'changing' });
      expect(await CourseVersion.countDocuments({ courseSlug: 'changing' })).toBe(2);
      expect((await findPublishedVersion('changing'))?.id).toBe(first.id);

      const second = await publishCourse('changing');
      expect(second.number).toBe(2);
      const htmlOf = (version: typeof first | null) => {
        const activity = version?.modules[0]?.activities[0];
        return activity?.kind === 'lesson' ? activity.html['en'] : null;
      };
      expect(htmlOf(second)).toBe('<p>Third.</p>');
      expect(htmlOf(await findVersion(first.id))).toBe('<p>Some words.</p>');
      expect(() => Object.assign(second.modules[0] ?? {}, { id: 'other' })).toThrow(TypeError);
    });
  });

  test('a folder that goes back to what is published takes its draft away', async () => {
    await withCourse('back', plainCourse('back'), async (dir) => {
      await sync(dir);
      await publishCourse('back');
      await writeCourse(dir, reworded('back', 'Other.'));
      await sync(dir);
      await writeCourse(dir, plainCourse('back'));
      expect(await sync(dir)).toEqual({ status: 'unchanged', slug: 'back', draft: false });
      await expect(publishCourse('back')).rejects.toMatchObject({ code: 'no-draft' });
    });
  });

  test('a faulty folder changes nothing and names its faults', async () => {
    await withCourse('faulty', plainCourse('faulty'), async (dir) => {
      await sync(dir);
      const published = await publishCourse('faulty');
      await writeCourse(dir, reworded('faulty', '# Title'));
      expect(await sync(dir)).toEqual({
        status: 'faulty',
        faults: [expect.objectContaining({ file: LESSON, line: 6 })],
      });
      expect(await findPublishedVersion('faulty')).toEqual(published);
      expect(await CourseVersion.countDocuments({ courseSlug: 'faulty' })).toBe(1);
    });
  });

  test('publishing is one act: audit row, event and version, also when ten ask at once', async () => {
    await withCourse('at-once', plainCourse('at-once'), async (dir) => {
      await sync(dir);
      const results = await Promise.allSettled(
        Array.from({ length: 10 }, () => publishCourse('at-once')),
      );
      const published = results.filter(({ status }) => status === 'fulfilled');
      expect(published).toHaveLength(1);
      expect(
        results.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : [])),
      ).toEqual(Array(9).fill('no-draft'));
      expect(
        await Outbox.countDocuments({ type: 'course.published', 'payload.courseSlug': 'at-once' }),
      ).toBe(1);
      expect(
        await AuditLog.countDocuments({ action: 'catalogue.publish', 'subject.id': 'at-once' }),
      ).toBe(1);
      expect((await findPublishedVersion('at-once'))?.number).toBe(1);
    });
  });

  test('an unknown course cannot be published', async () => {
    await expect(publishCourse('nothing')).rejects.toMatchObject({ code: 'not-found' });
  });

  test.each(['', 'x', '000000000000000000000000', '../etc'])(
    'there is no version %p',
    async (id) => {
      expect(await findVersion(id)).toBeNull();
    },
  );

  test('a draft is no version that can be read', async () => {
    await withCourse('hidden', plainCourse('hidden'), async (dir) => {
      await sync(dir);
      const draft = await CourseVersion.findOne({ courseSlug: 'hidden' }).lean();
      expect(await findVersion(String(draft?._id))).toBeNull();
    });
  });

  test('translations are in the version, and a language counts when all of it is there', async () => {
    const version = await publishPlainCourse(app, 'languages', {
      'course.zh.yml':
        'title: 简单课程\nsummary: 一课一测。\naudience: 测试者。\noutcomes: [一, 二, 三]\n',
      'course.ms.yml': 'title: Kursus mudah\n',
      'modules/01-only/module.zh.yml': 'title: 唯一单元\nsummary: 全部内容。\n',
      'modules/01-only/01-lesson.zh.md': '---\ntitle: 一课\n---\n\n几句话。\n',
      'modules/01-only/quiz.zh.yml':
        'title: 测验\nquestions:\n  - id: sky\n    text: 天空是什么颜色？\n    options:\n      - { id: red, text: 红 }\n      - { id: blue, text: 蓝 }\n',
    });
    expect(version.languages).toEqual(['en', 'zh']);
    expect(version.title).toEqual({ en: 'A plain course', zh: '简单课程', ms: 'Kursus mudah' });
    const [lesson, quiz] = version.modules[0]?.activities ?? [];
    expect(lesson).toMatchObject({
      title: { zh: '一课' },
      minutes: 8,
      html: { zh: '<p>几句话。</p>' },
    });
    const [question] = quiz?.kind === 'quiz' ? quiz.quiz.questions : [];
    expect(question).toMatchObject({
      text: { en: '<p>What colour is the sky?</p>', zh: '<p>天空是什么颜色？</p>' },
      options: [
        { id: 'blue', text: { en: 'Blue', zh: '蓝' }, correct: true },
        { id: 'red', text: { en: 'Red', zh: '红' }, correct: false },
      ],
    });
  });

  test('a unit may have a word of its own in a translation, and may stay as it is', async () => {
    const question = (id: string, unit: string) =>
      `  - { id: ${id}, kind: number, text: How much?, answer: 5, unit: ${unit} }\n`;
    const version = await publishPlainCourse(app, 'units', {
      'course.zh.yml': 'title: 单位\nsummary: 一测。\naudience: 测试者。\noutcomes: [一, 二, 三]\n',
      'modules/01-only/module.zh.yml': 'title: 唯一单元\nsummary: 全部内容。\n',
      'modules/01-only/01-lesson.zh.md': '---\ntitle: 一课\n---\n\n几句话。\n',
      'modules/01-only/quiz.yml': `title: A quiz\nminutes: 5\npassMark: 70\nquestions:\n${question('way', 'km')}${question('load', 'parcels')}`,
      'modules/01-only/quiz.zh.yml':
        'title: 测验\nquestions:\n  - { id: way, text: 多远？ }\n  - { id: load, text: 多少？, unit: 个包裹 }\n',
    });
    expect(version.languages).toEqual(['en', 'zh']);
    const quiz = version.modules[0]?.activities[1];
    expect(quiz?.kind === 'quiz' && quiz.quiz.questions).toMatchObject([
      { unit: 'km', unitNames: { en: 'km' } },
      { unit: 'parcels', unitNames: { en: 'parcels', zh: '个包裹' } },
    ]);
  });

  test('rules are kept with every default filled in', async () => {
    const version = await publishPlainCourse(app, 'rules', {
      'course.yml': `${plainCourse('rules')['course.yml']}completion:
  any: 1
  of:
    - module: only
    - { passed: a-quiz, mark: 90 }
    - all: [{ submitted: a-quiz }, { viewed: a-lesson }]
`,
    });
    expect(version.completion).toEqual({
      kind: 'any',
      count: 1,
      of: [
        {
          kind: 'all',
          of: [
            { kind: 'viewed', activityId: 'a-lesson' },
            { kind: 'passed', activityId: 'a-quiz', mark: 70 },
          ],
        },
        { kind: 'passed', activityId: 'a-quiz', mark: 90 },
        {
          kind: 'all',
          of: [
            { kind: 'submitted', activityId: 'a-quiz' },
            { kind: 'viewed', activityId: 'a-lesson' },
          ],
        },
      ],
    });
  });

  test('the list shows what was published a moment ago', async () => {
    const version = await publishPlainCourse(app, 'newest');
    expect((await findCourse('newest'))?.id).toBe(version.id);
    const listing = await findCourse('newest');
    expect(JSON.stringify(listing)).not.toContain('Some words.');
  });
});

describe('the folder of courses', () => {
  const app = useApp();
  let courses: string;

  beforeAll(async () => {
    courses = await mkdtemp(path.join(os.tmpdir(), 'kelas-courses-'));
    await writeCourse(path.join(courses, 'one'), plainCourse('one'));
    await writeCourse(path.join(courses, 'two'), {
      ...plainCourse('two'),
      [LESSON]: '# No head\n',
    });
    await mkdir(path.join(courses, 'schema'));
    await mkdir(path.join(courses, '_draft'));
  });
  afterAll(() => rm(courses, { recursive: true, force: true }));

  const all = (publishFirst: 'always' | 'when-empty') =>
    syncAll(courses, app.platform.storage, { publishFirst });

  test('two processes at once do it once; a faulty course does not hold up the others', async () => {
    const results = await Promise.all([all('when-empty'), all('when-empty')]);
    expect(
      results
        .flat()
        .map(({ status }) => status)
        .sort(),
    ).toEqual(['draft', 'faulty', 'faulty', 'unchanged']);
    expect((await findPublishedVersion('one'))?.number).toBe(1);
    expect(await findPublishedVersion('two')).toBeNull();
  });

  test('later courses wait for someone to publish them, where that was asked for', async () => {
    await cp(path.join(courses, 'one'), path.join(courses, 'three'), { recursive: true });
    await writeCourse(path.join(courses, 'three'), plainCourse('three'));
    await all('when-empty');
    expect(await findPublishedVersion('three')).toBeNull();
    await all('always');
    expect((await findPublishedVersion('three'))?.number).toBe(1);
  });

  test('a change of a published course waits, too', async () => {
    await writeCourse(path.join(courses, 'one'), {
      ...reworded('one', 'New.'),
      'images/more.svg': SVG,
    });
    await all('always');
    expect((await findPublishedVersion('one'))?.number).toBe(1);
    expect(await CourseVersion.countDocuments({ courseSlug: 'one', status: 'draft' })).toBe(1);
  });

  test('a folder that is not there is no reason not to start', async () => {
    const results = await syncAll('/nowhere', app.platform.storage, { publishFirst: 'always' });
    expect(results).toEqual([]);
  });
});
