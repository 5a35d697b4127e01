import type { Queryable } from '#db/client.ts';
import { getContract } from '#server/bids/reads.ts';
import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { errorFields, log } from '#server/log.ts';
import { getProject } from '#server/projects/reads.ts';
import { findTeamAccuracy, latestBatchScores } from '#server/scores/reads.ts';
import { countUnread } from '#server/work/hand-off-reads.ts';
import { poolList } from '#server/work/pool-rules.ts';
import { type Batch, getBatch } from '#server/work/reads.ts';
import { findCallOff, listGivenAt, lockContract } from './queries.ts';
import { DISPUTE_DAYS } from './rules.ts';
import type { ServiceLevels } from './schemas.ts';
import { insertResult, listUnmeasured, readTimes } from './service-level-queries.ts';
import { creditOf, judgeTargets, timesOfPart, unpausedDays } from './sla-rules.ts';
import { tellSide } from './tell-side.ts';
import { termsInForce } from './terms-in-force.ts';

/**
 * Measures one settled batch against the service levels of the version that a contract called it off under, once: time and pace
 * from the reads of that contract's vendor, accuracy from the stored scores, of its own people where others read there too. A
 * credit that follows is a share of what the vendor earned there, by its own contract; it is proposed, and can be disputed for 7
 * days before it is taken. False when it was measured already, or was not called off under the contract.
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
    const part = await partOf(tx.db, batch, contract.vendorOrgId);
    const times = timesOfPart({
      ...part,
      openedAt: batch.openedAt,
      closedAt: batch.closedAt ?? tx.now,
      givenAt: await listGivenAt(tx.db, { batchId: batch.id, contractId: contract.id }),
    });
    const targets =
      levels === null
        ? []
        : judgeTargets(levels, {
            days: unpausedDays(times.from, times.to, part.pauses),
            paceDays: unpausedDays(times.paceFrom, times.to, part.pauses),
            reads: part.reads,
            accuracy: await accuracyOf(tx.db, batch, { levels, vendorOrgId: contract.vendorOrgId }),
          });
    const { workMinor } = part;
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

/** What is a vendor's of a batch: its reads, what it earned, when it last read, and what of its own pools nobody read. */
async function partOf(q: Queryable, batch: Batch, vendorOrgId: string) {
  const own = await readTimes(q, { batchId: batch.id, projectId: batch.projectId, vendorOrgId });
  const pools = (poolList.parse(batch.pools) ?? []).map((pool, i) => ({ ...pool, no: i + 1 }));
  let unread = 0;
  for (const pool of pools)
    if (pool.orgId === vendorOrgId) unread += await countUnread(q, { batchId: batch.id, poolNo: pool.no });
  return { ...own, unread };
}

/** Accuracy on gold: of the whole batch where the vendor reads it alone, of its people where it is shared. */
async function accuracyOf(
  q: Queryable,
  batch: Batch,
  of: { levels: ServiceLevels; vendorOrgId: string },
): Promise<Accuracy> {
  const none = { value: null, interval: null, n: 0 };
  if (of.levels.accuracy === null) return none;
  const { field } = of.levels.accuracy;
  const score =
    batch.contractId === null
      ? await findTeamAccuracy(q, { batchId: batch.id, orgId: of.vendorOrgId, field })
      : (await latestBatchScores(q, { batchIds: [batch.id], metrics: ['accuracy'] })).find(
          (one) => one.field === field && one.className === '',
        );
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
