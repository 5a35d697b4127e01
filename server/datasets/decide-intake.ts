import { and, eq, isNull } from 'drizzle-orm';
import type { z } from 'zod';
import { cases, intakeFindings } from '#db/schema/datasets.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { hasBatches } from '#server/work/reads.ts';
import {
  countFindings,
  insertFindings,
  listAssetNames,
  lockDataset,
  markExcluded,
  reopenDecided,
  updateDataset,
  updateFindings,
} from './intake-queries.ts';
import { missingViews } from './intake-rules.ts';
import type {
  ConfirmIntakeInput,
  DecideFindingsInput,
  reportCaseInput,
  TakeBackFindingsInput,
} from './intake-schemas.ts';

type DatasetRow = NonNullable<Awaited<ReturnType<typeof lockDataset>>>;

/** Decides on findings while the intake is open; a decision can be changed or taken back until it is confirmed. */
export async function decideFindings(
  ctx: OrgContext,
  input: DecideFindingsInput,
): Promise<{ decided: number }> {
  return transact(ctx, async (tx) => {
    await openIntake(tx, ctx, input.datasetId);
    const decided = await updateFindings(tx.db, {
      datasetId: input.datasetId,
      findings: input.findings ?? null,
      allOpenOf: input.allOpenOf ?? null,
      decision: input.decision,
      note: input.note || null,
      by: ctx.actor.personId,
      at: tx.now,
    });
    await tx.audit({
      action: 'datasets.findings_decided',
      subject: { kind: 'dataset', id: input.datasetId },
      detail: { decided, decision: input.decision, of: input.allOpenOf ?? null },
    });
    return { decided };
  });
}

/**
 * Takes back in one act what was decided in one act, on however many cases, while the intake is open: they wait for a
 * decision again. Anybody who may decide may do it, as with one finding; what was decided anew since stays. Refused with
 * `nothing_to_take_back` when none of it stands any more.
 */
export async function takeBackFindings(
  ctx: OrgContext,
  input: TakeBackFindingsInput,
): Promise<{ takenBack: number }> {
  return transact(ctx, async (tx) => {
    await openIntake(tx, ctx, input.datasetId);
    const takenBack = await reopenDecided(tx.db, { ...input, orgId: ctx.actor.orgId });
    if (takenBack === 0) {
      throw new AppError({
        kind: 'conflict',
        reason: 'nothing_to_take_back',
        message: 'None of these decisions stands any more. Reload the page to see what was decided since.',
      });
    }
    await tx.audit({
      action: 'datasets.findings_taken_back',
      subject: { kind: 'dataset', id: input.datasetId },
      detail: { takenBack, decision: input.decision, decidedBy: input.by, decidedAt: input.at.toISOString() },
    });
    return { takenBack };
  });
}

/** What a person saw that no check can: keeps the case out, with what they say about it. Opens a frozen intake that no batch has used. */
export async function reportCase(
  ctx: OrgContext,
  input: z.infer<typeof reportCaseInput>,
): Promise<{ caseId: string }> {
  return transact(ctx, async (tx) => {
    const dataset = await ownDataset(tx, ctx, input.datasetId);
    if (dataset.intakeStatus === 'frozen') await thaw(tx, dataset);
    const [row] = await tx.db
      .select({ id: cases.id })
      .from(cases)
      .where(and(eq(cases.datasetId, dataset.id), eq(cases.externalId, input.externalId)));
    if (!row) {
      throw new AppError({
        kind: 'not_found',
        reason: 'case_not_found',
        message: 'The dataset has no case of this id.',
      });
    }
    const { code, note } = input;
    const finding = { caseId: row.id, code, says: 'Found by a person.', other: null };
    await insertFindings(tx.db, {
      datasetId: dataset.id,
      source: 'person',
      foundAt: tx.now,
      findings: [finding],
    });
    await updateFindings(tx.db, {
      datasetId: dataset.id,
      findings: [finding],
      allOpenOf: null,
      decision: 'exclude',
      note,
      by: ctx.actor.personId,
      at: tx.now,
    });
    await tx.audit({
      action: 'datasets.case_reported',
      subject: { kind: 'dataset', id: dataset.id },
      detail: { caseId: row.id, code },
    });
    return { caseId: row.id };
  });
}

/**
 * Freezes the accepted set: from now on batches may draw from it, and what is excluded is counted by its reason for good.
 * Refused with `intake_undecided` while findings wait, unless the call says what becomes of them.
 */
