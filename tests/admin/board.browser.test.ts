import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WHOLE_SITE } from '../../src/modules/accounts';
import { useApp } from '../support/app';
import { useBrowser } from '../support/browser';
import { makePerson, PASSWORD } from '../support/factories/accounts';

const app = useApp();
const browser = useBrowser();
let server: Server;

beforeAll(async () => {
  server = createServer(app.app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

test('the board draws itself under its policy, from this site alone', async () => {
  const { email } = await makePerson({
    grants: [{ role: 'administrator', organisationId: WHOLE_SITE }],
  });
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
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
