// npm start: everything from a fresh clone to a running Kelas. Needs nothing but Node and npm.
import './check-node.mjs';
import { createRequire } from 'node:module';
import { prepare } from './prepare.mjs';
import { ensurePrograms, REDIS } from './programs.mjs';

const say = (line) => console.log(line);

await prepare({ development: process.env.NODE_ENV !== 'production', say });
if (!process.env.REDIS_URL && !process.env.REDIS_URL_FILE) await ensurePrograms([REDIS], { say });

const { start } = createRequire(import.meta.url)('../../dist/start.js');
await start({ startedByNpm: process.env.npm_lifecycle_event !== undefined });
