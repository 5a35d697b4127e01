import { vendorSamples } from '#db/schema/vendors.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { safeName } from '#server/files/file-facts.ts';
import { storeFile } from '#server/files/store-file.ts';
import { inspectSample } from './inspect-sample.ts';
import { sampleType } from './sample-files.ts';
import { type SampleMeta, sampleMeta } from './schemas.ts';

/**
 * Shows a sample output or a case study. Every statement of the checklist is made by a named person; where the detector saw
 * what looks like an identifier, it is refused with `sample_suspicious` until the person has said why it is none; a file that
 * is neither a picture, a PDF nor text with `sample_file_type`.
 */
export async function addSample(
  ctx: OrgContext,
  input: { meta: SampleMeta; file: { bytes: Uint8Array; fileName: string } | null },
): Promise<{ sampleId: string }> {
  requireVerifiedOrg(ctx);
  const meta = sampleMeta.parse(input.meta);
  const given = input.file === null ? null : { ...input.file, mediaType: typeOf(input.file) };
  const findings = inspectSample({ title: meta.title, body: meta.body, file: given });
  if (findings.seen.length > 0 && !meta.findingsAnswer) {
    const details = findings.seen.map(({ where, what }) => ({
      code: 'sample_suspicious',
      path: 'findingsAnswer',
      message: `There is what looks like ${what} in ${where}. Remove it, or say why it is no patient’s.`,
    }));
    throw new AppError({
      kind: 'invalid',
      reason: 'sample_suspicious',
      message: details.map((one) => one.message).join(' '),
      details,
    });
  }
  return transact(ctx, async (tx) => {
    const file =
      given === null
        ? null
        : await storeFile(tx, {
            bytes: given.bytes,
            mediaType: given.mediaType,
            fileName: safeName(given.fileName),
            orgId: ctx.actor.orgId,
            createdBy: ctx.actor.personId,
          });
    const sampleId = newId();
    await tx.db.insert(vendorSamples).values({
      id: sampleId,
      orgId: ctx.actor.orgId,
      kind: meta.kind,
      title: meta.title,
      body: meta.body,
      fileId: file?.id ?? null,
      attestation: meta.attestation,
      findings,
      findingsAnswer: meta.findingsAnswer,
      attestedBy: ctx.actor.personId,
      createdAt: tx.now,
    });
    await tx.audit({
      action: 'vendors.sample_added',
      subject: { kind: 'vendor_sample', id: sampleId },
      detail: { seen: findings.seen.length, hasFile: file !== null },
    });
    return { sampleId };
  });
}

function typeOf(file: { bytes: Uint8Array; fileName: string }): string {
  const type = sampleType(file.bytes, file.fileName);
  if (type !== null) return type;
  const message =
    'The file is not one that can be shown. Give a PDF, PNG or JPEG, or CSV, JSON or text in UTF-8.';
  throw new AppError({
    kind: 'invalid',
    reason: 'sample_file_type',
    message,
    details: [{ code: 'sample_file_type', path: 'file', message }],
  });
}
