import { hash } from '@node-rs/argon2';
import { createAccount, grantRole } from '../../../src/modules/accounts';
import type { RoleGrant } from '../../../src/platform/authz';
import type { Language } from '../../../src/platform/i18n';
import type { TestApp } from '../app';
import type { Client } from '../client';

/** The password of every person made here. */
export const PASSWORD = 'kettle orbit lantern moss';

export interface TestPerson {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
}

let count = 0;
let passwordHash: Promise<string> | undefined;

/** A person with a confirmed account who can sign in with `PASSWORD`. */
export async function makePerson(
  wishes: {
    name?: string;
    email?: string;
    language?: Language;
    confirmed?: boolean;
    grants?: readonly RoleGrant[];
  } = {},
): Promise<TestPerson> {
  count += 1;
  passwordHash ??= hash(PASSWORD);
  const name = wishes.name ?? `Person ${count}`;
  const email = wishes.email ?? `person-${count}@example.org`;
  const { userId } = await createAccount({
    name,
    email,
    passwordHash: await passwordHash,
    language: wishes.language ?? 'en',
    confirmed: wishes.confirmed ?? true,
  });
  for (const grant of wishes.grants ?? []) await grantRole(userId, grant);
  return { userId, name, email };
}

/** Signs a client in through the form; it then holds the CSRF token of its session. */
export async function signIn(
  client: Client,
  email: string,
  options: { password?: string; headers?: Record<string, string> } = {},
): Promise<void> {
  await client.get('/sign-in');
  const answer = await client.post(
    '/sign-in',
    { email, password: options.password ?? PASSWORD, returnTo: '/me' },
    options.headers,
  );
  if (answer.status !== 303) throw new Error(`${email} cannot sign in: ${answer.status}`);
  await client.follow(answer);
}

/** A new person in a browser of their own, signed in. */
export async function signedIn(
  app: Pick<TestApp, 'client'>,
  wishes: Parameters<typeof makePerson>[0] = {},
): Promise<TestPerson & { client: Client }> {
  const person = await makePerson(wishes);
  const client = app.client();
  await signIn(client, person.email);
  return { ...person, client };
}
