import { z } from 'zod';
import { ROLES } from '../../platform/authz';
import { QUEUES } from '../../platform/queue';
import { ORGANISATION_KINDS } from '../organisations';

const hexId = z.string().regex(/^[0-9a-f]{24}$/);
const page = z.coerce.number().int().min(1).max(10_000).catch(1);

export const PeopleQuery = z.object({ q: z.string().trim().max(200).catch(''), page });
export const UserParams = z.object({ userId: hexId });
/** `site` stands for all organisations. */
const organisationId = z.union([hexId, z.literal('site')], 'platform.form.choose');
export const MergeQuery = z.object({
  q: z.string().trim().max(200).catch(''),
  with: hexId.optional().catch(undefined),
  page,
});
/** `with`: the account that goes. */
export const MergeForm = z.object({
  with: z.string('platform.form.choose').regex(/^[0-9a-f]{24}$/, 'platform.form.choose'),
});
export const RoleForm = z.object({ role: z.enum(ROLES), organisationId });

const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine((text) => !Number.isNaN(Date.parse(text)))
  .optional()
  .catch(undefined);
const words = (max: number) => z.string().trim().max(max).catch('');

export const AuditQuery = z.object({
  who: words(254),
  what: words(100),
  kind: words(60),
  id: words(100),
  from: day,
  until: day,
  /** Where the page goes on: `<time>-<id>` of the last entry of the page before. */
  after: z
    .string()
    .regex(/^\d{1,15}-[0-9a-f]{24}$/)
    .optional()
    .catch(undefined),
});
export type AuditSearch = z.infer<typeof AuditQuery>;
export const EntryParams = z.object({ entryId: hexId });

export const QueueParams = z.object({ queue: z.enum(QUEUES) });
export const QueueQuery = z.object({ page });
export const JobForm = z.object({ jobId: z.string().min(1).max(200) });

export const RetentionForm = z.object({
  key: z.string().min(1, 'platform.form.choose').max(60),
  days: z.coerce.number({ error: 'platform.form.required' }).int(),
  startsOn: z.iso.date({ error: 'platform.form.invalid' }),
});

export const MAIL_STATES = ['waiting', 'sent', 'skipped', 'failed'] as const;
export const MailQuery = z.object({
  q: words(254),
  state: z.enum(MAIL_STATES).optional().catch(undefined),
  page,
});

export const OrganisationParams = z.object({ organisationId: hexId });
export const OrganisationQuery = z.object({ page });
export const NewOrganisationQuery = z.object({ parentId: hexId.optional().catch(undefined) });

const organisationName = z.string().trim().min(1, 'platform.form.required').max(150);
const otherName = z.string().trim().max(150).optional();

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}

export const NewOrganisationForm = z.object({
  parentId: hexId.optional(),
  name: organisationName,
  code: z.string().trim().min(1, 'platform.form.required').max(60),
  kind: z.enum(ORGANISATION_KINDS),
  timeZone: z
    .string()
    .trim()
    .max(60)
    .refine((name) => name === '' || isTimeZone(name), 'platform.form.invalid')
    .optional(),
});

/** Under which organisation another one is to stand; `root`: under none. */
const place = z.union([hexId, z.literal('root')], 'platform.form.choose');
export const MoveQuery = z.object({ q: words(150), to: place.optional().catch(undefined), page });
/** `from`: where it stood when the person decided. */
export const MoveForm = z.object({ from: place, to: place });

export const RenameForm = z.object({
  name: organisationName,
  'name.en': otherName,
  'name.zh': otherName,
  'name.ms': otherName,
  'name.ta': otherName,
});
