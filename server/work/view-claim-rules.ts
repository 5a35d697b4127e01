import { z } from 'zod';
import type { OrgContext } from '#server/command/context.ts';
import { organisationsById } from '#server/identity/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { leastRight, readsCapOf } from './claim-rules.ts';
import { findOwnAccountExam } from './own-account-exam.ts';
import { poolList } from './pool-rules.ts';
import { DIRECT } from './preview-batch.ts';
import { getBatch } from './reads.ts';

const count = z.number().int();

/** How the work of a batch is given out, as its sponsor sees it. */
export const claimRulesView = z.object({
  priority: count,
  dueAt: z.date().nullable(),
  maxReadsPerReader: count.nullable(),
  maxReaderShareBasisPoints: count.nullable(),
  /** What both come to now; null: no cap. */
  readsCap: count.nullable(),
  maxActiveMinutesPerDay: count.nullable(),
  leastReadSeconds: count.nullable(),
  goldExposureLimit: count.nullable(),
  rounds: count,
  repeatAfterDays: count,
  repeatShareBasisPoints: count,
  leaseSeconds: count,
  prefetch: count,
  caseOrder: z.enum(['shuffled', 'priority']),
  needsTraining: z.boolean(),
  needsExam: z.boolean(),
  /** R17: whether people on their own account pass the project's exam first, and why not; null where there is none to pass. */
  ownAccountExam: z.object({ waiver: z.string().nullable() }).nullable(),
  /** Of an exam: its level, how many right answers that takes, and when it can be tried again. */
  exam: z.object({ passLevel: z.number(), leastRight: count.nullable(), retryAfterDays: count }).nullable(),
  onshoreCountry: z.string().nullable(),
  /** Who may take which of its reads; empty: anyone, any read. */
  shares: z.array(z.object({ vendor: z.string().nullable(), isOnshore: z.boolean(), reads: count })),
  /** Whether cases can be brought forward: not in a test reference (R5), not once nobody reads any more. */
  canPrioritise: z.boolean(),
  canChange: z.boolean(),
});

/** The claim rules of a batch of the acting sponsor; `not_found` for another's. */
export async function viewClaimRules(ctx: OrgContext, input: { batchId: string }) {
  const batch = await getBatch(ctx.db, input.batchId);
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, batch.projectId);
  const pools = poolList.parse(batch.pools) ?? [];
  const names = await organisationsById(
    ctx.db,
    pools.flatMap((one) => one.orgId ?? []),
  );
  const ownAccountExam = await findOwnAccountExam(ctx.db, batch);
  const canChange = ['draft', 'open', 'paused'].includes(batch.status);
  const passLevel = batch.passLevelBasisPoints === null ? null : batch.passLevelBasisPoints / 10_000;
  return {
    priority: batch.priority,
    dueAt: batch.dueAt,
    maxReadsPerReader: batch.maxReadsPerReader,
    maxReaderShareBasisPoints: batch.maxReaderShareBasisPoints,
    readsCap: readsCapOf(batch),
    maxActiveMinutesPerDay: batch.maxActiveMinutesPerDay,
    leastReadSeconds: batch.leastReadSeconds,
    goldExposureLimit: batch.goldExposureLimit,
    rounds: batch.rounds,
    repeatAfterDays: batch.repeatAfterDays,
    repeatShareBasisPoints: batch.repeatShareBasisPoints,
    leaseSeconds: batch.leaseSeconds,
    prefetch: batch.prefetch,
    caseOrder: batch.caseOrder,
    needsTraining: batch.needsTraining,
    needsExam: batch.needsExam,
    ownAccountExam: ownAccountExam && { waiver: ownAccountExam.waiver },
    exam:
      passLevel === null
        ? null
        : {
            passLevel,
            leastRight: leastRight(batch.taskCount, passLevel),
            retryAfterDays: batch.retryAfterDays,
          },
    onshoreCountry: batch.onshoreCountry,
    shares: pools.map((one) => ({
      vendor: one.isDirect
        ? DIRECT
        : one.orgId === null
          ? null
          : (names.get(one.orgId)?.legalName ?? 'A vendor'),
      isOnshore: one.isOnshore,
      reads: one.slots,
    })),
    canPrioritise: canChange && project.intendedUse !== 'test_reference',
    canChange,
  };
}
