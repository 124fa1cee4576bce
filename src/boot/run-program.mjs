import { spawn } from 'node:child_process';
import { ROOT } from './paths.mjs';

/** The programs that run now, so that an interrupted command leaves none behind. */
const running = new Set();

/**
 * Runs a program in the project's root and resolves with its exit code (null when it was ended by a
 * signal) and what it wrote.
 * @param {string} program
 * @param {string[]} args
 * @param {{ show?: boolean | 'stderr', env?: Record<string, string> }} [options] `show`: what it writes
 *   goes to the terminal as well
 * @returns {Promise<{ code: number | null, output: string }>}
 */
export function runProgram(program, args, { show = false, env = {} } = {}) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    child.stdout.on('data', (bytes) => {
      output += bytes.toString('utf8');
      if (show === true) process.stdout.write(bytes);
    });
    child.stderr.on('data', (bytes) => {
      output += bytes.toString('utf8');
      if (show !== false) process.stderr.write(bytes);
    });
    child.on('error', (error) => {
      running.delete(child);
      resolve({ code: 127, output: error.message });
    });
    child.on('close', (code) => {
      running.delete(child);
      resolve({ code, output });
    });
  });
}

/** Ends whatever runs; each program gets the chance to end its own children. */
export function endPrograms(signal = 'SIGTERM') {
  for (const child of running) child.kill(signal);
}
