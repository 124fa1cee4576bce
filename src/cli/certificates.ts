import path from 'node:path';
import { reconcileCertificates, revokeCertificate } from '../modules/certificates';
import { loadConfig } from '../platform/config';
import { AppError } from '../platform/errors';
import { translatorOf } from '../platform/i18n';
import { createPdfRenderer } from '../platform/pdf';
import { localStorage } from '../platform/storage';
import type { Command } from './command';
import { withInstalledDatabase } from './database';
import { installedKeys } from './keys';

const revoke: Command = {
  name: 'certificates revoke',
  usage: 'certificates revoke CODE REASON',
  summary: 'declares a certificate no longer valid; the reason is shown to whoever checks it',
  run: async ([code, ...words]) => {
    const reason = words.join(' ').trim();
    if (code === undefined || reason === '' || reason.length > 500) {
      console.error(
        'Usage: npm run kelas -- certificates revoke CODE REASON (500 characters at most)',
      );
      return 2;
    }
    return withInstalledDatabase(loadConfig(), async () => {
      try {
        await revokeCertificate({ code, reason });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        console.error(translatorOf('en')(error.messageKey, error.values));
        return 1;
      }
      console.log(`${code} is revoked`);
      return 0;
    });
  },
};

const reconcile: Command = {
  name: 'certificates reconcile',
  usage: 'certificates reconcile',
  summary: 'makes certificates that are missing, names those that were not earned',
  run: async (args) => {
    if (args.length > 0) {
      console.error('Usage: npm run kelas -- certificates reconcile');
      return 2;
    }
    const config = loadConfig();
    const pdf = createPdfRenderer();
    try {
      return await withInstalledDatabase(config, async () => {
        const { mended, missing, unearned } = await reconcileCertificates({
          storage: localStorage(path.join(config.dataDir, 'files')),
          pdf,
          baseUrl: config.baseUrl,
          keys: installedKeys(config),
        });
        console.log(`${mended} made, ${missing} still missing, ${unearned} not earned`);
        return missing + unearned > 0 ? 1 : 0;
      });
    } finally {
      await pdf.close();
    }
  },
};

export const certificateCommands: readonly Command[] = [reconcile, revoke];
