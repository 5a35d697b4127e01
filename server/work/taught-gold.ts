import { sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { type ActiveGold, listActiveGold } from '#server/gold/reads.ts';
import type { Sampling } from './selection-schemas.ts';

/*
 * A training tells its readers the answer of each case (R21), so a known case either teaches or measures. What measures people by gold
 * among its own cases (exams, pilots, other embedded gold) and a training never have one in common; gold that is dealt is kept from each
 * person who has joined such a training (`met-gold.ts`). A calibration takes for its one reader only what they have not read.
 */

type Batched = {
  projectId: string;
  datasetId: string;
  kind: string;
  goldMode: 'none' | 'dealt' | 'embedded';
};

/** The known cases of a project as one batch may use them. */
export type UsableGold = {
  all: ActiveGold[];
  /** Whose answers may count here. */
  usable: ActiveGold[];
  /** Cases that a training shows the answers of or, for a training, that people are measured by. */
  taught: ReadonlySet<string>;
  /** Names of the batches that have those, a few. */
  where: string[];
};

/** Which gold in force a batch of this kind may use, and what it may not use because it is taught or is to be. */
export async function goldFor(q: Queryable, of: Batched): Promise<UsableGold> {
  const all = await listActiveGold(q, of.projectId, of.datasetId);
  const none = { all, usable: all, taught: new Set<string>(), where: [] };
  if (of.goldMode === 'none' || of.kind === 'calibration' || all.length === 0) return none;
  const isTraining = of.kind === 'training';
  const rows = await (isTraining ? casesThatMeasure(q, of.projectId) : casesOfTrainings(q, of.projectId));
  const isKnown = new Set(all.map((item) => item.caseId));
  const found = rows.filter((row) => isKnown.has(row.caseId));
  const taught = new Set(found.map((row) => row.caseId));
  const where = [...new Set(found.map((row) => row.name))].sort().slice(0, 3);
  // What is dealt is chosen for each reader: who was told its answer is passed over, all others are dealt it.
  const usable = of.goldMode === 'dealt' ? all : all.filter((item) => !taught.has(item.caseId));
  return { all, usable, taught, where };
}

type Held = { caseId: string; name: string };

/** Cases of a project's trainings, drafts that are being loaded too. Indexes: batches_project_idx, tasks_pkey. */
async function casesOfTrainings(q: Queryable, projectId: string): Promise<Held[]> {
  return [
    ...(await q.execute<Held>(sql`
      select k.case_id as "caseId", b.name from batches b join tasks k on k.batch_id = b.id
      where b.project_id = ${projectId} and b.kind = 'training' and b.load_state <> 'discarding'
      union
      select k.case_id, b.name from batches b join batch_loads l on l.batch_id = b.id
      cross join lateral unnest(l.case_ids) as k (case_id)
      where b.project_id = ${projectId} and b.kind = 'training'`)),
  ];
}

/**
 * Known cases among those of batches that measure by them: every exam and pilot, whose cases others still sit or bid on, and what else
 * is not settled. Indexes: batches_project_idx, the primary keys.
 */
async function casesThatMeasure(q: Queryable, projectId: string): Promise<Held[]> {
  const measures = sql`b.project_id = ${projectId} and b.gold_mode = 'embedded' and b.load_state <> 'discarding'
    and b.kind not in ('training', 'calibration') and (b.kind in ('exam', 'pilot') or b.status <> 'settled')`;
  return [
    ...(await q.execute<Held>(sql`
      select k.case_id as "caseId", b.name from batches b join gold_answers g on g.batch_id = b.id
      join tasks k on k.batch_id = g.batch_id and k.id = g.task_id where ${measures}
      union
      select (g ->> 'caseId')::uuid, b.name from batches b join batch_loads l on l.batch_id = b.id
      cross join lateral jsonb_array_elements(l.gold) as g where ${measures}`)),
  ];
}

/** Lets drafts that take known cases among their own take turns, so that none is made to teach and to measure at once. */
export async function lockKnownCases(tx: Tx, projectId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`known cases|${projectId}`}, 0))`);
}

/** Exams and trainings are of known cases alone: what is taken is left out of them, not read as any other case. */
export const isOfGold = (kind: string): boolean => kind === 'exam' || kind === 'training';

const say = (n: number) => n.toLocaleString('en');
const cases = (n: number) => `${say(n)} ${n === 1 ? 'case' : 'cases'}`;

/** What keeps an exam or a training from being made of the cases that were asked for, in words that say which and what to do. */
export function taughtFaults(of: {
  kind: string;
  projectId: string;
  where: readonly string[];
  /** Cases that fit and are left out; what else fits. */
  leftOut: number;
  left: number;
  /** Whether the cases were named one by one; else how they are drawn. */
  isListed: boolean;
  sampling: Sampling;
}): ErrorDetail[] {
  const { kind, leftOut, left, sampling } = of;
  if (!isOfGold(kind) || leftOut === 0) return [];
  const isExam = kind === 'exam';
  const because = `in ${of.where.map((name) => `“${name}”`).join(', ')}, ${isExam ? 'whose readers are told the answers' : 'by which people are measured, and a training tells its readers the answers'}`;
  const fault = (message: string): ErrorDetail[] => [
    { code: 'batch.answers_shown', path: 'caseIds', message, href: `/sponsor/projects/${of.projectId}/gold` },
  ];
  const of_ = isExam ? 'an exam' : 'a training';
  if (of.isListed)
    return fault(
      `${say(leftOut)} of the ${cases(leftOut + left)} ${leftOut === 1 ? 'is' : 'are'} ${because}. Take ${leftOut === 1 ? 'it' : 'them'} out of the list, or sign more gold.`,
    );
  if (left === 0)
    return fault(
      `No known case is left for ${of_}: all ${say(leftOut)} that fit are ${because}. Sign more gold.`,
    );
  if (sampling.kind === 'first' && sampling.count > left)
    return fault(
      `${cases(left)} of the ${say(leftOut + left)} known ones that fit ${left === 1 ? 'is' : 'are'} left for ${of_}: the others are ${because}. Take at most ${say(left)}, or sign more gold.`,
    );
  return [];
}

/** What a sponsor is told of gold that a batch cannot measure everybody, or anybody, by. */
export function taughtWarnings(of: {
  kind: string;
  goldMode: 'none' | 'dealt' | 'embedded';
  where: readonly string[];
  /** Known cases that fit and are taught, and those that are not. */
  taught: number;
  left: number;
  minAnswers: number;
}): ErrorDetail[] {
  const { kind, goldMode, taught, left, minAnswers } = of;
  if (taught === 0 || goldMode === 'none') return [];
  const is = taught === 1 ? 'is' : 'are';
  const because = `${say(taught)} of the ${say(taught + left)} known cases ${is} in ${of.where.map((name) => `“${name}”`).join(', ')}`;
  const short =
    left < minAnswers
      ? ` That leaves ${say(left)}, and the policy asks for ${say(minAnswers)} gold answers before it says how well somebody reads: sign more gold.`
      : '';
  const message = isOfGold(kind)
    ? `${because} and ${taught === 1 ? 'stays' : 'stay'} out: a training tells its readers the answers.`
    : goldMode === 'dealt'
      ? `${because}, whose readers are told the answers; they are never dealt ${taught === 1 ? 'it' : 'them'} here.${short}`
      : `${because}, whose readers are told the answers; here ${taught === 1 ? 'it is' : 'they are'} read as any other case and ${taught === 1 ? 'measures' : 'measure'} nobody.${short}`;
  return [{ code: 'batch.gold_taught', message }];
}
