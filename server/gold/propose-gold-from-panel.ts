import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { readsOfBatch } from '#server/labels/reads.ts';
import { refuseWithheld } from '#server/pilots/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { getBatch } from '#server/work/reads.ts';
import { listStakeholders } from './panel-queries.ts';
import { getOrCreateDraftSet, insertGoldItems, listCasesWithGold } from './queries.ts';
import { type CaseReads, caseVerdict, leastPanelReaders, readsByCase } from './rules.ts';

export type ProposedGold = {
  goldSetId: string;
  /** Cases all readers agree on: agreed at once. */
  unanimous: number;
  /** Cases with a field to resolve. */
  unresolved: number;
  /** Cases with too few reads, or that no gold can be made of (nothing answered). */
  skipped: number;
  /** Cases that had gold before; left as they are. */
  known: number;
};

/**
 * Makes gold candidates of a finished blind panel batch (R7): unanimous cases are agreed, the others wait for a decision.
 * Reads of people who by now belong to a bidder, while bids are sealed to any vendor, do not count. Safe to repeat: cases with gold are left alone. Refused
 * while the panel still reads or holds a case (`panel_reading`), for another kind of batch (`not_self_label`), and when no case has the
 * readers it needs (`panel_too_small`).
 */
export async function proposeGoldFromPanel(
  ctx: OrgContext,
  input: { batchId: string },
): Promise<ProposedGold> {
  return transact(ctx, async (tx) => {
    const batch = await getBatch(tx.db, input.batchId);
    const project = await getProjectForOrg(tx.db, ctx.actor.orgId, batch.projectId);
    if (batch.kind !== 'self_label') {
      throw refusal('not_self_label', 'Gold is made from a batch that your panel reads, not from this one.');
    }
    if (batch.status === 'draft') {
      throw refusal(
        'panel_reading',
        'The panel has not read yet. Open the batch, and close it when it is read.',
      );
    }
    // Closed is not enough: who holds a case still answers, and gold that is made before would never hear of it.
    await refuseWithheld(tx.db, { batchId: batch.id, now: tx.now });
    const reads = await readsOfBatch(tx.db, batch.id);
    const stake = await listStakeholders(tx.db, {
      projectId: project.id,
      personIds: [...new Set(reads.map((one) => one.annotatorId))],
      now: tx.now,
    });
    const cases = readsByCase(reads.filter((one) => !stake.has(one.annotatorId)));
    const needed = leastPanelReaders(project.intendedUse);
    const ready = cases.filter((one) => one.reads.length >= needed);
    if (ready.length === 0) {
      throw refusal(
        'panel_too_small',
        `No case has been read by ${needed} panel readers who belong to no bidder. Let more of the panel read.`,
      );
    }
    const { labelSchema } = await getProtocolVersion(tx.db, batch.protocolVersionId);
    const set = await getOrCreateDraftSet(tx.db, project.id, tx.now);
    const known = await listCasesWithGold(tx.db, project.id);
    const fresh = ready.filter((one) => !known.has(one.caseId));
    const base = {
      projectId: project.id,
      goldSetId: set.id,
      datasetId: batch.datasetId,
      createdAt: tx.now,
      updatedAt: tx.now,
    };
    const rows = fresh.flatMap((one) => itemOf(labelSchema, one, base));
    await insertGoldItems(tx.db, rows);
    const unanimous = rows.filter((row) => row.status === 'agreed').length;
    const result: ProposedGold = {
      goldSetId: set.id,
      unanimous,
      unresolved: rows.length - unanimous,
      skipped: cases.length - ready.length + (fresh.length - rows.length),
      known: ready.length - fresh.length,
    };
    await tx.audit({
      action: 'gold.proposed',
      subject: { kind: 'gold_set', id: set.id },
      detail: { batchId: batch.id, unanimous, unresolved: result.unresolved, skipped: result.skipped },
    });
    return result;
  });
}

type ItemBase = { projectId: string; goldSetId: string; datasetId: string; createdAt: Date; updatedAt: Date };

/** The item of one case: agreed when unanimous, proposed when a field is split, none when nothing was answered. */
function itemOf(schema: LabelSchema, one: CaseReads, base: ItemBase) {
  const { answers, split } = caseVerdict(
    schema,
    one.reads.map((read) => read.answers),
  );
  if (split.length === 0 && Object.keys(answers).length === 0) return [];
  const agreed = split.length === 0;
  return [
    {
      ...base,
      id: newId(),
      caseId: one.caseId,
      status: agreed ? ('agreed' as const) : ('proposed' as const),
      source: 'panel' as const,
      answers,
      unanimous: agreed ? ('unanimous' as const) : ('unresolved' as const),
    },
  ];
}

const refusal = (reason: string, message: string) => new AppError({ kind: 'precondition', reason, message });
