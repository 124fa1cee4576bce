import {
  findUserIdByEmail,
  firstAdministratorLink,
  rolesOf,
  WHOLE_SITE,
} from '../../src/modules/accounts';
import { useApp } from '../support/app';
import { PASSWORD } from '../support/factories/accounts';

const app = useApp();

describe('the first administrator', () => {
  test('comes by a link that works once, whoever uses it at the same time', async () => {
    const link = await firstAdministratorLink(app.platform);
    expect(link).not.toBeNull();
    const { pathname } = new URL(link ?? '');
    const clients = [app.client(), app.client(), app.client()];
    for (const client of clients) expect((await client.get(pathname)).status).toBe(200);
    const weak = await clients[0]!.post(pathname, {
      name: 'A',
      email: 'a@b.example',
      password: 'x',
    });
    expect(weak.status).toBe(422);
    const answers = await Promise.all(
      clients.map((client, i) =>
        client.post(pathname, {
          name: 'Admin',
          email: `chief-${i}@example.org`,
          password: PASSWORD,
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 410, 410]);
    const winner = answers.findIndex(({ status }) => status === 303);
    const userId = await findUserIdByEmail(`chief-${winner}@example.org`);
    expect(await rolesOf(userId ?? '')).toEqual([
      { role: 'administrator', organisationId: WHOLE_SITE },
    ]);
    for (const i of [0, 1, 2].filter((each) => each !== winner)) {
      expect(await findUserIdByEmail(`chief-${i}@example.org`)).toBeNull();
    }
    expect((await clients[winner]!.get('/me')).status).toBe(200);
    expect((await app.client().get(pathname)).status).toBe(410);
    expect(await firstAdministratorLink(app.platform)).toBeNull();
  });

  test('a made-up link is none', async () => {
    expect((await app.client().get('/welcome/w.zzzzzzzz.aaaaaaaaaaaaaaaaaaaaaaa')).status).toBe(
      410,
    );
  });
});
