import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { keepSecret } from '../embedded/supervisor';
import { openDataFolder } from '../embedded/supervisor/data-folder';
import { type AuditFault, exportAudit, verifyAudit } from '../platform/audit';
import { loadConfig } from '../platform/config';
import type { Command } from './command';
import { withInstalledDatabase } from './database';

const range = ({ sequence, until }: AuditFault): string =>
  until === undefined || until === sequence
    ? `entry ${sequence} is missing`
    : `entries ${sequence} to ${until} are missing`;

const WORDS: Record<AuditFault['kind'], (fault: AuditFault) => string> = {
  missing: range,
  'end-missing': (fault) => `${range(fault)} at the end`,
  changed: ({ sequence, id }) => `entry ${sequence} (${id}) was changed`,
  'detail-changed': ({ sequence, id }) => `the details of entry ${sequence} (${id}) were changed`,
  'erased-without-reason': ({ sequence, id }) =>
    `the details of entry ${sequence} (${id}) are gone, and no entry says why`,
  order: ({ sequence, id }) => `entry ${sequence} (${id}) does not follow the one before it`,
  'head-changed': ({ sequence }) => `the stored end does not fit entry ${sequence}`,
  signature: ({ sequence }) =>
    `the signature of the end at ${sequence} does not fit: it was changed, or SESSION_SECRET was`,
  'not-in-chain': ({ sequence }) => `the entry noted as ${sequence} is not in the chain`,
};

const USAGE = 'audit verify [NUMBER HASH]';

const verify: Command = {
  name: 'audit verify',
  usage: USAGE,
  summary: 'finds changed and missing entries of the audit log; NUMBER HASH: an end noted before',
  run: async ([number, hash, ...others]) => {
    const noted = number === undefined ? undefined : { sequence: Number(number), hash: hash ?? '' };
    if (noted && (!Number.isInteger(noted.sequence) || noted.hash === '' || others.length > 0)) {
      console.error(`Usage: npm run kelas -- ${USAGE}`);
      return 2;
    }
    const config = loadConfig();
    const secret =
      config.sessionSecret ?? keepSecret(openDataFolder(config.dataDir), 'session-secret');
    const check = await withInstalledDatabase(config, () => verifyAudit(secret, noted));
    for (const fault of check.faults) console.error(WORDS[fault.kind](fault));
    console.log(
      `${check.entries} entries read, details of ${check.erased} erased, ${check.unsealed} not sealed yet`,
    );
    if (check.faults.length > 0) return 1;
    console.log(
      `The chain is whole. Its end, to be noted elsewhere: ${check.head.sequence} ${check.head.hash}`,
    );
    return 0;
  },
};

const write: Command = {
  name: 'audit export',
  usage: 'audit export [FILE]',
  summary: 'writes every entry of the audit log, a line of JSON each, into a file or to the screen',
  run: async ([file, ...others]) => {
    if (others.length > 0) {
      console.error('Usage: npm run kelas -- audit export [FILE]');
      return 2;
    }
    await withInstalledDatabase(loadConfig(), async () => {
      const lines = Readable.from(exportAudit());
      if (file === undefined) await pipeline(lines, process.stdout, { end: false });
      else {
        const out = createWriteStream(path.resolve(file), { flags: 'wx', mode: 0o600 });
        await pipeline(lines, out);
        console.log(`${file} is written`);
      }
    });
    return 0;
  },
};

export const auditCommands: readonly Command[] = [verify, write];
