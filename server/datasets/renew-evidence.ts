import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { lockDataset, updateDataset } from './intake-queries.ts';
import { addDocument, type EvidenceDocument, storeDocument } from './keep-document.ts';
import { checklistFaults, documentFaults, evidenceFaults } from './rules.ts';
import type { RenewEvidenceInput } from './schemas.ts';

/**
 * The sponsor renews what makes the class of a data set believable, such as an expert's determination that ran out
 * while a batch was read: from now on the gate goes by the new one. A Safe Harbor checklist is gone through item by item; a
 * determination and a data use agreement come as documents. The old evidence stays in the audit trail. Errors: `dataset_not_found`, `project_not_found`, invalid `evidence_invalid`.
 */
export async function renewEvidence(
  ctx: OrgContext,
  input: RenewEvidenceInput,
  document: EvidenceDocument | null = null,
): Promise<{ expiresOn: string | null }> {
  return transact(ctx, async (tx) => {
    const dataset = await lockDataset(tx.db, input.datasetId);
    if (dataset === null) {
      throw new AppError({
        kind: 'not_found',
        reason: 'dataset_not_found',
        message: 'There is no such dataset.',
      });
    }
    await getProjectForOrg(tx.db, ctx.actor.orgId, dataset.projectId);
    const faults = [
      ...evidenceFaults(dataset.dataClass, input.evidence, tx.now.toISOString().slice(0, 10)),
      ...checklistFaults(input.evidence, input.noActualKnowledge),
      ...documentFaults(input.evidence, document),
    ];
    if (faults.length > 0) {
      throw new AppError({
        kind: 'invalid',
        reason: 'evidence_invalid',
        message: faults[0]?.message ?? 'The evidence is not complete.',
        details: faults,
      });
    }
    const { expiresOn } = input.evidence;
    const by = { orgId: ctx.actor.orgId, createdBy: ctx.actor.personId };
    const { evidence, fileId } = await storeDocument(tx, by, input.evidence, document);
    await updateDataset(tx.db, dataset.id, { evidence, evidenceExpiresOn: expiresOn });
    if (document !== null && fileId !== null) {
      const to = { datasetId: dataset.id, personId: ctx.actor.personId };
      await addDocument(tx, to, evidence, { fileId, scope: document.scope });
    }
    await tx.audit({
      action: 'datasets.evidence_renewed',
      subject: { kind: 'dataset', id: dataset.id },
      detail: {
        before: dataset.evidence,
        kind: evidence.kind,
        reference: evidence.reference,
        sha256: evidence.sha256,
        expiresOn,
        noActualKnowledge: input.noActualKnowledge,
      },
    });
    return { expiresOn };
  });
}
