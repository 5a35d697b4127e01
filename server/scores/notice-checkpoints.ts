import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { eachBatch } from '#server/jobs/each-batch.ts';
import { checkpointShares } from '#server/projects/tier-schemas.ts';
import { hashContent } from '#server/protocols/content-hash.ts';
import { getBatch } from '#server/work/reads.ts';
import { checkpointEvidenceOf } from './checkpoint-evidence.ts';
import {
  type Checkpoint,
  type ExactLook,
  getCheckpoint,
  listChecked,
  listUnsigned,
  lookExactly,
  type Page,
  updateCheckpoint,
} from './checkpoint-queries.ts';
import { dueShare } from './checkpoint-rules.ts';
import { openCheckpoint } from './open-checkpoint.ts';
import { findMark } from './running-reads.ts';

/**
 * Batches that by their counters can have reached a share and by an exact count had not: an idle one is not gone through every five
 * seconds because of what was rejected or is gold no more, which stays in the counters. Of the batches of the last pass only.
 */
let looks: ReadonlyMap<string, ExactLook> = new Map();

/**
 * Stops each open batch that has reached one of its shares, and keeps the evidence of unsigned checkpoints up to the counts
 * while the last leases come in. A batch that cannot be looked at is logged and keeps no other from being stopped. The standing job behind
 * checkpoints; safe to repeat and in several processes. Returns how many batches were stopped.
 */
export async function noticeCheckpoints(ctx: CommandContext, { pageSize = PAGE } = {}): Promise<number> {
  let stopped = 0;
  const short = new Map<string, ExactLook>();
  for await (const page of pages(pageSize, (at) => listChecked(ctx.db, at), idOfBatch)) {
    const checked = new Map(page.map((one) => [one.batchId, one]));
    await eachBatch(ctx, [...checked.keys()], async (batchId) => {
      const one = present(checked.get(batchId), 'A batch with shares to stop at');
      const shares = checkpointShares.parse(one.shares);
      // Counted exactly, which goes through the whole batch, once it can have reached a share by all that is known.
      if (dueShare({ ...one, shares, reads: one.atMost }) === null) return;
      const last = looks.get(batchId);
      if (last?.planned === one.planned) {
        short.set(batchId, last);
        if (dueShare({ ...one, shares, reads: last.reads + one.atMost - last.atMost }) === null) return;
      }
      const exact = await lookExactly(ctx.db, batchId);
      short.set(batchId, exact);
      const due = dueShare({ ...one, shares, ...exact });
      if (due === null) return;
      const isNew = await transact(ctx, async (tx) =>
        openCheckpoint(tx, {
          batch: await getBatch(tx.db, batchId),
          trigger: 'share',
          shareBasisPoints: due,
        }),
      );
      if (isNew) stopped += 1;
    });
  }
  looks = short;
  for await (const page of pages(pageSize, (at) => listUnsigned(ctx.db, at), idOf)) {
    const unsigned = Map.groupBy(page, (one) => one.batchId);
    await eachBatch(ctx, [...unsigned.keys()], async (batchId) => {
      for (const checkpoint of unsigned.get(batchId) ?? []) await renewEvidence(ctx, checkpoint);
    });
  }
  return stopped;
}

const PAGE = 500;
const idOf = (checkpoint: Checkpoint) => checkpoint.id;
const idOfBatch = (one: { batchId: string }) => one.batchId;

/** All there is, a bounded page at a time, in the order of ids. */
async function* pages<One>(
  limit: number,
  list: (page: Page) => Promise<One[]>,
  idOf: (one: One) => string,
): AsyncGenerator<One[]> {
  for (let after: string | null = null; ; ) {
    const page = await list({ after, limit });
    yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < limit) return;
    after = idOf(last);
  }
}

/** Gathers what the lead is shown when there is none yet or more was counted since. */
async function renewEvidence(ctx: CommandContext, checkpoint: Checkpoint): Promise<void> {
  const mark = await findMark(ctx.db, checkpoint.batchId);
  const { evidenceAt } = checkpoint;
  const changedAt = mark?.changedAt ?? null;
  if (evidenceAt !== null && (changedAt === null || changedAt < evidenceAt)) return;
  const at = ctx.clock.now();
  const batch = await getBatch(ctx.db, checkpoint.batchId);
  const evidence = await checkpointEvidenceOf(ctx.db, { batch, checkpointId: checkpoint.id, now: at });
  await transact(ctx, async (tx) => {
    const now = await getCheckpoint(tx.db, checkpoint.id, 'update');
    if (now.status === 'signed') return;
    const evidenceSha256 = hashContent(evidence);
    await updateCheckpoint(tx.db, checkpoint.id, { evidence, evidenceSha256, evidenceAt: at });
  });
}
