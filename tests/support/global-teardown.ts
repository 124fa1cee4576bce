import { rmSync } from 'node:fs';

/** Ends what the setup started, and removes its folder. */
export default async function globalTeardown(): Promise<void> {
  const services = globalThis.testServices;
  if (services === undefined) return;
  await Promise.all(services.runs.map((run) => run.stop(5_000)));
  rmSync(services.folder, { recursive: true, force: true });
}
