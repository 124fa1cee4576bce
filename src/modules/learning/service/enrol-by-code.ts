import { type Enrolled, openEnrolment } from './enrol';
import { findUsableCode } from './enrolment-codes';

/**
 * Enrols with the code of an organisation. Someone who is enrolled already uses nothing up.
 * @throws Invalid (field `code`), NotFound
 */
export async function enrolByCode(request: { userId: string; code: string }): Promise<Enrolled> {
  const row = await findUsableCode(request.code);
  return openEnrolment(request.userId, row.courseSlug, row);
}
