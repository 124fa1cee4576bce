import { z } from 'zod';
import { createEnrolmentCode, formatCode } from '../modules/learning';
import { findOrganisationByCode } from '../modules/organisations';
import { loadConfig } from '../platform/config';
import { NotFound } from '../platform/errors';
import { DAY } from '../shared/clock';
import type { Command } from './command';
import { onDatabase } from './told';

const Words = z.tuple([
  z.string().min(1).max(64),
  z.string().min(1).max(200),
  z.union([z.literal('-').transform(() => null), z.coerce.number().int().min(1).max(1_000_000)]),
  z.iso
    .date()
    .transform((day) => new Date(Date.parse(`${day}T00:00:00Z`) + DAY))
    .optional(),
]);

const code = onDatabase(
  {
    name: 'enrolment code',
    usage: 'enrolment code COURSE ORGANISATION|- PLACES|- [LAST-DAY]',
    summary: 'makes a code with which people enrol; an organisation sees them as its own',
  },
  (args) => Words.safeParse(args.length === 3 ? [...args, undefined] : args).data ?? null,
  async ([courseSlug, organisationCode, maxUses, endsAt]) => {
    const host = organisationCode === '-' ? null : await findOrganisationByCode(organisationCode);
    if (organisationCode !== '-' && !host) {
      throw new NotFound('organisations.error.unknownCode', { code: organisationCode });
    }
    const made = await createEnrolmentCode({
      courseSlug,
      organisationId: host?.id ?? null,
      maxUses,
      endsAt: endsAt ?? null,
    });
    return [formatCode(made), `Link: ${loadConfig().baseUrl}/enrol/${made}`];
  },
);

export const enrolmentCommands: readonly Command[] = [code];
