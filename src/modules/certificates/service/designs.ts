import { createHash } from 'node:crypto';
import { audit } from '../../../platform/audit';
import { isWithin, type Scope } from '../../../platform/authz';
import { inTransaction, isDuplicateKey } from '../../../platform/db';
import { Invalid, invalidField, NotFound } from '../../../platform/errors';
import { type Design, DesignFaulty, type PdfRenderer } from '../../../platform/pdf';
import { now } from '../../../shared/clock';
import { findCourse } from '../../catalogue';
import { findOrganisation, type Organisation } from '../../organisations';
import { findDesign, nameOfOwn } from '../design';
import { DesignChoice, OwnDesign } from '../design-model';
import { pdfInput } from '../pdf';
import { SAMPLES, sampleOf } from '../sample';

async function organisationIn(scope: Scope, id: string): Promise<Organisation> {
  const organisation = await findOrganisation(id);
  if (!organisation || !isWithin(scope, organisation.path)) throw new NotFound();
  return organisation;
}

/** What the first page looks like, with made-up facts. @throws DesignFaulty */
export async function previewOf(
  design: Design,
  sample: number,
  { renderer, baseUrl }: { renderer: PdfRenderer; baseUrl: string },
): Promise<Buffer> {
  const data = await pdfInput(sampleOf(sample), baseUrl);
  return renderer.render({ design, data, createdAt: 0, as: 'svg' });
}

/**
 * Tries a design with names in four scripts, as a certificate is made.
 * @throws Invalid with the compiler's words and their lines
 */
async function tryOut(source: string, tools: { renderer: PdfRenderer; baseUrl: string }) {
  for (const sample of SAMPLES.keys()) {
    const data = await pdfInput(sampleOf(sample), tools.baseUrl);
    try {
      await tools.renderer.render({ design: { source }, data, createdAt: 0, as: 'a-3a' });
    } catch (error) {
      if (!(error instanceof DesignFaulty)) {
        throw invalidField('source', 'certificates.design.tooLong');
      }
      throw new Invalid(
        (error.faults.length > 0 ? error.faults : [{ line: null, message: error.message }]).map(
          ({ line, message }) => ({
            field: 'source',
            messageKey: line === null ? 'certificates.design.fault' : 'certificates.design.faultAt',
            values: { message: message.slice(0, 300), line: line ?? 0 },
          }),
        ),
      );
    }
  }
}

/**
 * Keeps a design of one's own, when it compiles; the same file again is the same design.
 * @throws NotFound outside the scope; Invalid with what the compiler says
 */
export async function addDesign(
  input: { organisationId: string; name: string; source: string },
  scope: Scope,
  tools: { renderer: PdfRenderer; baseUrl: string },
): Promise<{ design: string }> {
  const organisation = await organisationIn(scope, input.organisationId);
  await tryOut(input.source, tools);
  const sha256 = createHash('sha256').update(input.source).digest('hex');
  const same = { organisationId: organisation.id, sha256 };
  try {
    return await inTransaction(async () => {
      const before = await OwnDesign.findOne(same, { _id: 1 }).lean();
      if (before) return { design: nameOfOwn(before) };
      const row = await OwnDesign.create({
        ...same,
        organisationPath: [...organisation.path],
        name: input.name,
        source: input.source,
        createdAt: now(),
      });
      await audit({
        action: 'certificates.add-design',
        subject: { kind: 'certificate-design', id: row.id },
        after: { organisationId: organisation.id, name: input.name, sha256 },
      });
      return { design: nameOfOwn(row) };
    });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const winner = await OwnDesign.findOne(same, { _id: 1 }).lean();
    if (!winner) throw error;
    return { design: nameOfOwn(winner) };
  }
}

/**
 * Chooses the design of certificates that are awarded from now on.
 * @throws NotFound outside the scope
 */
export async function chooseDesign(
  input: { organisationId: string; courseSlug: string; design: string },
  scope: Scope,
): Promise<void> {
  const organisation = await organisationIn(scope, input.organisationId);
  const found = await findDesign(scope, input.design);
  if (!found) throw invalidField('design', 'certificates.design.unknown');
  if (input.courseSlug !== '' && !(await findCourse(input.courseSlug))) {
    throw invalidField('courseSlug', 'certificates.design.noCourse');
  }
  const place = { organisationId: organisation.id, courseSlug: input.courseSlug };
  await inTransaction(async () => {
    const before = await DesignChoice.findOne(place).lean();
    await DesignChoice.updateOne(place, { $set: { design: input.design } }, { upsert: true });
    await audit({
      action: 'certificates.choose-design',
      subject: { kind: 'organisation', id: organisation.id },
      before: { design: before?.design ?? null },
      after: { courseSlug: input.courseSlug, design: input.design },
    });
  });
}
