import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { courseSchemas } from '../../src/modules/catalogue';
import { COURSES } from '../../src/platform/paths';

const read = (file: string) => readFileSync(file, 'utf8');

describe('the JSON Schemas for editors', () => {
  test('are those of the code (npm run kelas -- course schema writes them)', () => {
    const folder = path.join(COURSES, 'schema');
    const written = Object.fromEntries(
      readdirSync(folder).map((name) => [name, read(path.join(folder, name))]),
    );
    expect(written).toEqual(courseSchemas());
  });

  test('each course file names the schema that fits it', () => {
    const yaml = readdirSync(COURSES, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.yml'))
      .map((entry) => path.join(entry.parentPath, entry.name));
    expect(yaml.length).toBeGreaterThan(8);
    for (const file of yaml) {
      const named = /^# yaml-language-server: \$schema=(\S+)$/m.exec(read(file))?.[1] ?? '';
      const [kind, translated] = path.basename(file, '.yml').split('.');
      const own = kind === 'course' || kind === 'module' ? kind : 'quiz';
      expect(path.basename(named)).toBe(`${own}${translated ? '-text' : ''}.schema.json`);
      expect(existsSync(path.join(path.dirname(file), named))).toBe(true);
    }
  });

  test('the guide for trainers shows every field', () => {
    const guide = read(path.join(COURSES, 'README.md'));
    const names = (schema: unknown): string[] =>
      typeof schema === 'object' && schema !== null
        ? Object.entries(schema).flatMap(([key, value]) =>
            key === 'properties' && typeof value === 'object' && value !== null
              ? [...Object.keys(value), ...Object.values(value).flatMap(names)]
              : names(value),
          )
        : [];
    const fields = new Set(
      Object.values(courseSchemas()).flatMap((text) => names(JSON.parse(text))),
    );
    expect([...fields].filter((field) => !new RegExp(`\\b${field}\\b`).test(guide))).toEqual([]);
  });
});
