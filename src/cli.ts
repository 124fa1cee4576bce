import { COMMANDS } from './cli/commands';

async function main(words: readonly string[]): Promise<number> {
  const command = COMMANDS.find(({ name }) =>
    name.split(' ').every((word, i) => words[i] === word),
  );
  if (!command) {
    console.error('Usage: npm run kelas -- COMMAND\n');
    for (const { usage, summary } of COMMANDS) console.error(`  ${usage.padEnd(36)} ${summary}`);
    return words.length === 0 ? 0 : 2;
  }
  return command.run(words.slice(command.name.split(' ').length));
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
