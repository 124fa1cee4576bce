import { addCertificateLives } from '../../src/demo/certificates';
import { plantOrganisations } from '../../src/demo/organisations';
import { createAccount } from '../../src/modules/accounts';
import { syncAll } from '../../src/modules/catalogue';
import { Certificate, type CertificateRow } from '../../src/modules/certificates/model';
import { canRenew, stateOf } from '../../src/modules/certificates/state';
import { DEMO_COURSES } from '../../src/platform/paths';
import { now } from '../../src/shared/clock';
import { useApp } from '../support/app';

const site = useApp();

test('the demonstration has a certificate in every state of its life, once', async () => {
  const { unions } = await plantOrganisations();
  const [union] = unions;
  if (!union) throw new Error('The demonstration has no union');
  const results = await syncAll(DEMO_COURSES, site.platform.storage, { publishFirst: 'always' });
  expect(results.map(({ status }) => status)).toEqual(['draft']);
  const { userId } = await createAccount({
    name: 'Nur Aisyah binte Rahman',
    email: 'worker@demo.kelas.example',
    language: 'en',
    confirmed: true,
  });
  await addCertificateLives(union, userId);
  await addCertificateLives(union, userId);
  const rows = await Certificate.find().lean<CertificateRow[]>();
  const found = rows.map((row) => stateOf(row, now())).sort();
  expect(found).toEqual([
    'expired',
    'expired',
    'revoked',
    'superseded',
    'suspended',
    'valid',
    'valid',
    'valid',
  ]);
  const renewal = rows.find(({ renews }) => renews !== null);
  const renewed = rows.find(({ renewedBy }) => renewedBy !== null);
  expect(renewal?.renews).toBe(renewed?._id.toHexString());
  const corrected = rows.find(({ supersedes }) => supersedes !== null);
  expect(corrected?.snapshot.holderName).toBe('Anjali d/o Krishnan');
  // The worker who signs in finds one that can be renewed.
  const [own] = rows.filter((row) => row.userId === userId);
  expect(own && canRenew(own, now())).toBe(true);
});
