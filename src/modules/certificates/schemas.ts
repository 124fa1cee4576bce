import { z } from 'zod';
import type { StatusPurpose } from './credential/document';

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

/** Payload of the job `certificates.issue`. */
export const IssuePayload = z.object({ enrolmentId: objectId });
