import { NotFound } from '../../../platform/errors';
import { type Column, Import } from '../model';
import { findImport } from '../queries';
import { startImport } from './carry-out';
import { makeImport } from './make-import';
import type { Defaults } from './parse-rows';
import { type World, worldOf } from './world';

type Cells = Readonly<Partial<Record<Column, string>>>;

/** The dry run of rows that a program has, as of a file with these cells. */
export const checkList = async (
  actor: World['actor'],
  list: { fileName: string; rows: readonly Cells[]; defaults: Defaults },
): Promise<{ importId: string }> =>
  makeImport(await worldOf(actor), {
    ...list,
    source: 'file',
    rows: list.rows.map((cells, index) => ({ line: index + 2, cells, misfit: null })),
  });

/** True when the person has had a list checked. */
export const hasLists = async (userId: string): Promise<boolean> =>
  (await Import.exists({ by: userId })) !== null;

/** Says yes to a list of one's own. @throws NotFound; Conflict `bad-rows` */
export async function confirmList(actor: World['actor'], importId: string): Promise<void> {
  const world = await worldOf(actor);
  const record = await findImport(world.scope, importId);
  if (!record) throw new NotFound();
  await startImport(world, record);
}
