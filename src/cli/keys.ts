import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Config, loadConfig } from '../platform/config';
import { createKeys, KEY_KINDS, type Keys, KeysError, keysSettings } from '../platform/keys';
import type { Command } from './command';
import { withInstalledDatabase } from './database';

/** Written by `npm start` outside production. */
function keptSecret({ dataDir }: Config): string {
  try {
    return readFileSync(path.join(dataDir, 'keys-secret'), 'utf8').trim();
  } catch {
    throw new KeysError(
      `KEYS_SECRET is not set, and the data folder ${dataDir} has no file keys-secret`,
    );
  }
}

/** The keys of this installation. @throws KeysError when there is no secret for them */
export const installedKeys = (config: Config): Keys =>
  createKeys(keysSettings(config, config.keysSecret ?? keptSecret(config)));

const isKind = (word: string | undefined) => KEY_KINDS.find((kind) => kind === word);

const list: Command = {
  name: 'keys list',
  usage: 'keys list',
  summary: 'names the keys that sign certificates, and those that did',
  run: async (args) => {
    if (args.length > 0) {
      console.error('Usage: npm run kelas -- keys list');
      return 2;
    }
    const config = loadConfig();
    return withInstalledDatabase(config, async () => {
      for (const { id, createdAt, current, own } of await installedKeys(config).check()) {
        const words = [current ? 'signs now' : 'for checking only', ...(own ? ['own'] : [])];
        console.log(`${id.padEnd(16)} ${createdAt.toISOString()}  ${words.join(', ')}`);
      }
      return 0;
    });
  },
};

const rotate: Command = {
  name: 'keys rotate',
  usage: `keys rotate ${KEY_KINDS.join('|')}`,
  summary: 'makes a new key that signs from now on; old ones stay for checking',
  run: async ([word, ...rest]) => {
    const kind = isKind(word);
    if (!kind || rest.length > 0) {
      console.error(`Usage: npm run kelas -- keys rotate ${KEY_KINDS.join('|')}`);
      return 2;
    }
    const config = loadConfig();
    return withInstalledDatabase(config, async () => {
      const { id } = await installedKeys(config).rotate(kind);
      console.log(`${id} signs from now on`);
      return 0;
    });
  },
};

export const keyCommands: readonly Command[] = [list, rotate];
