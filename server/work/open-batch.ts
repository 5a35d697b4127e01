import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError, type ErrorDetail } from '#server/core/errors.ts';
import { formatMinor } from '#server/core/money.ts';
import { balanceOf } from '#server/ledger/reads.ts';
import { reserveBatchFunds } from '#server/ledger/reserve-batch-funds.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { adjudicationRule } from '#server/projects/schemas.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { countGoldAnswers, lockBatch, moveBatch } from './batch-queries.ts';
import { canAdjudicate, costCeiling } from './batch-rules.ts';
import type { Batch } from './reads.ts';

/**
 * Opens a draft batch: reserves what it may cost (R29) and lets its people claim. Refused with `batch_not_ready` and the
 * whole list of what is missing: verification (R0), signed protocol (R6), cases, gold, funds.
 */
export async function openBatch(
  ctx: OrgContext,
  input: { batchId: string },
): Promise<{ reservedMinor: bigint; currency: string }> {
  return transact(ctx, async (tx) => {
    const batch = await lockBatch(tx.db, input.batchId, 'update');
    if (!batch) throw notFound();
    const project = await getProjectForOrg(tx.db, ctx.actor.orgId, batch.projectId);
    if (batch.status !== 'draft') {
      throw new AppError({
        kind: 'conflict',
        reason: 'batch_not_draft',
        message: `This batch is ${batch.status}; only a draft can be opened.`,
      });
    }
    const missing: ErrorDetail[] = [];
    if (!ctx.actor.orgVerified)
      missing.push({
        code: 'organisation.unverified',
        message: 'Your organisation is not verified yet. An operator checks it first.',
      });
    const protocol = await getProtocolVersion(tx.db, batch.protocolVersionId);
    if (protocol.status !== 'signed')
      missing.push({
        code: 'protocol.unsigned',
        message: `Protocol version ${protocol.version} is ${protocol.status.replaceAll('_', ' ')}. The clinical lead and the ML lead sign it first (R6).`,
        href: `/sponsor/projects/${project.id}/protocol`,
      });
    if (batch.taskCount === 0) missing.push({ code: 'batch.no_cases', message: 'The batch has no cases.' });
    if (batch.goldMode !== 'none' && (await countGoldAnswers(tx.db, batch.id)) === 0)
      missing.push({
        code: 'gold.missing',
        message:
          'The batch is to hold gold cases, but no signed gold set covers its cases. Sign the gold set, or choose no gold and make the batch again.',
        href: `/sponsor/projects/${project.id}/gold`,
      });
    const reservedMinor = costCeiling(batch, canAdjudicate(adjudicationRule.parse(batch.adjudicationRule)));
    const funds = await balanceOf(tx.db, {
      code: 'project_funds',
      ownerId: project.id,
      currency: batch.currency,
    });
    if (funds < reservedMinor) missing.push(fundsMissing(batch, reservedMinor, funds));
    if (missing.length > 0) {
      throw new AppError({
        kind: 'precondition',
        reason: 'batch_not_ready',
        message: `Work cannot start yet: ${missing.map((one) => one.message).join(' ')}`,
        details: missing,
      });
    }
    await reserveBatchFunds(tx, {
      batchId: batch.id,
      projectId: project.id,
      amountMinor: reservedMinor,
      currency: batch.currency,
    });
    await moveBatch(tx.db, {
      batchId: batch.id,
      from: ['draft'],
      to: 'open',
      set: { openedAt: tx.now, reservedMinor },
    });
    await tx.audit({
      action: 'work.batch_opened',
      subject: { kind: 'batch', id: batch.id },
      detail: { reservedMinor: reservedMinor.toString(), currency: batch.currency },
    });
    return { reservedMinor, currency: batch.currency };
  });
}

function fundsMissing(batch: Batch, needed: bigint, funds: bigint): ErrorDetail {
  const say = (amountMinor: bigint) =>
    `${batch.currency} ${formatMinor({ amountMinor, currency: batch.currency })}`;
  return {
    code: 'funds_missing',
    message: `It may cost ${say(needed)} and ${say(funds)} is funded; fund ${say(needed - funds)} more (R29).`,
    href: `/sponsor/projects/${batch.projectId}/money`,
  };
}

function notFound(): AppError {
  return new AppError({ kind: 'not_found', reason: 'batch_not_found', message: 'There is no such batch.' });
}
