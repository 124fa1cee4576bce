import { z } from 'zod';
import type { UploadedFile } from '../../platform/http';
import { tidy } from '../../shared/text';
import { BULK_ACTS } from './bulk-acts';
import type { StatusPurpose } from './credential/document';
import { STATES } from './state';

const objectId = z.string().regex(/^[0-9a-f]{24}$/);

export const CertificateParams = z.object({ certificateId: objectId });
export const EnrolmentParams = z.object({ enrolmentId: objectId });
export const VerifyParams = z.object({ code: z.string().max(64) });

export const StatusListParams = z.object({
  list: z
    .string()
    .regex(/^(revocation|suspension)-[1-9]\d{0,5}$/)
    .transform((name) => {
      const [purpose = '', list = ''] = name.split('-');
      return { purpose: purpose as StatusPurpose, number: Number(list) };
    }),
});

export const ListQuery = z.object({ page: z.coerce.number().int().min(1).max(10_000).catch(1) });
export const VerifyQuery = z.object({
  code: z.string().trim().max(64).optional().catch(undefined),
});

const isFile = (value: unknown): value is UploadedFile =>
  typeof value === 'object' && value !== null && 'bytes' in value && 'tooLarge' in value;

export const VerifyForm = z.object({
  file: z
    .custom<UploadedFile>(isFile, 'certificates.file.missing')
    .refine(({ tooLarge }) => !tooLarge, 'certificates.file.tooLarge')
    .refine(({ bytes, tooLarge }) => tooLarge || bytes.length > 0, 'certificates.file.missing'),
});

/** Payload of the job `certificates.issue`; one that was sent before they came together is for one. */
export const IssuePayload = z.union([
  z.object({ enrolmentIds: z.array(objectId) }),
  z.object({ enrolmentId: objectId }).transform(({ enrolmentId }) => ({
    enrolmentIds: [enrolmentId],
  })),
]);

const words = (longest: number) => z.string().transform(tidy).pipe(z.string().min(1).max(longest));
const state = z.enum(STATES).optional().catch(undefined);
const q = z.string().trim().max(100).catch('');

export const StaffQuery = z.object({
  q,
  state,
  page: z.coerce.number().int().min(1).max(10_000).catch(1),
});
export const ManyQuery = z.object({ act: z.enum(BULK_ACTS), q, state });

export const ReasonForm = z.object({ reason: words(500) });
export const CorrectForm = z.object({ holderName: words(120), reason: words(500) });
const designName = z.string().regex(/^(band-1|frame-1|upright-1|own-[0-9a-f]{24})$/);
export const DesignParams = z.object({ design: designName });
export const PreviewQuery = z.object({ sample: z.coerce.number().int().min(0).max(3).catch(0) });
export const DesignForm = z.object({
  organisationId: objectId,
  name: words(80),
  source: z
    .string()
    .max(60_000)
    .transform((text) => text.replaceAll('\r\n', '\n'))
    .refine((text) => text.trim() !== '', 'platform.form.required'),
});
export const ChooseDesignForm = z.object({
  organisationId: objectId,
  courseSlug: z.string().trim().max(80).default(''),
  design: designName,
});
/** `once`: made with the form, so that a double click does it once. */
export const ManyForm = z.object({ reason: words(500), once: z.uuid() });
