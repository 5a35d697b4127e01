import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { getBid } from '#server/bids/reads.ts';
import { expiryProblem } from '#server/bids/rules.ts';
import { present } from '#server/core/assert.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { listCaseIds } from '#server/datasets/reads.ts';
import { splitWords } from '#server/datasets/split-rules.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { costCeiling } from '#server/work/batch-rules.ts';
import { type Batch, getBatch } from '#server/work/reads.ts';
import { goldFor } from '#server/work/taught-gold.ts';
import type { PilotRow, ScorecardRow } from './compute-scorecard.ts';
import { listPilotBatches, newestAttempt } from './reads.ts';
import { furtherCases, restsOnGold } from './rules.ts';
import { scorecardResults } from './view-schemas.ts';

/** No batch of a pilot is larger (server/bids/schemas.ts). */
const MOST_CASES = 20_000;

export type Extension = {
  /** The batch the pilot was ordered with: its price, overlap, protocol version and roster hold on. */
  first: Batch;
  sequence: number;
  attempt: number;
  cases: number;
  goldMode: Batch['goldMode'];
  /** Cases that the pilot's readers have met; they stay out. */
  met: ReadonlySet<string>;
  /** What opening it reserves (R29). */
  reservedMinor: bigint;
};

/**
 * What extending a pilot would order now (R10): the sample-size helper's further number of cases, or as many as the dataset
 * has left. Or why it can't be extended: the bid has ended, the protocol moved on, or there is nothing left to learn from.
 */
export async function planExtension(
  q: Queryable,
  input: { pilot: PilotRow; card: ScorecardRow; now: Date },
): Promise<{ extension: Extension; problem: null } | { extension: null; problem: ErrorDetail }> {
  const { pilot, card } = input;
  const refused = (code: string, message: string, href?: string) => ({
    extension: null,
    problem: { code, message, ...(href === undefined ? {} : { href }) },
  });
  if (pilot.abandonedAt !== null)
    return refused(
      'extension_abandoned',
      'The vendor has given this pilot up, so nobody would read more of it. Decline it with your reason.',
    );
  const base = `/sponsor/projects/${pilot.projectId}`;
  const expired = expiryProblem(await getBid(q, pilot.bidId), input.now);
  if (expired) return { extension: null, problem: expired };
  const own = await listPilotBatches(q, pilot.id);
  const attempt = newestAttempt(own);
  const first = await getBatch(q, present(attempt[0], 'The batch of a pilot').batchId);
  const protocol = await getProtocolVersion(q, first.protocolVersionId);
  if (protocol.status !== 'signed') {
    return refused(
      'extension_protocol_changed',
      `The pilot was read under protocol version ${protocol.version}, which is no longer in force. Reads under two versions can’t be scored as one: award with a written reason, or decline.`,
      `${base}/protocol`,
    );
  }
  const met = await casesMet(q, own, attempt);
  // Of the split that it was ordered from, or of none: what is further is of the same cases (R3).
  const ofSplit = new Set(await listCaseIds(q, first.datasetId, { split: first.split }));
  const gold = new Set(
    first.goldMode === 'none'
      ? []
      : (await goldFor(q, { ...first, kind: 'pilot' })).usable
          .map((one) => one.caseId)
          .filter((id) => ofSplit.has(id)),
  );
  const goldLeft = [...gold].filter((id) => !met.ids.has(id)).length;
  // Dealt gold comes on top of a batch's own cases; embedded gold is among them.
  const left = [...ofSplit].filter(
    (id) => !met.ids.has(id) && !(first.goldMode === 'dealt' && gold.has(id)),
  ).length;
  if (left === 0) {
    return refused(
      'extension_no_cases',
      `Every case of the dataset ${first.split === null ? 'that has no split' : `in ${splitWords(first.split)}`} is in this pilot already, so there is none left to extend it by. Add cases, award with a written reason, or decline.`,
      `${base}/dataset`,
    );
  }
  const { criteria } = scorecardResults.parse(card.results);
  const open = criteria.filter((line) => line.verdict === 'inconclusive');
  if (goldLeft === 0 && open.length > 0 && open.every(restsOnGold)) {
    return refused(
      'extension_no_gold',
      'What is open rests on cases with a known answer, and this pilot has read every one of them. Sign more gold, award with a written reason, or decline.',
      `${base}/gold`,
    );
  }
  const goldMode = goldLeft === 0 ? 'none' : first.goldMode;
  const wanted = furtherCases(criteria, {
    cases: met.read,
    goldCases: met.readGold,
    goldLeft,
    isEmbedded: goldMode === 'embedded',
  });
  const cases = Math.min(wanted, left, MOST_CASES);
  const goldCount = goldMode === 'dealt' ? goldLeft : 0;
  const reservedMinor = costCeiling({ ...first, taskCount: cases, goldMode, goldCount }, false);
  return {
    extension: {
      first,
      sequence: own.length + 1,
      attempt: own.at(-1)?.attempt ?? 1,
      cases,
      goldMode,
      met: met.ids,
      reservedMinor,
    },
    problem: null,
  };
}

/**
 * Cases of batches that somebody was or can be shown, an earlier attempt's too; dealt gold only where it was dealt. What
 * counts as read is the attempt's. One shard per batch.
 */
export async function casesMet(
  q: Queryable,
  own: readonly { batchId: string }[],
  attempt: readonly { batchId: string }[],
): Promise<{ ids: Set<string>; read: number; readGold: number }> {
  const ids = new Set<string>();
  let read = 0;
  let readGold = 0;
  for (const { batchId } of own) {
    const isCounted = attempt.some((one) => one.batchId === batchId);
    const rows = await q.execute<{ caseId: string; isOwn: boolean; isRead: boolean; isGold: boolean }>(sql`
      select t.case_id as "caseId", not t.is_dealt_gold as "isOwn", t.reads_done > 0 as "isRead",
        exists (select 1 from gold_answers g
          where g.batch_id = t.batch_id and g.task_id = t.id and g.withdrawn_at is null) as "isGold"
      from tasks t
      where t.batch_id = ${batchId} and (not t.is_dealt_gold
        or exists (select 1 from slots s where s.batch_id = t.batch_id and s.task_id = t.id))`);
    for (const row of rows) {
      ids.add(row.caseId);
      if (!row.isOwn || !row.isRead || !isCounted) continue;
      read += 1;
      if (row.isGold) readGold += 1;
    }
  }
  return { ids, read, readGold };
}
