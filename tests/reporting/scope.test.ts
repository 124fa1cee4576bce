import { WHOLE_SITE } from '../../src/modules/accounts';
import { createEnrolmentCode, enrol } from '../../src/modules/learning';
import { enrolByCode } from '../../src/modules/learning/service/enrol-by-code';
import { addMembership, type Organisation } from '../../src/modules/organisations';
import type { Role } from '../../src/platform/authz';
import { useApp } from '../support/app';
import type { Client } from '../support/client';
import { makePerson, signedIn } from '../support/factories/accounts';
import { publishSmallCourse } from '../support/factories/learning';
import { makeOrganisation } from '../support/factories/organisations';

const site = useApp();
const SLUG = 'scoped';

type Name = 'centre' | 'a' | 'a1' | 'a2' | 'ca' | 'b' | 'b1' | 'c' | 'g';
const tree = {} as Record<Name, Organisation>;

/** Everyone who is enrolled: where they belong, and who brought them. */
const PEOPLE: readonly { name: string; in: readonly Name[]; by?: Name }[] = [
  { name: 'Anna Aone', in: ['a1'] },
  { name: 'Amir Atwo', in: ['a2'] },
  { name: 'Bala Bone', in: ['b1'] },
  { name: 'Chen Aoneca', in: ['a1', 'ca'] },
  { name: 'Devi Boneca', in: ['b1', 'ca'] },
  { name: 'Erik Cee', in: ['c'] },
  { name: 'Faiz Bonecee', in: ['b1', 'c'] },
  { name: 'Gita Nowhere', in: [] },
  { name: 'Hana Byagency', in: ['a1'], by: 'g' },
  { name: 'Ivan Byunion', in: ['c'], by: 'b' },
];
const ids = new Map<string, string>();

const VIEWERS: readonly { role: Role; at: readonly (Name | 'site')[] }[] = [
  ...(['centre', 'a', 'a1', 'a2', 'ca', 'b', 'b1', 'c', 'g'] as const).flatMap((at) => [
    { role: 'union-staff' as const, at: [at] },
    { role: 'administrator' as const, at: [at] },
  ]),
  { role: 'administrator', at: ['site'] },
  { role: 'union-staff', at: ['site'] },
  { role: 'union-staff', at: ['a1', 'c'] },
  { role: 'union-staff', at: ['a', 'a1'] },
];

beforeAll(async () => {
  const centre = await makeOrganisation('umbrella', { code: 'kelas-centre', name: 'Centre' });
  const a = await makeOrganisation('union', { parent: centre, name: 'Union Alpha' });
  const b = await makeOrganisation('union', { parent: centre, name: 'Union Beta' });
  Object.assign(tree, {
    centre,
    a,
    b,
    a1: await makeOrganisation('branch', { parent: a, name: 'Branch Alpha One' }),
    a2: await makeOrganisation('branch', { parent: a, name: 'Branch Alpha Two' }),
    b1: await makeOrganisation('branch', { parent: b, name: 'Branch Beta One' }),
    ca: await makeOrganisation('company', { parent: a, name: 'Alpha Buses' }),
    c: await makeOrganisation('company', { parent: centre, name: 'Gamma Goods' }),
    g: await makeOrganisation('agency', { parent: centre, name: 'Agency Golf' }),
  });
  await publishSmallCourse(site, SLUG);
  for (const each of PEOPLE) {
    const { userId } = await makePerson({ name: each.name });
    ids.set(each.name, userId);
    for (const place of each.in) {
      const { id, kind } = tree[place];
      await addMembership({
        userId,
        organisationId: id,
        kind: kind === 'company' ? 'employee' : 'union-member',
        number: `M-${place}-${each.name}`,
        startsOn: '2020-01-01',
      });
    }
    if (each.by === undefined) await enrol({ userId, courseSlug: SLUG });
    else {
      const code = await createEnrolmentCode({
        courseSlug: SLUG,
        organisationId: tree[each.by].id,
        maxUses: null,
      });
      await enrolByCode({ userId, code });
    }
  }
  await site.drain();
});

