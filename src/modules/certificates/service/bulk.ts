import { z } from 'zod';
import type { BulkKind } from '../../../platform/bulk';
import { publish } from '../../../platform/outbox';
import { rolesOf } from '../../accounts';
import type { BulkAct } from '../bulk-acts';
import { certificateFileAsked } from '../events';
import { staffScope } from '../policy';
import { changeStanding, findWithin, type StandingAct } from './standing';

const Params = z.object({ reason: z.string() });
const Item = z.object({ certificateId: z.string() });
type CertificateBulk = BulkKind<z.infer<typeof Params>, z.infer<typeof Item>>;

/** Whoever began it may have lost their role meanwhile: then nothing more happens. */
const scopeOfPerson = async (userId: string) =>
  staffScope({ id: userId, grants: await rolesOf(userId) });

const change = (act: StandingAct): CertificateBulk['handle'] =>
  async function handle(items, { by, params }) {
    const scope = await scopeOfPerson(by);
    for (const { data } of items) {
      await changeStanding(
        { certificateId: data.certificateId, act, reason: params.reason },
        scope,
      );
    }
  };

const remake: CertificateBulk['handle'] = async (items, { by }) => {
  const scope = await scopeOfPerson(by);
  for (const { data } of items) {
    await findWithin(data.certificateId, scope);
    await publish(certificateFileAsked, { certificateId: data.certificateId });
  }
};

const kindOf = (act: BulkAct): CertificateBulk => ({
  kind: `certificates.${act}-many`,
  titleKey: `certificates.many.doing.${act}`,
  mode: 'each',
  sliceSize: 50,
  params: Params,
  item: Item,
  backHref: () => '/staff/certificates',
  handle: act === 'remake' ? remake : change(act),
});

export const BULK_KINDS: Record<BulkAct, CertificateBulk> = {
  revoke: kindOf('revoke'),
  suspend: kindOf('suspend'),
  reinstate: kindOf('reinstate'),
  remake: kindOf('remake'),
};
