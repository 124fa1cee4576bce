// npm run kelas, npm run engine: prepares quietly, then becomes the door named first.
import './check-node.mjs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { DIST } from './paths.mjs';
import { prepare } from './prepare.mjs';

const [door, ...args] = process.argv.slice(2);
const script = path.join(DIST, `${door}.js`);

await prepare({
  development: process.env.NODE_ENV !== 'production',
  say: (line) => console.error(line),
});
process.argv = [process.execPath, script, ...args];
createRequire(import.meta.url)(script);
