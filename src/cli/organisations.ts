import { z } from 'zod';
import { findUserIdByEmail, grantRole, revokeRole, WHOLE_SITE } from '../modules/accounts';
import {
  addMembership,
  createOrganisation,
  findOrganisationByCode,
  MEMBERSHIP_KINDS,
  ORGANISATION_KINDS,
  type Organisation,
  organisationsWithin,
} from '../modules/organisations';
import { ROLES } from '../platform/authz';
import { NotFound } from '../platform/errors';
import type { Command } from './command';
import { onDatabase } from './told';

async function organisationOf(code: string): Promise<Organisation> {
  const organisation = await findOrganisationByCode(code);
  if (!organisation) throw new NotFound('organisations.error.unknownCode', { code });
  return organisation;
}

async function personOf(email: string): Promise<string> {
  const userId = await findUserIdByEmail(email);
  if (userId === null) throw new NotFound('accounts.error.unknownEmail', { email });
  return userId;
}

const word = z.string().min(1).max(200);
/** `-` stands for none. */
const orNone = word.transform((text) => (text === '-' ? undefined : text));

/** Makes sense of words by their places. */
const places =
  <T>(schema: z.ZodType<T>) =>
  (args: readonly string[]): T | null =>
    schema.safeParse(args).data ?? null;

const add = onDatabase(
  {
    name: 'organisation add',
    usage: `organisation add CODE KIND PARENT|- TIME-ZONE|- NAME  (KIND: ${ORGANISATION_KINDS.join(', ')})`,
    summary: 'adds an organisation to the tree, under the parent with that code',
  },
  places(z.tuple([word, z.enum(ORGANISATION_KINDS), orNone, orNone], word)),
  async ([code, kind, parent, timeZone, ...name]) => {
    const above = parent === undefined ? undefined : await organisationOf(parent);
    const organisation = await createOrganisation({
      code,
      kind,
      name: name.join(' ') || code,
      ...(above ? { parentId: above.id } : {}),
      ...(timeZone === undefined ? {} : { timeZone }),
    });
    return [`${organisation.name} is there, with the code ${organisation.code}`];
  },
);

const PAGE = 200;

const list = onDatabase(
  {
    name: 'organisation list',
    usage: 'organisation list',
    summary: 'lists the organisations as a tree',
  },
  places(z.tuple([])),
  async () => {
    const all: Organisation[] = [];
    for (let skip = 0; ; skip += PAGE) {
      const page = await organisationsWithin({ kind: 'all' }, { skip, limit: PAGE });
      all.push(...page);
      if (page.length < PAGE) break;
    }
    const below = (parentId: string | null): string[] =>
      all
        .filter((each) => each.parentId === parentId)
        .flatMap((each) => [
          `${'  '.repeat(each.path.length - 1)}${each.code}  ${each.kind}  ${each.name}`,
          ...below(each.id),
        ]);
    return below(null);
  },
);

const join = onDatabase(
  {
    name: 'membership add',
    usage: `membership add EMAIL CODE KIND FIRST-DAY [NUMBER]  (KIND: ${MEMBERSHIP_KINDS.join(', ')})`,
    summary: 'makes someone a member of a union, or an employee, from a day (YYYY-MM-DD) on',
  },
  places(z.tuple([word, word, z.enum(MEMBERSHIP_KINDS), word, word.optional()])),
  async ([email, code, kind, startsOn, number]) => {
    const organisation = await organisationOf(code);
    await addMembership({
      userId: await personOf(email),
      organisationId: organisation.id,
      kind,
      startsOn,
      ...(number === undefined ? {} : { number }),
    });
    return [`${email} belongs to ${organisation.name} from ${startsOn} on`];
  },
);

const roleCommand = (
  verb: 'give' | 'take',
  summary: string,
  act: typeof grantRole,
  said: string,
): Command =>
  onDatabase(
    {
      name: `role ${verb}`,
      usage: `role ${verb} EMAIL ROLE CODE|${WHOLE_SITE}  (ROLE: ${ROLES.join(', ')})`,
      summary,
    },
    places(z.tuple([word, z.enum(ROLES), word])),
    async ([email, role, code]) => {
      const organisationId = code === WHOLE_SITE ? WHOLE_SITE : (await organisationOf(code)).id;
      await act(await personOf(email), { role, organisationId });
      return [`${email} ${said} ${role} of ${code}`];
    },
  );

export const organisationCommands: readonly Command[] = [
  add,
  list,
  join,
  roleCommand(
    'give',
    'gives someone a role in an organisation and all below it',
    grantRole,
    'is now',
  ),
  roleCommand('take', 'takes a role away again', revokeRole, 'is no longer'),
];
