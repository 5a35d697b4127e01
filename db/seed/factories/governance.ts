import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import type { OrgContext } from '#server/command/context.ts';
import { policyPreset } from '#server/projects/presets.ts';
import type { QualityPolicy, ThresholdAction } from '#server/projects/schemas.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { gradeField } from './protocols.ts';
import { makeBatch, makeWorkScene, type WorkScene } from './work.ts';

/** Without an action for reliability nothing is asked of it. */
export const policy = (reliability: ThresholdAction | null, accuracy: ThresholdAction): QualityPolicy => ({
  ...policyPreset('training'),
  gold: { mode: 'embedded', shareBasisPoints: 0, minAnswers: 8 },
  reliability:
    reliability === null
      ? []
      : [{ field: 'grade', metric: 'krippendorff_alpha', threshold: 0.8, action: reliability }],
  accuracy: [{ field: 'grade', measure: 'accuracy', threshold: 0.9, action: accuracy }],
});

const GOLD_IN = 20;
/** Truth of a case: its place decides. */
export const gradeOf = (index: number) => String(index % 4);

/** Forty cases to read, twenty of them gold, and twenty gold cases besides. */
export async function makeScene(db: Database, quality: QualityPolicy, spare = 20): Promise<WorkScene> {
  const gold: Record<number, { grade: string[] }> = {};
  for (let index = 0; index < GOLD_IN; index += 1) gold[index] = { grade: [gradeOf(index)] };
  for (let index = 40; index < 40 + spare; index += 1) gold[index] = { grade: [gradeOf(index)] };
  return makeWorkScene(db, {
    cases: 40 + spare,
    fields: [gradeField()],
    gold,
    project: { qualityPolicy: quality },
  });
}

/** A batch of the forty cases, three reads each; the order of the cases decides which reads are on gold. */
export const openReadBatch = (scene: WorkScene): Promise<string> =>
  makeBatch(scene, {
    overlap: 3,
    goldMode: 'embedded',
    seed: 11,
    caseIds: scene.dataset.cases.slice(0, 40).map((one) => one.id),
  });

/**
 * Reads up to `limit` cases and says how many; `wrong` says of which the answer is one grade off, by the case's place in the batch's order.
 * Whoever reads alone in a lane reads it span by span, eight places each, but those of a span in any order, which the disk decides: so
 * nothing is told by how many were read before, and of a span that is not read out it is chance which. Where it matters which cases were
 * read, `limit` is a multiple of eight.
 */
export async function readCases(
  scene: WorkScene,
  who: OrgContext,
  batchId: string,
  limit: number,
  wrong: (place: number) => boolean = () => false,
): Promise<number> {
  let n = 0;
  while (n < limit) {
    const { leases } = await claimNextTasks(who, {
      batchId,
      tier: 'label',
      limit: Math.min(20, limit - n),
    });
    if (leases.length === 0) break;
    const slots = await who.db.execute<{ leaseId: string; caseId: string; place: number }>(sql`
      select s.lease_id as "leaseId", k.case_id as "caseId", k.sort_key::int as place
      from slots s join tasks k on k.batch_id = s.batch_id and k.id = s.task_id
      where s.batch_id = ${batchId} and s.lease_id = any (${sql.param(leases.map((one) => one.leaseId))}::uuid[])
      order by k.sort_key`);
    for (const { leaseId, caseId, place } of slots) {
      const index = scene.dataset.cases.findIndex((one) => one.id === caseId);
      const grade = wrong(place) ? gradeOf(index + 1) : gradeOf(index);
      const label = { labelId: randomUUID(), answers: { grade }, activeMs: 1000 };
      scene.clock.advance(1000);
      await submitLabel(who, { batchId, leaseId, ...label });
      n += 1;
    }
  }
  return n;
}
