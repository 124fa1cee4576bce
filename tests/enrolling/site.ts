import { addMembership, createOrganisation } from '../../src/modules/organisations';
import type { TestApp } from '../support/app';
import type { Client } from '../support/client';
import { makePerson, signedIn, type TestPerson } from '../support/factories/accounts';

/** Two unions; staff of the first one; members of both. */
export interface Unions {
  readonly ownId: string;
  readonly branchId: string;
  readonly otherId: string;
  readonly staff: TestPerson & { client: Client };
  member(where: 'own' | 'other', number?: string, email?: string): Promise<TestPerson>;
}

export async function makeUnions(app: Pick<TestApp, 'client'>): Promise<Unions> {
  const umbrella = await createOrganisation({
    code: 'umbrella',
    name: 'Umbrella',
    kind: 'umbrella',
    timeZone: 'Asia/Singapore',
  });
  const union = (code: string, name: string) =>
    createOrganisation({ code, name, kind: 'union', parentId: umbrella.id });
  const own = await union('bus', 'Bus Union');
  const other = await union('rail', 'Rail Union');
  const branch = await createOrganisation({
    code: 'bus-north',
    name: 'Bus Union North',
    kind: 'branch',
    parentId: own.id,
  });
  const staff = await signedIn(app, {
    grants: [{ role: 'union-staff', organisationId: own.id }],
  });
  return {
    ownId: own.id,
    branchId: branch.id,
    otherId: other.id,
    staff,
    member: async (where, number, email) => {
      const person = await makePerson(email === undefined ? {} : { email });
      await addMembership({
        userId: person.userId,
        organisationId: where === 'own' ? branch.id : other.id,
        kind: 'union-member',
        startsOn: '2020-01-01',
        ...(number === undefined ? {} : { number }),
      });
      return person;
    },
  };
}

/** Sends a CSV file, and answers the page that it leads to. */
export async function sendFile(
  { client }: { client: Client },
  organisationId: string,
  csv: string | Buffer,
  fields: Record<string, string> = {},
) {
  await client.get('/staff/enrol/file');
  const answer = await client.upload(
    '/staff/enrol/file',
    { organisationId, ...fields },
    { field: 'file', name: 'people.csv', bytes: Buffer.from(csv) },
  );
  const href = String(answer.headers['location'] ?? '');
  return { answer, href, page: href ? await client.get(href) : answer };
}
