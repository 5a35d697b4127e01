import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { DAY, MINUTE, plus } from '#server/core/clock.ts';
import { COUNTED_AT_ONCE, type Progress, progressOf } from '#server/work/count-progress.ts';
import { type Batch, submittedBesides } from '#server/work/reads.ts';
import {
  type LiveCounts,
  type LiveViewer,
  livePart,
  liveView,
  type PartCounts,
  partOrgOf,
} from './live-rules.ts';
import { listHours } from './roll-up-queries.ts';
import { goldShareOf } from './rules.ts';
import type { LiveView } from './schemas.ts';

const ACTIVE_MS = 10 * MINUTE;

type Row = {
  id: string;
  status: Batch['status'];
  taskCount: number;
  goldMode: Batch['goldMode'];
  goldShareBasisPoints: number;
  submitted: number;
  held: number;
  activeReaders: number;
  activeDeciders: number;
};

export type Watched = { batchId: string; viewer: LiveViewer };

/**
 * How watched batches stand, in five statements however many people watch them: the answer gives each watcher what they may see; null when
 * the batch is gone.
 */
export async function readLive(
  q: Queryable,
  of: { watched: readonly Watched[]; now: Date },
): Promise<(one: Watched) => LiveView | null> {
  const parts = of.watched.flatMap(({ batchId, viewer }) => {
    const orgId = partOrgOf(viewer);
    return orgId === null ? [] : [{ batchId, orgId }];
  });
  const wholes = of.watched.filter(({ viewer }) => partOrgOf(viewer) === null);
  const batchIds = [...new Set(wholes.map((one) => one.batchId))];
  const [counts, ofParts] = await Promise.all([
    readLiveCounts(q, { batchIds, now: of.now }),
    readPartCounts(q, { parts, now: of.now }),
  ]);
  return ({ batchId, viewer }) => {
    if (viewer === 'sponsor' || viewer === 'vendor') {
      const whole = counts.get(batchId);
      return whole ? liveView(viewer, whole, of.now) : null;
    }
    const part = ofParts.get(`${batchId} ${partOrgOf(viewer)}`);
    return part ? livePart(part) : null;
  };
}

/** The counters of the readers whom an organisation is paid for, by the terms in force, which never change the payee (R32). */
async function readPartCounts(
  q: Queryable,
  of: { parts: readonly { batchId: string; orgId: string }[]; now: Date },
): Promise<Map<string, PartCounts>> {
  if (of.parts.length === 0) return new Map();
  const active = sql`r.last_seen_at > ${plus(of.now, -ACTIVE_MS).toISOString()}::timestamptz`;
  const rows = await q.execute<PartCounts & { id: string; orgId: string }>(sql`
    select b.id, p.org_id as "orgId", b.status,
      coalesce(sum(r.submitted) filter (where r.tier = 'label'), 0)::int as submitted,
      greatest(0, coalesce(sum(r.claimed - r.submitted - r.skipped - r.expired - r.released) filter (where r.tier = 'label'), 0))::int as held,
      count(*) filter (where r.tier = 'label' and ${active})::int as "activeReaders",
      count(*) filter (where r.tier <> 'label' and ${active})::int as "activeDeciders"
    from (select distinct * from unnest(${sql.param(of.parts.map((one) => one.batchId))}::uuid[],
      ${sql.param(of.parts.map((one) => one.orgId))}::uuid[]) as p (batch_id, org_id)) p
    join batches b on b.id = p.batch_id
    left join (readers r join terms t on t.batch_id = r.batch_id and t.annotator_id = r.annotator_id and t.tier = r.tier
      and t.terms_no = r.terms_no) on r.batch_id = p.batch_id and t.payee_org_id = p.org_id
    group by b.id, p.org_id, b.status`);
  return new Map([...rows].map(({ id, orgId, ...counts }) => [`${id} ${orgId}`, counts]));
}

/** The small counters of some batches in four statements. */
async function readLiveCounts(
  q: Queryable,
  of: { batchIds: readonly string[]; now: Date },
): Promise<Map<string, LiveCounts>> {
  if (of.batchIds.length === 0) return new Map();
  const active = sql`r.last_seen_at > ${plus(of.now, -ACTIVE_MS).toISOString()}::timestamptz`;
  const rows = await q.execute<Row>(sql`
    select b.id, b.status, b.task_count as "taskCount", b.gold_mode as "goldMode", b.gold_share_basis_points as "goldShareBasisPoints",
      coalesce(sum(r.submitted) filter (where r.tier = 'label'), 0)::int as submitted,
      coalesce(sum(r.claimed - r.submitted - r.skipped - r.expired - r.released) filter (where r.tier = 'label'), 0)::int as held,
      count(*) filter (where r.tier = 'label' and ${active})::int as "activeReaders",
      count(*) filter (where r.tier <> 'label' and ${active})::int as "activeDeciders"
    from batches b left join readers r on r.batch_id = b.id
    where b.id = any (${sql.param([...of.batchIds])}::uuid[]) group by b.id`);
  const batches = [...rows];
  const [progress, reads, hours] = await Promise.all([
    progressOf(q, { batches, now: of.now }),
    readsByReaders(q, batches),
    listHours(q, { batchIds: of.batchIds, since: plus(of.now, -7 * DAY) }),
  ]);
  const nothing: Progress = { tasks: {}, readsDone: 0, readsNeeded: 0, asOf: of.now };
  return new Map(
    batches.map((row) => {
      const own = progress.get(row.id) ?? nothing;
      const counts: LiveCounts = {
        status: row.status,
        taskCount: row.taskCount,
        goldShare: goldShareOf(row),
        submitted: row.submitted,
        reads: Math.min(reads.get(row.id) ?? own.readsDone, own.readsNeeded),
        held: Math.max(0, row.held),
        activeReaders: row.activeReaders,
        activeDeciders: row.activeDeciders,
        progress: own,
        hours: hours.get(row.id) ?? [],
      };
      return [row.id, counts];
    }),
  );
}

/**
 * Reads of large batches by their readers' own rows, which are exact at any moment, as their cases are counted every few seconds only. Not where gold
 * is dealt, which comes on top of these: there the cases tell.
 */
async function readsByReaders(q: Queryable, batches: readonly Row[]): Promise<ReadonlyMap<string, number>> {
  const large = batches.filter((row) => row.taskCount > COUNTED_AT_ONCE && goldShareOf(row) === null);
  const besides = await submittedBesides(
    q,
    large.map((row) => row.id),
  );
  return new Map(
    large.map(({ id, submitted }) => {
      const { corrected = 0, replaced = 0, rejectedRepeats = 0 } = besides.get(id) ?? {};
      return [id, Math.max(0, submitted - corrected - replaced - rejectedRepeats)];
    }),
  );
}
