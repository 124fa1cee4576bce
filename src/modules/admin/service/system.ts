import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import mongoose from 'mongoose';
import { unsealedAudit } from '../../../platform/audit';
import { lastBackup } from '../../../platform/backup';
import { migrationState } from '../../../platform/migrations';
import { outboxLag } from '../../../platform/outbox';
import { ROOT } from '../../../platform/paths';
import type { Platform } from '../../../platform/platform';

const version = (
  JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string }
).version;

async function databaseName(): Promise<string> {
  const info = await mongoose.connection.db?.admin().buildInfo();
  const engines = info?.['storageEngines'] as string[] | undefined;
  return engines?.includes('lmdb') ? 'lmdb' : `MongoDB ${info?.['version'] ?? ''}`;
}

/** How many documents each collection holds, the largest first. */
async function collectionSizes(): Promise<{ name: string; count: number }[]> {
  const sizes: { name: string; count: number }[] = [];
  for (const model of Object.values(mongoose.models)) {
    sizes.push({ name: model.collection.name, count: await model.estimatedDocumentCount() });
  }
  return sizes.sort((a, b) => b.count - a.count);
}

const redisVersion = ({ redis }: Platform): Promise<string | null> =>
  redis.info('server').then(
    (text) => /(?:valkey|redis)_version:(\S+)/.exec(text)?.[1] ?? null,
    () => null,
  );

/** What there is to know of the installation at this moment. */
export async function systemState(platform: Platform) {
  const { bavail, bsize } = await statfs(platform.config.dataDir);
  const { pending, unknown } = await migrationState();
  return {
    kelas: version,
    node: process.versions.node,
    database: await databaseName(),
    redis: await redisVersion(platform),
    upSeconds: Math.round(process.uptime()),
    memoryMb: Math.round(process.memoryUsage.rss() / 1e6),
    diskFreeGb: (bavail * bsize) / 1e9,
    outboxSeconds: Math.round(await outboxLag()),
    audit: await unsealedAudit(),
    backup: await lastBackup(),
    migrations: { pending: pending.length, unknown: unknown.length },
    collections: await collectionSizes(),
  };
}
