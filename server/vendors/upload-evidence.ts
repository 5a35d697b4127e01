import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { isPdf, safeName } from '#server/files/file-facts.ts';
import { storeFile } from '#server/files/store-file.ts';
import { insertEvidence } from './queries.ts';
import { periodProblems } from './rules.ts';
import { type EvidenceMeta, evidenceMeta } from './schemas.ts';

/** Largest document taken. */
export const EVIDENCE_BYTES = 20 * 1024 * 1024;

/**
 * Keeps a document on how the acting vendor protects data, and puts it before an operator. Refused with `evidence_invalid`
 * and everything that is wrong: dates that do not fit the kind, a file that is no PDF, or an empty one.
 */
export async function uploadEvidence(
  ctx: OrgContext,
  input: { meta: EvidenceMeta; file: { bytes: Uint8Array; fileName: string } },
): Promise<{ evidenceId: string }> {
  requireVerifiedOrg(ctx);
  const meta = evidenceMeta.parse(input.meta);
  return transact(ctx, async (tx) => {
    const problems = [
      ...periodProblems(meta, tx.now.toISOString().slice(0, 10)),
      ...(isPdf(input.file.bytes)
        ? []
        : [
            {
              code: 'evidence.no_pdf',
              path: 'file',
              message: 'The document is not a PDF. Print or save it as a PDF and upload that.',
            },
          ]),
    ];
    if (problems.length > 0)
      throw new AppError({
        kind: 'invalid',
        reason: 'evidence_invalid',
        message: `This document is not taken: ${problems.map((one) => one.message).join(' ')}`,
        details: problems,
      });
    const file = await storeFile(tx, {
      bytes: input.file.bytes,
      mediaType: 'application/pdf',
      fileName: safeName(input.file.fileName),
      orgId: ctx.actor.orgId,
      createdBy: ctx.actor.personId,
    });
    const evidenceId = newId();
    await insertEvidence(tx.db, {
      id: evidenceId,
      orgId: ctx.actor.orgId,
      ...meta,
      fileId: file.id,
      uploadedBy: ctx.actor.personId,
      uploadedAt: tx.now,
    });
    await tx.audit({
      action: 'vendors.evidence_uploaded',
      subject: { kind: 'vendor_evidence', id: evidenceId },
      detail: { kind: meta.kind, sha256: file.sha256, expiresOn: meta.expiresOn },
    });
    return { evidenceId };
  });
}