export async function confirmIntake(
  ctx: OrgContext,
  input: ConfirmIntakeInput,
): Promise<{ accepted: number; excluded: number }> {
  return transact(ctx, async (tx) => {
    const dataset = await openIntake(tx, ctx, input.datasetId);
    const waiting = (await countFindings(tx.db, dataset.id)).reduce((sum, one) => sum + one.open, 0);
    if (waiting > 0 && input.undecided === undefined) {
      throw new AppError({
        kind: 'precondition',
        reason: 'intake_undecided',
        message: `${waiting.toLocaleString('en')} findings wait for a decision. Decide on them, or say what becomes of all the rest.`,
      });
    }
    if (waiting > 0)
      await updateFindings(tx.db, {
        datasetId: dataset.id,
        findings: null,
        allOpenOf: null,
        decision: input.undecided ?? null,
        note: null,
        by: ctx.actor.personId,
        at: tx.now,
      });
    const excluded = await markExcluded(tx.db, dataset.id);
    await updateDataset(tx.db, dataset.id, {
      intakeStatus: 'frozen',
      intakeFrozenAt: tx.now,
      intakeFrozenBy: ctx.actor.personId,
      excludedCount: excluded,
    });
    const accepted = dataset.caseCount - excluded;
    await tx.audit({
      action: 'datasets.intake_confirmed',
      subject: { kind: 'dataset', id: dataset.id },
      detail: { accepted, excluded },
    });
    return { accepted, excluded };
  });
}

/** Opens a frozen intake again. Refused with `intake_in_use` once a batch has drawn from the accepted set. */
export async function reopenIntake(ctx: OrgContext, input: { datasetId: string }): Promise<void> {
  await transact(ctx, async (tx) => {
    const dataset = await ownDataset(tx, ctx, input.datasetId);
    if (dataset.intakeStatus === 'frozen') await thaw(tx, dataset);
  });
}

/**
 * Says which texts or images every case must have, and looks for the cases that lack one. Findings that no longer hold are
 * taken back unless a person decided on them; new ones wait. Opens a frozen intake that no batch has used.
 */
export async function requireAssets(
  ctx: OrgContext,
  input: { datasetId: string; names: readonly string[] },
): Promise<{ found: number }> {
  return transact(ctx, async (tx) => {
    const dataset = await ownDataset(tx, ctx, input.datasetId);
    const names = [...new Set(input.names)];
    const findings = (await listAssetNames(tx.db, dataset.id)).flatMap((one) =>
      missingViews({ caseId: one.caseId, assets: one.names.map((name) => ({ name })) }, names),
    );
    if (dataset.intakeStatus === 'frozen' && findings.length > 0) await thaw(tx, dataset);
    await forgetOpen(tx, dataset.id);
    await updateDataset(tx.db, dataset.id, { requiredAssets: names });
    await insertFindings(tx.db, {
      datasetId: dataset.id,
      source: 'automatic',
      foundAt: tx.now,
      findings,
    });
    await tx.audit({
      action: 'datasets.assets_required',
      subject: { kind: 'dataset', id: dataset.id },
      detail: { names: names.length, found: findings.length },
    });
    return { found: findings.length };
  });
}

/** Undecided automatic findings about missing views; they are found anew. */
async function forgetOpen(tx: CommandTx, datasetId: string): Promise<void> {
  await tx.db
    .delete(intakeFindings)
    .where(
      and(
        eq(intakeFindings.datasetId, datasetId),
        eq(intakeFindings.code, 'missing_view'),
        eq(intakeFindings.source, 'automatic'),
        isNull(intakeFindings.decision),
      ),
    );
}

async function thaw(tx: CommandTx, dataset: DatasetRow): Promise<void> {
  if (await hasBatches(tx.db, dataset.id)) {
    throw new AppError({
      kind: 'precondition',
      reason: 'intake_in_use',
      message:
        'A batch has drawn from this accepted set, so it stays as it is. Take a case out of a batch by a flag or as unusable instead.',
    });
  }
  await updateDataset(tx.db, dataset.id, {
    intakeStatus: 'open',
    intakeFrozenAt: null,
    intakeFrozenBy: null,
  });
  await tx.audit({ action: 'datasets.intake_reopened', subject: { kind: 'dataset', id: dataset.id } });
}

/** The dataset, locked, when its project is the acting sponsor's; `not_found` otherwise. */
async function ownDataset(tx: CommandTx, ctx: OrgContext, datasetId: string): Promise<DatasetRow> {
  const dataset = await lockDataset(tx.db, datasetId);
  if (!dataset) {
    throw new AppError({
      kind: 'not_found',
      reason: 'dataset_not_found',
      message: 'There is no such dataset.',
    });
  }
  await getProjectForOrg(tx.db, ctx.actor.orgId, dataset.projectId);
  return dataset;
}

async function openIntake(tx: CommandTx, ctx: OrgContext, datasetId: string): Promise<DatasetRow> {
  const dataset = await ownDataset(tx, ctx, datasetId);
  if (dataset.intakeStatus === 'open') return dataset;
  throw new AppError({
    kind: 'conflict',
    reason: 'intake_frozen',
    message: 'The accepted set of this dataset is frozen. Open its intake again first.',
  });
}
