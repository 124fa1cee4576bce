import { X509Certificate } from 'node:crypto';
import type { Config } from '../../platform/config';
import { countKeys, type PublishedKey } from '../../platform/keys';
import { DAY, now } from '../../shared/clock';
import { installedKeys } from '../keys';
import { type Finding, good, mend, note } from './finding';

const WARN_DAYS = 60;

/** The certificate of the PDF key runs out at a day. */
export function expiry({ id, certificates, own }: PublishedKey): Finding[] {
  const [der] = certificates;
  if (!der) return [];
  const until = new Date(new X509Certificate(der).validTo);
  const days = Math.floor((until.getTime() - now().getTime()) / DAY);
  if (days > WARN_DAYS) return [];
  return [
    mend(
      `The certificate of the key ${id} ${days < 0 ? 'ran' : 'runs'} out on ${until.toISOString().slice(0, 10)}`,
      own ? 'name a newer one with PDF_CERTIFICATE' : 'npm run kelas -- keys rotate pdf',
    ),
  ];
}

/** They open with the secret that is set. */
export async function signingKeys(config: Config): Promise<Finding[]> {
  if ((await countKeys()) === 0)
    return [note('No signing keys yet', 'they are made when Kelas starts')];
  const keys = await installedKeys(config).check();
  const signing = keys.filter(({ current }) => current);
  return [
    good(`${keys.length} signing keys open; ${signing.map(({ id }) => id).join(' and ')} sign now`),
    ...signing.flatMap(expiry),
  ];
}
