import { revokeCertificate } from '../modules/certificates';
import { loadConfig } from '../platform/config';
import { AppError } from '../platform/errors';
import { translatorOf } from '../platform/i18n';
import type { Command } from './command';
import { withInstalledDatabase } from './database';

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

export const certificateCommands: readonly Command[] = [revoke];
