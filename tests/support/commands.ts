import mongoose from 'mongoose';
import { COMMANDS } from '../../src/cli/commands';
import { connectDb, disconnectDb } from '../../src/platform/db';
import { mongodbUri } from './services';

/** Runs a command as `npm run kelas` does: it opens and closes the database itself. */
async function kelas(line: string): Promise<{ code: number; out: string }> {
  const words = line.split(' ');
  const command = COMMANDS.find(({ name }) => line.startsWith(`${name} `) || line === name);
  if (!command) throw new Error(`There is no command for ${line}`);
  const said: string[] = [];
  const keep = (text: unknown) => void said.push(String(text));
  const spies = [
    jest.spyOn(console, 'log').mockImplementation(keep),
    jest.spyOn(console, 'error').mockImplementation(keep),
  ];
  try {
    const code = await command.run(words.slice(command.name.split(' ').length));
    return { code, out: said.join('\n') };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Commands of the tests of a file, on a database of their own. */
export function useCommands() {
  const uri = mongodbUri('commands');
  const before = process.env['MONGODB_URI'];

  /** Looks at the database between two commands. */
  async function looking<T>(work: () => Promise<T>): Promise<T> {
    await connectDb(uri);
    try {
      return await work();
    } finally {
      await disconnectDb();
    }
  }

  beforeAll(() => {
    process.env['MONGODB_URI'] = uri;
  });
  afterAll(async () => {
    if (before === undefined) delete process.env['MONGODB_URI'];
    else process.env['MONGODB_URI'] = before;
    await looking(() => mongoose.connection.dropDatabase());
  });
  return { kelas, looking };
}
