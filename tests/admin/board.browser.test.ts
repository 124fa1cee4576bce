import { WHOLE_SITE } from '../../src/modules/accounts';
import { useAddress } from '../support/address';
import { useApp } from '../support/app';
import { useBrowser } from '../support/browser';
import { makePerson, PASSWORD } from '../support/factories/accounts';

const app = useApp();
const browser = useBrowser();
const site = useAddress(app);

test('the board draws itself under its policy, from this site alone', async () => {
  const { email } = await makePerson({
    grants: [{ role: 'administrator', organisationId: WHOLE_SITE }],
  });
  const baseURL = site.origin;
  const { page, faults } = await browser.open({ baseURL });
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(baseURL) && !url.startsWith('data:')) elsewhere.push(url);
  });
  await page.goto('/sign-in');
  await page.fill('[name="email"]', email);
  await page.fill('[name="password"]', PASSWORD);
  await page.click('form[action="/sign-in"] button[type="submit"]');
  await page.waitForURL('**/learn');
  await page.goto('/admin/board');
  await page.getByText('documents').first().waitFor();
  expect(elsewhere).toEqual([]);
  expect(faults).toEqual([]);
});
