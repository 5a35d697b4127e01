import { getContract } from '#server/bids/reads.ts';
import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { errorFields, log } from '#server/log.ts';
import { getProject } from '#server/projects/reads.ts';
import { latestBatchScores } from '#server/scores/reads.ts';
import { getBatch, spendOfBatches } from '#server/work/reads.ts';
import { findCallOff, insertResult, listUnmeasured, lockContract, readTimes } from './queries.ts';
import { DISPUTE_DAYS } from './rules.ts';
import type { ServiceLevels } from './schemas.ts';
import { creditOf, judgeTargets, unpausedDays } from './sla-rules.ts';
import { tellSide } from './tell-side.ts';
import { termsInForce } from './terms-in-force.ts';

/**
 * Measures one settled batch against the service levels of the version it was called off under, once: time and pace from
 * its reads, accuracy from its stored scores. A credit that follows is proposed, and can be disputed for 7 days before
 * it is taken. False when it was measured already, or its version has no service levels.
 */
export async function measureSla(
  ctx: CommandContext,
  input: { batchId: string; contractId: string },
): Promise<boolean> {
  return transact(ctx, async (tx) => {
    await lockContract(tx.db, input.contractId);
    const [contract, batch, callOff] = [
      await getContract(tx.db, input.contractId),
      await getBatch(tx.db, input.batchId),
      await findCallOff(tx.db, input),
    ];
    if (!callOff || batch.status !== 'settled' || batch.openedAt === null) return false;
    const { terms } = await termsInForce(tx.db, contract, callOff.calledAt);
    const levels = terms.serviceLevels;
    const times = await readTimes(tx.db, { batchId: batch.id, projectId: batch.projectId });
    const workMinor = (await spendOfBatches(tx.db, [batch.id])).get(batch.id)?.paidMinor ?? 0n;
    const targets =
      levels === null
        ? []
        : judgeTargets(levels, {
            days: unpausedDays(batch.openedAt, times.lastReadAt ?? batch.closedAt ?? tx.now, times.pauses),
            reads: times.reads,
            accuracy: await accuracyOf(tx, batch.id, levels),
          });
    const creditMinor = levels === null ? 0n : creditOf(levels, targets, workMinor);
    const isNew = await insertResult(tx.db, {
      id: newId(),
      batchId: batch.id,
      contractId: contract.id,
      version: callOff.version,
      measuredAt: tx.now,
      targets,
      workMinor,
      creditMinor,
      currency: contract.currency,
      status: creditMinor === 0n ? 'met' : 'proposed',
      disputeUntil: creditMinor === 0n ? null : plus(tx.now, DISPUTE_DAYS * DAY),
    });
    if (!isNew) return false;
    if (creditMinor > 0n) {
      const project = await getProject(tx.db, contract.projectId);
      const to = { projectId: project.id, contractId: contract.id };
      await tellSide(
        tx,
        { ...to, orgId: contract.vendorOrgId, side: 'vendor' },
        {
          kind: 'contract.credit_proposed',
          title: `“${batch.name}” missed a service level; you can dispute the credit for ${DISPUTE_DAYS} days`,
        },
      );
      await tellSide(
        tx,
        { ...to, orgId: project.orgId, side: 'sponsor' },
        {
          kind: 'contract.credit_proposed',
          title: `“${batch.name}” missed a service level; a credit is proposed`,
        },
      );
    }
    await tx.audit({
      action: 'contracts.sla_measured',
      subject: { kind: 'batch', id: batch.id },
      detail: { contractId: contract.id, version: callOff.version, creditMinor: creditMinor.toString() },
    });
    return true;
  });
}

type Accuracy = Parameters<typeof judgeTargets>[1]['accuracy'];

async function accuracyOf(
  tx: { db: Parameters<typeof latestBatchScores>[0] },
  batchId: string,
  levels: ServiceLevels,
): Promise<Accuracy> {
  const none = { value: null, interval: null, n: 0 };
  if (levels.accuracy === null) return none;
  const { field } = levels.accuracy;
  const stored = await latestBatchScores(tx.db, { batchIds: [batchId], metrics: ['accuracy'] });
  const score = stored.find((one) => one.field === field && one.className === '');
  if (!score) return none;
  const { value, lower, upper, n } = score;
  return { value, interval: lower === null || upper === null ? null : [lower, upper], n };
}

/** Measures every settled batch that waits for it, at most 100 a run; one that cannot be measured keeps no other waiting. Returns how many. */
export async function measureSettled(ctx: CommandContext): Promise<number> {
  let measured = 0;
  for (const one of await listUnmeasured(ctx.db, 100)) {
    try {
      if (await measureSla(ctx, one)) measured += 1;
    } catch (error) {
      log.error({ ...errorFields(error), batchId: one.batchId }, 'service levels not measured');
    }
  }
  return measured;
}
