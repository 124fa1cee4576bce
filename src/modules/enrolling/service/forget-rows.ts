import { forgetLabels } from '../../../platform/bulk';
import { formerAddressesOf } from '../../accounts';
import { Import, ImportRow, type ImportRowRecord } from '../model';

const AT_ONCE = 500;

/** Takes someone out of the rows of every import; that there was a row stays, for its figures. */
export async function forgetRows(userId: string): Promise<void> {
  const whose = [userId, ...(await formerAddressesOf(userId))];
  for (;;) {
    const rows = await ImportRow.find({ whose: { $in: whose } })
      .limit(AT_ONCE)
      .lean<ImportRowRecord[]>();
    if (rows.length === 0) return;
    const imports = await Import.find(
      { _id: { $in: rows.map(({ importId }) => importId) }, actId: { $ne: null } },
      { actId: 1 },
    ).lean();
    for (const { _id, actId } of imports) {
      const named = rows.filter(({ importId }) => importId.equals(_id));
      await forgetLabels(
        actId ?? '',
        named.flatMap(({ email, number }) => [email, number].filter((text) => text !== null)),
      );
    }
    await ImportRow.updateMany(
      { _id: { $in: rows.map(({ _id }) => _id) } },
      { $set: { email: null, name: null, number: null, faults: [], whose: [] } },
    );
  }
}
