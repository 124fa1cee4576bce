import { enrol } from '../../src/modules/learning';
import { addMembership } from '../../src/modules/organisations';
import { rebuild } from '../../src/modules/reporting';
import { View } from '../../src/modules/reporting/kept-model';
import { everyoneIn } from '../../src/modules/reporting/queries/people';
import { mergeViews, viewsOf } from '../../src/modules/reporting/service/views';
import { useApp } from '../support/app';
import { makePerson } from '../support/factories/accounts';
import { publishSmallCourse } from '../support/factories/learning';
import { makeOrganisation } from '../support/factories/organisations';

const site = useApp();

test('a list that is built anew while it is read is not taken for whole', async () => {
  const union = await makeOrganisation('union', { code: 'kelas-centre' });
  await publishSmallCourse(site, 'read');
  const { userId } = await makePerson();
  await addMembership({
    userId,
    organisationId: union.id,
    kind: 'union-member',
    startsOn: '2020-01-01',
  });
  await enrol({ userId, courseSlug: 'read' });
  await site.drain();
  await rebuild('Asia/Singapore');
  const read = async (meanwhile: () => Promise<unknown>) => {
    const found = [];
    for await (const rows of everyoneIn({ node: union.id, sort: 'name' }, '2026-11-22')) {
      found.push(...rows);
      await meanwhile();
    }
    return found;
  };
  expect(await read(async () => {})).toHaveLength(1);
  await expect(read(() => rebuild('Asia/Singapore'))).rejects.toThrow('built anew');
});

test('whoever had two accounts sees all lists of both, and can stop their mails', async () => {
  const [one, other] = [await makePerson(), await makePerson()];
  for (const { userId } of [one, other]) {
    await View.insertMany(
      Array.from({ length: 30 }, (_, index) => ({
        userId,
        name: `List ${index}`,
        query: {},
        every: 'week',
        since: '2026-11-22',
      })),
    );
  }
  await mergeViews(other.userId, one.userId);
  expect(await viewsOf(one.userId)).toHaveLength(60);
});
