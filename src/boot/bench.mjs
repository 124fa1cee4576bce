// npm run bench -- NAME: prepares quietly, then measures; every figure stands beside a control of the same run.
import './check-node.mjs';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './paths.mjs';
import { prepare } from './prepare.mjs';

const folder = path.join(ROOT, 'tests/bench');
const known = readdirSync(folder)
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => path.parse(file).name);
const [name] = process.argv.slice(2);

if (!known.includes(name)) {
  console.error(`Usage: npm run bench -- ${known.join(' | ')}`);
  process.exit(2);
}
await prepare({ development: true, say: (line) => console.error(line) });
const { run } = await import(path.join(folder, `${name}.mjs`));
await run();
