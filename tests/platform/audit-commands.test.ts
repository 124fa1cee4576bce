import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createAccount } from '../../src/modules/accounts';
import { AuditLog, sealAudit } from '../../src/platform/audit';
import { useCommands } from '../support/commands';

const { kelas, looking } = useCommands();
const SECRET = 'the secret of the commands of this test';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'kelas-audit-'));
  process.env['SESSION_SECRET'] = SECRET;
});
afterAll(async () => {
  delete process.env['SESSION_SECRET'];
  await rm(folder, { recursive: true, force: true });
});

test('the audit log is exported and checked, and a change in it is named', async () => {
  await looking(async () => {
    for (const name of ['Mei', 'Siti', 'Ravi']) {
      await createAccount({ name, email: `${name}@example.org`, language: 'en', confirmed: true });
    }
    await sealAudit(SECRET);
  });
  const whole = await kelas('audit verify');
  expect(whole.code).toBe(0);
  const [, noted] = /noted elsewhere: (3 [0-9a-f]{64})$/.exec(whole.out) ?? [];
  expect((await kelas(`audit verify ${noted}`)).code).toBe(0);

  const file = path.join(folder, 'audit.jsonl');
  expect(await kelas(`audit export ${file}`)).toEqual({ code: 0, out: `${file} is written` });
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).value.after.name)).toEqual(['Mei', 'Siti', 'Ravi']);
  await expect(kelas(`audit export ${file}`)).rejects.toThrow('EEXIST');

  await looking(() => AuditLog.updateOne({ sequence: 2 }, { $set: { 'after.name': 'Rosa' } }));
  await looking(() => AuditLog.deleteOne({ sequence: 3 }));
  const broken = await kelas('audit verify');
  expect(broken.code).toBe(1);
  expect(broken.out).toMatch(
    /^the details of entry 2 \([0-9a-f]{24}\) were changed\nentry 3 is missing at the end\n/,
  );
  expect((await kelas('audit verify three x')).code).toBe(2);
});