/** What must be seen, worked out from the tree alone. */
function expected({ role, at }: (typeof VIEWERS)[number]) {
  const fits = (places: readonly (Name | 'site')[]) =>
    PEOPLE.filter(({ in: homes, by }) =>
      places.some(
        (place) =>
          place === 'site' ||
          [...homes, ...(by ? [by] : [])].some((home) => tree[home].path.includes(tree[place].id)),
      ),
    ).map(({ name }) => name);
  const withPeople = at.filter((place) => role === 'administrator' || place !== 'g');
  return { people: fits(withPeople), counted: fits(at) };
}

const namesIn = (text: string): string[] =>
  PEOPLE.map(({ name }) => name).filter((name) => text.includes(name));

async function seenIn(client: Client, nodes: readonly (string | undefined)[], path: string) {
  const seen = new Set<string>();
  for (const node of nodes) {
    const { text, status } = await client.get(node ? `${path}?node=${node}` : path);
    if (status === 200) for (const name of namesIn(text)) seen.add(name);
  }
  return [...seen].sort();
}

describe.each(VIEWERS)('$role at $at', (viewer) => {
  let client: Client;
  const nodes = () => viewer.at.map((at) => (at === 'site' ? '*' : tree[at].id));

  beforeAll(async () => {
    const grants = viewer.at.map((at) => ({
      role: viewer.role,
      organisationId: at === 'site' ? WHOLE_SITE : tree[at].id,
    }));
    ({ client } = await signedIn(site, { name: 'The Viewer', grants }));
  });

  test('sees the people of their part and nobody else', async () => {
    const { people } = expected(viewer);
    expect(await seenIn(client, nodes(), '/staff/people')).toEqual(people.toSorted());
    expect(await seenIn(client, nodes(), '/staff/people.csv')).toEqual(people.toSorted());
    for (const { name } of PEOPLE) {
      const { status } = await client.get(`/staff/people/${ids.get(name)}`);
      expect({ name, status }).toEqual({ name, status: people.includes(name) ? 200 : 404 });
    }
  });

  test('can neither search nor count others', async () => {
    const { people } = expected(viewer);
    for (const { name } of PEOPLE.filter((each) => !people.includes(each.name))) {
      const { text } = await client.get(`/staff/people?node=${nodes()[0]}&q=${name.split(' ')[0]}`);
      expect(namesIn(text)).not.toContain(name);
    }
  });

  test('is told of no organisation outside', async () => {
    const { people } = expected(viewer);
    const outside = (Object.keys(tree) as Name[]).filter(
      (place) => !viewer.at.some((at) => at === 'site' || tree[place].path.includes(tree[at].id)),
    );
    for (const place of outside) {
      for (const path of ['/staff', '/staff/people', '/staff/people.xlsx']) {
        const { status } = await client.get(`${path}?node=${tree[place].id}`);
        expect({ place, path, status }).toEqual({ place, path, status: 404 });
      }
    }
    const pages = [
      ...['/staff', '/staff/people', '/staff/people.csv'].map((at) => `${at}?node=${nodes()[0]}`),
      ...people.map((name) => `/staff/people/${ids.get(name)}`),
    ];
    for (const page of pages) {
      const { text } = await client.get(page);
      const told = outside.filter((place) => text.includes(tree[place].name));
      // Those who stand above are named to nobody below either.
      expect({ page, told }).toEqual({ page, told: [] });
      expect(text).not.toContain('M-a');
      expect(text).not.toContain('M-b');
    }
  });

  test('reads numbers of their part alone, and none under five without its people', async () => {
    const { people, counted } = expected(viewer);
    if (viewer.at.length > 1) return;
    const { text } = await client.get(`/staff?node=${nodes()[0]}`);
    const figure = /k-stat__value">(?:<a[^>]*>)?([^<]*)</.exec(text)?.[1];
    const wanted = people.length > 0 ? String(people.length) : counted.length < 5 ? undefined : '5';
    if (people.length > 0) expect(figure).toBe(wanted);
    else expect(figure === undefined || figure === 'not shown').toBe(true);
  });
});

test('whoever has no role, or another one, is not let in', async () => {
  const worker = await signedIn(site);
  const trainer = await signedIn(site, {
    grants: [{ role: 'trainer', organisationId: tree.centre.id }],
  });
  for (const { client } of [worker, trainer]) {
    for (const path of ['/staff', '/staff/people', `/staff/people/${ids.get('Anna Aone')}`]) {
      expect((await client.get(path)).status).toBe(403);
    }
  }
});
