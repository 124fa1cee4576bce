import { COMMANDS } from '../../src/cli/commands';

/** Runs a command as `npm run kelas` does, with these settings on top of none. */
export async function kelas(
  settings: { KELAS_DATA: string } & Record<string, string>,
  ...words: string[]
): Promise<{ code: number; out: string }> {
  const command = COMMANDS.find(({ name }) => name === words[0]);
  if (!command) throw new Error(`There is no command ${words[0]}`);
  const before = { ...process.env };
  for (const name of ['MONGODB_URI', 'REDIS_URL', 'SMTP_URL', 'SESSION_SECRET', 'KEYS_SECRET']) {
    delete process.env[name];
  }
  Object.assign(process.env, settings);
  const said: string[] = [];
  const keep = (text: unknown) => void said.push(String(text));
  const spies = [
    jest.spyOn(console, 'log').mockImplementation(keep),
    jest.spyOn(console, 'error').mockImplementation(keep),
  ];
  try {
    const code = await command.run(words.slice(1)).catch((error: unknown) => {
      // As src/cli.ts does.
      keep(error instanceof Error ? error.message : error);
      return 1;
    });
    return { code, out: said.join('\n') };
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.env = before;
  }
}
