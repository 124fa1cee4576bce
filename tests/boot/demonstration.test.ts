import { startedKelas, useFolders } from './kelas';

const folder = useFolders();
/** Loading the set takes half a minute of work. */
const LIMIT_MS = 240_000;

const SIGN_INS = /^ +(worker|trainer|union staff|administrator) +\S+@\S+$/gm;

test(
  'a new data folder gets the demonstration set, names its sign-ins, and keeps it',
  async () => {
    const data = folder();
    const first = await startedKelas({ data, env: { KELAS_DEMO: '' }, patienceMs: LIMIT_MS });
    expect(first.output()).toContain('A new data folder: the demonstration set is loaded\n');
    await first.says(/administrator/);
    const named = first.output().match(SIGN_INS);
    expect(named).toHaveLength(4);
    first.process.kill('SIGTERM');
    expect(await first.ended).toBe(0);

    const second = await startedKelas({ data, env: { KELAS_DEMO: '' } });
    await second.says(/administrator/);
    expect(second.output()).not.toContain('A new data folder');
    expect(second.output().match(SIGN_INS)).toEqual(named);
    second.process.kill('SIGTERM');
    expect(await second.ended).toBe(0);
  },
  LIMIT_MS,
);
