import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import { LANGUAGES } from '../src/platform/i18n';

const ROOT = path.resolve(__dirname, '..');

function filesBelow(folder: string, extension: RegExp): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extension.test(entry.name))
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)));
}

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const folders = (folder: string): string[] =>
  readdirSync(path.join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

const SOURCES = filesBelow('src', /\.ts$/);
const VIEWS = filesBelow('views', /\.ejs$/);
const ROOMS = folders('src/modules');

describe('names', () => {
  test('files and folders are kebab-case', () => {
    const wrong = [...SOURCES, ...VIEWS].filter((file) =>
      file.split('/').some((part) => !/^[a-z0-9]+([.-][a-z0-9]+)*$/.test(part)),
    );
    expect(wrong).toEqual([]);
  });

  test('views and tests mirror the rooms', () => {
    const shared = ['layouts', 'components', 'platform'];
    expect(folders('views').filter((name) => ![...shared, ...ROOMS].includes(name))).toEqual([]);
    expect(ROOMS.filter((room) => !folders('tests').includes(room))).toEqual([]);
  });

  test('a room has a door and says in 15 lines what it is', () => {
    for (const room of ROOMS) {
      const folder = path.join(ROOT, 'src/modules', room);
      expect(readdirSync(folder)).toEqual(expect.arrayContaining(['index.ts', 'README.md']));
      const lines = read(`src/modules/${room}/README.md`).trim().split('\n').length;
      expect({ room, lines }).toEqual({ room, lines: expect.any(Number) });
      expect(lines).toBeLessThanOrEqual(15);
    }
  });

  test('no file has grown into two', () => {
    const limit = (file: string) => (file.includes('document-engine') ? 400 : 300);
    const long = [...SOURCES, ...VIEWS]
      .map((file) => ({ file, lines: read(file).split('\n').length - 1 }))
      .filter(({ file, lines }) => lines > limit(file));
    expect(long).toEqual([]);
  });
});

describe('borders', () => {
  const outside = (pattern: RegExp, allowed: RegExp) =>
    SOURCES.filter((file) => !allowed.test(file) && pattern.test(read(file)));

  test('the environment is read in one place', () => {
    expect(
      outside(/process\.env\b/, /^src\/(platform\/config\.ts|embedded\/document-engine\/)/),
    ).toEqual([]);
  });

  test('a view has no logic of query or policy, and escapes what it shows', () => {
    // What is not escaped is included, made by a helper, or named as HTML that was cleaned before.
    const raw =
      /<%-(?!\s*(include\(|csrfField\(\)|icon\(|body\b|shell\.jsonLd\b|[\w.?!]*([hH]tml|svg)\b))/;
    const queries = /await |\.find\(\{|mongoose|require\(/;
    expect(VIEWS.filter((file) => queries.test(read(file)))).toEqual([]);
    expect(VIEWS.filter((file) => raw.test(read(file)))).toEqual([]);
  });
});

describe('languages', () => {
  const locale = (language: string, file: string): Record<string, string> =>
    JSON.parse(read(`src/locales/${language}/${file}`)) as Record<string, string>;
  const files = readdirSync(path.join(ROOT, 'src/locales/en'));
  const english = Object.assign({}, ...files.map((file) => locale('en', file))) as Record<
    string,
    string
  >;
  const code = [...SOURCES, ...VIEWS].map(read).join('\n');

  interface Element {
    type: number;
    value?: string;
    options?: Record<string, { value: Element[] }>;
  }
  const LITERAL = 0;

  const namesIn = (elements: readonly Element[]): string[] =>
    elements.flatMap(({ type, value, options }) => [
      ...(type !== LITERAL && value !== undefined ? [value] : []),
      ...Object.values(options ?? {}).flatMap((option) => namesIn(option.value)),
    ]);

  /** Names of the values that a message takes. @throws when it is not in ICU form */
  const valuesOf = (text: string, language: string): string[] => {
    const message = new IntlMessageFormat(text, language, undefined, { ignoreTag: true });
    return [...new Set(namesIn(message.getAst() as Element[]))].sort();
  };

  test.each(LANGUAGES)('%s has every text, in ICU form, with the same values', (language) => {
    expect(readdirSync(path.join(ROOT, 'src/locales', language)).sort()).toEqual(files.sort());
    for (const file of files) {
      const own = locale(language, file);
      const original = locale('en', file);
      expect(Object.keys(own).sort()).toEqual(Object.keys(original).sort());
      for (const [key, text] of Object.entries(own)) {
        expect({ key, empty: text.trim() === '' }).toEqual({ key, empty: false });
        expect({ key, values: valuesOf(text, language) }).toEqual({
          key,
          values: valuesOf(original[key] ?? '', 'en'),
        });
      }
    }
  });

  test('keys begin with the name of their file', () => {
    const wrong = files.flatMap((file) =>
      Object.keys(locale('en', file)).filter((key) => !key.startsWith(`${path.parse(file).name}.`)),
    );
    expect(wrong).toEqual([]);
  });

  test('every text that is asked for is there', () => {
    const asked = [...code.matchAll(/\bt\(\s*['"]([a-z][\w-]*(?:\.[\w-]+)+)['"]/g)].map(
      ([, key]) => key ?? '',
    );
    expect(asked.length).toBeGreaterThan(100);
    expect([...new Set(asked)].filter((key) => !(key in english))).toEqual([]);
  });

  test('every text is asked for', () => {
    const literal = new Set(
      [...code.matchAll(/['"`]([a-z][\w-]*(?:\.[\w-]+)+)['"`]/g)].map((m) => m[1]),
    );
    const patterns = [...code.matchAll(/`([a-z][\w-]*\.[\w.-]*\$\{[^`]*)`/g)].map(
      ([, text = '']) =>
        new RegExp(
          `^${text
            .split(/\$\{(?:[^{}]|\{[^{}]*\})*\}/)
            .map((part) => part.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&'))
            .join('[\\w.-]+')}$`,
        ),
    );
    const unused = Object.keys(english).filter(
      (key) => !literal.has(key) && !patterns.some((pattern) => pattern.test(key)),
    );
    expect(unused).toEqual([]);
  });
});
