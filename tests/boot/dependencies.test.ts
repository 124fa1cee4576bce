import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');

interface Manifest {
  readonly license?: string;
  readonly licenses?: readonly { readonly type: string }[];
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(path.join(ROOT, folder, 'package.json'), 'utf8'));
}

/** Package and licence of each line of a section's table. */
function tableOf(section: string): Map<string, string> {
  const page = readFileSync(path.join(ROOT, 'docs/dependencies.md'), 'utf8');
  const [, text = ''] = page.split(`\n## ${section}\n`);
  const [table = ''] = text.split('\n## ');
  const rows = [...table.matchAll(/^\| `(.+?)` \| (.+?) \| (.+?) \|$/gm)];
  return new Map(rows.map(([, name = '', , licence = '']) => [name, licence]));
}

function licencesOf(names: Iterable<string>): Record<string, string | undefined> {
  return Object.fromEntries(
    [...names].map((name) => {
      const { license, licenses } = manifestOf(`node_modules/${name}`);
      return [name, license ?? licenses?.[0]?.type];
    }),
  );
}

test.each([
  ['To run', 'dependencies'],
  ['To develop and test', 'devDependencies'],
] as const)('docs/dependencies.md, %s: one line a package, with its licence', (section, field) => {
  const listed = tableOf(section);
  expect([...listed.keys()]).toEqual(Object.keys(manifestOf('.')[field]));
  expect(Object.fromEntries(listed)).toEqual(licencesOf(listed.keys()));
});

test('package-lock.json holds the packages for every platform, not only for the one it was made on', () => {
  const { packages } = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const locked = new Set(
    Object.keys(packages).map((folder) => folder.replace(/^.*node_modules\//, '')),
  );
  const missing = Object.values(packages)
    .flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}))
    .filter((name) => !locked.has(name));
  expect(missing).toEqual([]);
});
