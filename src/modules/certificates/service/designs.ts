import { createHash } from 'node:crypto';
import { audit } from '../../../platform/audit';
import { isWithin, type Scope } from '../../../platform/authz';
import { inTransaction, isDuplicateKey } from '../../../platform/db';
import { Invalid, invalidField, NotFound } from '../../../platform/errors';
import { createPdfRenderer, type Design, DesignFaulty, RendererEnded } from '../../../platform/pdf';
import { now } from '../../../shared/clock';
import { findCourse } from '../../catalogue';
import { findOrganisation, type Organisation } from '../../organisations';
import { findDesign, nameOfOwn } from '../design';
import { DesignChoice, OwnDesign } from '../design-model';
import { pdfInput } from '../pdf';
import { keptPicture, type PictureTools } from '../picture';
import { SAMPLES, sampleOf } from '../sample';

async function organisationIn(scope: Scope, id: string): Promise<Organisation> {
  const organisation = await findOrganisation(id);
  if (!organisation || !isWithin(scope, organisation.path)) throw new NotFound();
  return organisation;
}

/** What the first page looks like, with made-up facts; drawn once and kept. @throws DesignFaulty */
export async function previewOf(
  design: Design,
  sample: number,
  tools: PictureTools,
): Promise<Buffer> {
  const data = await pdfInput(sampleOf(sample), tools.baseUrl);
  return keptPicture({ design, data, as: 'svg' }, tools);
}

/** Someone's own design may never end, and never have enough. */
const TRIAL = { timeLimitMs: 5_000, memoryLimitMb: 512 };

/** What keeps a design from being kept, in the compiler's words and with their lines. */
function faultsOf(error: unknown): Invalid {
  if (error instanceof RendererEnded)
    return invalidField('source', `certificates.design.broke.${error.why}`, {
      seconds: TRIAL.timeLimitMs / 1_000,
      megabytes: TRIAL.memoryLimitMb,
    });
  if (!(error instanceof DesignFaulty)) throw error;
  const faults = error.faults.length > 0 ? error.faults : [{ line: null, message: error.message }];
  return new Invalid(
    faults.map(({ line, message }) => ({
      field: 'source',
      messageKey: line === null ? 'certificates.design.fault' : 'certificates.design.faultAt',
      values: { message: message.slice(0, 300), line: line ?? 0 },
    })),
  );
}

function sizeOf(svg: Buffer): { width: number; height: number } {
  const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg.toString('utf8')) ?? [];
  return { width: Math.round(Number(width)), height: Math.round(Number(height)) };
}

/**
 * Tries a design with names in four scripts, as a certificate is made, in a process of its own: away
 * from the certificates that are being made meanwhile.
 * @throws Invalid
 * @returns the size of its first page
 */
async function tryOut(source: string, baseUrl: string): Promise<{ width: number; height: number }> {
  const line = source.split('\n').findIndex((text) => /\.\s*today\s*\(/.test(text)) + 1;
  if (line > 0) throw invalidField('source', 'certificates.design.today', { line });
  const renderer = createPdfRenderer(TRIAL);
  try {
    for (const sample of SAMPLES.keys()) {
      const data = await pdfInput(sampleOf(sample), baseUrl);
      await renderer.render({ design: { source }, data, createdAt: 0, as: 'a-3a' });
    }
    const data = await pdfInput(sampleOf(0), baseUrl);
    return sizeOf(await renderer.render({ design: { source }, data, createdAt: 0, as: 'svg' }));
  } catch (error) {
    throw faultsOf(error);
  } finally {
    await renderer.close();
  }
}

let lastTrial: Promise<unknown> = Promise.resolve();

/** One at a time, so that many who try at once cannot take all of the machine. */
function tryInTurn(source: string, baseUrl: string): ReturnType<typeof tryOut> {
  const trial = lastTrial.then(() => tryOut(source, baseUrl));
  lastTrial = trial.catch(() => undefined);
  return trial;
}

/**
 * Keeps a design of one's own, when it compiles; the same file again is the same design.
 * @throws NotFound outside the scope; Invalid with what the compiler says
 */
export async function addDesign(
  input: { organisationId: string; name: string; source: string },
  scope: Scope,
  { baseUrl }: { baseUrl: string },
): Promise<{ design: string }> {
  const organisation = await organisationIn(scope, input.organisationId);
  const size = await tryInTurn(input.source, baseUrl);
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
        size,
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
