import type { Actor, Scope } from '../../../platform/authz';
import { type CourseListing, listCourses } from '../../catalogue';
import {
  findOrganisation,
  type Organisation,
  organisationsWithin,
  scopeOf,
} from '../../organisations';

/** What someone of the staff can enrol into, and on whose behalf. */
export interface World {
  readonly actor: Actor & { readonly id: string };
  readonly scope: Scope;
  /** Those of the scope, by name. */
  readonly organisations: readonly Organisation[];
  /** Unions whose membership numbers people of the scope have. */
  readonly unionIds: readonly string[];
  readonly courses: readonly CourseListing[];
}

const PAGE = 200;
const MOST = 5_000;

async function allWithin(scope: Scope): Promise<Organisation[]> {
  const all: Organisation[] = [];
  for (let skip = 0; skip < MOST; skip += PAGE) {
    const page = await organisationsWithin(scope, { skip, limit: PAGE });
    all.push(...page);
    if (page.length < PAGE) break;
  }
  return all;
}

async function unionsAbove(scope: Scope): Promise<string[]> {
  if (scope.kind === 'all') return [];
  const ids = new Set<string>();
  for (const id of scope.organisationIds) {
    for (const above of (await findOrganisation(id))?.path ?? []) ids.add(above);
  }
  const found: string[] = [];
  for (const id of ids) {
    const organisation = await findOrganisation(id);
    if (organisation?.kind === 'union') found.push(id);
  }
  return found;
}

export async function worldOf(actor: World['actor']): Promise<World> {
  const scope = scopeOf(actor, 'union-staff');
  const organisations = await allWithin(scope);
  const unions = organisations.filter(({ kind }) => kind === 'union').map(({ id }) => id);
  return {
    actor,
    scope,
    organisations,
    unionIds: [...new Set([...unions, ...(await unionsAbove(scope))])],
    courses: await listCourses(),
  };
}
