import { rmSync } from 'node:fs';

/** Ends what the setup started, and removes its folders. */
export default async function globalTeardown(): Promise<void> {
  const services = globalThis.testServices;
  if (services === undefined) return;
  await Promise.all(services.runs.map((run) => run.stop(5_000)));
  for (const folder of services.folders) rmSync(folder, { recursive: true, force: true });
}
