// npm test: everything that says whether this source is good, from a fresh clone. A step that fails
// does not stop the others; the last line counts jest's tests and the other steps together.
//   npm test                      all
//   npm test -- accounts          only the tests whose path matches
import './check-node.mjs';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { installPackages } from './install.mjs';
import { CACHE, ROOT } from './paths.mjs';
import { ensureBuilt } from './prepare.mjs';
import { CHROMIUM, ensurePrograms, POPPLER, REDIS } from './programs.mjs';
import { endPrograms, runProgram } from './run-program.mjs';

/** Settings of a running site must not reach the tests. */
const SETTINGS =
  /^(KELAS_.*|NODE_ENV|HOST|PORT|BASE_URL|MONGODB_URI|REDIS_(URL|PREFIX)|SMTP_URL|MAIL_FROM|SESSION_SECRET|KEYS_SECRET|PDF_CERTIFICATE(_PASSWORD)?|TRUST_PROXY|METRICS_TOKEN|LOG_LEVEL|TIME_ZONE|TZ)$/;

const only = process.argv.slice(2);
const results = [];
const say = (line) => console.log(line);

for (const name of Object.keys(process.env)) if (SETTINGS.test(name)) delete process.env[name];
if (process.stdout.isTTY) process.env.FORCE_COLOR ??= '1';
endWhenInterrupted();

await step('packages', () => installPackages({ development: true, say }));
await step('programs', () => ensurePrograms([REDIS, CHROMIUM, POPPLER], { say }));
await step('build', () => ensureBuilt({ say }));
if (only.length === 0) {
  const colors = process.stdout.isTTY ? 'force' : 'off';
  await tool('format and lint', 'biome', [
    'ci',
    '--error-on-warnings',
    `--colors=${colors}`,
    '--max-diagnostics=50',
    '.',
  ]);
  await tool('types', 'tsc', ['-p', '.']);
  await tool('types in the browser', 'tsc', ['-p', 'src/client']);
  await tool('imports', 'depcruise', [
    '--config',
    '.config/dependency-cruiser.cjs',
    'src',
    'tests',
  ]);
  await tool('unused code', 'knip', ['--config', '.config/knip.js']);
}
await jest('tests', 'server');
await jest('browser tests', 'browser');
finish();

/** Runs `work`; what it throws is shown and makes the step fail. */
async function step(name, work) {
  const started = Date.now();
  let failed = 0;
  try {
    await work();
  } catch (error) {
    failed = 1;
    console.error(error.message);
  }
  results.push({ name, seconds: (Date.now() - started) / 1000, passed: 1 - failed, failed });
}

function tool(name, program, args) {
  return step(name, async () => {
    say(`\n${name}: ${program} ${args.join(' ')}`);
    const { code } = await runProgram(path.join(ROOT, 'node_modules/.bin', program), args, {
      show: true,
    });
    if (code !== 0) throw new Error(`${program} failed (${code})`);
  });
}

/** One jest project; each of its tests counts. */
async function jest(name, project) {
  const started = Date.now();
  const outputFile = path.join(CACHE, `jest-${project}.json`);
  mkdirSync(CACHE, { recursive: true });
  rmSync(outputFile, { force: true });
  say(`\n${name}: jest ${project}`);
  const options = ['--ci', '--passWithNoTests', '--json', `--outputFile=${outputFile}`];
  const { code } = await runProgram(
    path.join(ROOT, 'node_modules/.bin/jest'),
    [...only, ...options, `--selectProjects=${project}`],
    { show: 'stderr' },
  );
  const { passed, failed } = countTests(outputFile, code);
  results.push({ name, seconds: (Date.now() - started) / 1000, passed, failed });
}

/** A file that could not be run counts as a failed test, and so does a run without a result. */
function countTests(outputFile, code) {
  try {
    const report = JSON.parse(readFileSync(outputFile, 'utf8'));
    const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
    return { passed: report.numPassedTests, failed: failed || (code === 0 ? 0 : 1) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

function finish() {
  const sum = (field) => results.reduce((total, result) => total + result[field], 0);
  if (only.length > 0 && !results.some(({ name, passed }) => name.endsWith('tests') && passed)) {
    console.error(`\nNo test passed for: ${only.join(' ')}`);
    process.exitCode = 1;
  }
  const width = Math.max(...results.map(({ name }) => name.length));
  say(`\n${'step'.padEnd(width)}  seconds  result`);
  for (const { name, seconds, passed, failed } of results) {
    const result = failed > 0 ? `${failed} failed, ${passed} passed` : `${passed} passed`;
    say(`${name.padEnd(width)}  ${seconds.toFixed(1).padStart(7)}  ${result}`);
  }
  say(`${'all'.padEnd(width)}  ${sum('seconds').toFixed(1).padStart(7)}\n`);
  if (sum('failed') > 0) process.exitCode = 1;
  say(`${sum('passed')} passed, ${sum('failed')} failed`);
}

/** Ends what runs when this process is told to end, or when npm, which started it, is gone. */
function endWhenInterrupted() {
  const end = () => {
    endPrograms('SIGTERM');
    process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) end();
  }, 500).unref();
}
