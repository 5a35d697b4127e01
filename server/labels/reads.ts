import { type SQL, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { claimSpan, submissionOrder, submittedAfter } from '#db/submission-order.ts';
import { type GoldAnswers, goldAnswers } from '#server/gold/schemas.ts';
import { type Answers, answersRecord } from '#server/protocols/schemas.ts';
import { isUnaccepted } from '#server/work/accept-slots.ts';
import { type CASE_STATUSES, type FinalField, finalFields } from './schemas.ts';
import { costsOfTasks } from './settle-queries.ts';

/** A label in force of tier `label`: not rejected (R33), the last revision, with what stands behind it. */
export type BatchRead = {
  labelId: string;
  taskId: string;
  caseId: string;
  slotNo: number;
  round: number;
  revision: number;
  annotatorId: string;
  /** The reader's name in the batch, e.g. R07. */
  alias: string;
  answers: Answers;
  confidence: number | null;
  rationale: string | null;
  labelOrigin: 'manual' | 'prelabel_accepted' | 'prelabel_changed';
  slotStatus: 'submitted' | 'accepted';
  /** True when the case has a known answer in this batch; one that was withdrawn is none any more (R7). */
  isGold: boolean;
  activeMs: number;
  country: string | null;
  /** When this label was written; of reads listed as waiting, when the read was submitted, which an undo (R22) does not move. */
  submittedAt: Date;
  /** Its place in the list that it is of: when this label was written; of reads listed as waiting, when the case was claimed. */
  at: Date;
  /** When its slot was submitted: the review period (R30) runs from here, whatever was undone since. */
  slotSubmittedAt: Date;
  termsNo: number;
  protocolVersionId: string;
  priceMinor: bigint;
  feeMinor: bigint;
  currency: string;
  viaOrgId: string;
};

export type ReadCursor = { at: Date; labelId: string };

type Row = Record<string, unknown> & {
  labelId: string;
  answers: unknown;
  submittedAt: string;
  at: string;
  slotSubmittedAt: string;
  priceMinor: string;
  feeMinor: string;
};

type Page = { after?: ReadCursor | null; limit: number };

/**
 * Reads of a batch in the order they were submitted, keyset by `after`; on `isWaiting` those that wait for acceptance alone, in the order
 * in which their cases were claimed. Index: labels_submitted_idx, or slots_unaccepted_idx.
 */
export function listReads(
  q: Queryable,
  batchId: string,
  page: Page & { isWaiting?: boolean },
): Promise<BatchRead[]> {
  if (page.isWaiting)
    return selectReads(q, batchId, waitingOf(batchId, page), {
      where: sql`order by s.claimed_at, l.id`,
      submittedAt: sql`s.submitted_at`,
      at: sql`s.claimed_at`,
    });
  const after = page.after
    ? sql`and ${submittedAfter(sql`l`, { at: page.after.at.toISOString(), id: page.after.labelId })}`
    : sql``;
  const inForce = sql`labels l cross join lateral (select s.status, s.submitted_at from slots s where s.batch_id = ${batchId}
    and s.task_id = l.task_id and s.slot_no = l.slot_no and s.label_id = l.id and ${counts} limit 1) s`;
  return selectReads(q, batchId, inForce, {
    where: sql`${after} order by ${submissionOrder(sql`l`)} limit ${page.limit}`,
  });
}

/**
 * A page of the labels whose slots wait for acceptance. The slots are limited before anything is joined to them, along the index, so
 * that a page costs the same however many wait, but for leases that are out. An amended label is written later than its slot was
 * submitted: the slot's instants are shown.
 */
function waitingOf(batchId: string, { after, limit }: Page): SQL {
  const at = after ? sql`${after.at.toISOString()}::timestamptz` : null;
  const span = claimSpan(sql`s.claimed_at`);
  const rest =
    at && after
      ? sql`and ${span} >= ${claimSpan(at)} and (s.claimed_at, s.label_id) > (${at}, ${after.labelId}::uuid)`
      : sql``;
  return sql`(select s.label_id, s.status, s.submitted_at, s.claimed_at from slots s where s.batch_id = ${batchId} and ${isUnaccepted}
      and s.tier = 'label' and s.status = 'submitted' ${rest} order by ${span}, s.claimed_at, s.label_id limit ${limit}) s
    cross join lateral (select l.* from labels l where l.batch_id = ${batchId} and l.id = s.label_id limit 1) l`;
}

/** Reads of some tasks of a batch, in the order they were submitted. Index: the primary keys of slots and labels. */
export function readsOfTasks(
  q: Queryable,
  batchId: string,
  taskIds: readonly string[],
): Promise<BatchRead[]> {
  const inForce = sql`(select s.label_id, s.status, s.submitted_at from slots s where s.batch_id = ${batchId}
      and s.task_id = any (${sql.param([...taskIds])}::uuid[]) and ${counts} offset 0) s
    cross join lateral (select l.* from labels l where l.batch_id = ${batchId} and l.id = s.label_id limit 1) l`;
  return selectReads(q, batchId, inForce, { where: sql`order by l.submitted_at, l.id` });
}

/** Of a slot `s`: its label is a read in force. */
const counts = sql`s.status in ('submitted', 'accepted')`;

/**
 * Reads among labels `l` and their slots `s`. `lateral` with a limit keeps the plan on keys: with a batch that statistics do
 * not know, the planner went through all pairs of readers and tasks.
 */
async function selectReads(
  q: Queryable,
  batchId: string,
  from: SQL,
  {
    where,
    submittedAt = sql`l.submitted_at`,
    at = sql`l.submitted_at`,
  }: { where: SQL; submittedAt?: SQL; at?: SQL },
): Promise<BatchRead[]> {
  const rows = await q.execute<Row>(sql`
    select l.id as "labelId", l.task_id as "taskId", k.case_id as "caseId", l.slot_no as "slotNo", l.round, l.revision,
      l.annotator_id as "annotatorId", r.alias, l.answers, l.confidence, l.rationale, coalesce(l.label_origin, 'manual') as "labelOrigin",
      s.status as "slotStatus",
      (select true from gold_answers g where g.batch_id = l.batch_id and g.task_id = l.task_id and g.withdrawn_at is null) is not null
        as "isGold",
      l.active_ms as "activeMs", l.country, ${submittedAt} as "submittedAt", ${at} as at,
      s.submitted_at as "slotSubmittedAt", l.terms_no as "termsNo",
      t.protocol_version_id as "protocolVersionId", t.price_minor as "priceMinor", t.fee_minor as "feeMinor",
      t.currency, t.payee_org_id as "viaOrgId"
    from ${from}
    cross join lateral (select k.case_id from tasks k where k.batch_id = ${batchId} and k.id = l.task_id limit 1) k
    cross join lateral (select r.alias from readers r where r.batch_id = ${batchId}
      and r.annotator_id = l.annotator_id and r.tier = l.tier limit 1) r
    cross join lateral (select t.* from terms t where t.batch_id = ${batchId} and t.annotator_id = l.annotator_id
      and t.tier = l.tier and t.terms_no = l.terms_no limit 1) t
    where l.batch_id = ${batchId} and l.tier = 'label' ${where}`);
  return [...rows].map(toRead);
}

function toRead(row: Row): BatchRead {
  return {
    ...(row as unknown as BatchRead),
    answers: answersRecord.parse(row.answers),
    submittedAt: new Date(row.submittedAt),
    at: new Date(row.at),
    slotSubmittedAt: new Date(row.slotSubmittedAt),
    priceMinor: BigInt(row.priceMinor),
    feeMinor: BigInt(row.feeMinor),
  };
}

/** All reads of a batch; for scoring and gold, which need the whole table. A batch is bounded. */
export async function readsOfBatch(q: Queryable, batchId: string): Promise<BatchRead[]> {
  const all: BatchRead[] = [];
  for (let after: ReadCursor | null = null; ; ) {
    const page: BatchRead[] = await listReads(q, batchId, { after, limit: 5000 });
    all.push(...page);
    const last = page.at(-1);
    if (page.length < 5000 || !last) return all;
    after = { at: last.at, labelId: last.labelId };
  }
}

export type BatchGold = { taskId: string; caseId: string; goldItemId: string; answers: GoldAnswers };

/** Known answers of a batch's gold tasks: per field the acceptable values. */
export async function listGoldAnswers(q: Queryable, batchId: string): Promise<BatchGold[]> {
  const rows = [
    ...(await q.execute<{ taskId: string; caseId: string; goldItemId: string; answers: unknown }>(sql`
    select g.task_id as "taskId", k.case_id as "caseId", g.gold_item_id as "goldItemId", g.answers
    from gold_answers g join tasks k on k.batch_id = g.batch_id and k.id = g.task_id
    where g.batch_id = ${batchId} and g.withdrawn_at is null order by g.task_id limit 200000`)),
  ];
  return rows.map((row) => ({ ...row, answers: goldAnswers.parse(row.answers) }));
}

export type FinalLabel = {
  taskId: string;
  caseId: string;
  version: number;
  fields: Record<string, FinalField>;
  method: string;
  sources: unknown;
  /** Prices and fees of every slot that the label rests on; where it is listed, of its checks too. */
  costMinor: bigint;
  currency: string;
  /** Fields that nobody could settle. */
  uncertain: number;
  settledAt: Date;
};

/**
 * A final label with how its case stands. It holds while the case is `final`; in any other state somebody has contradicted it since and it
 * is decided anew, or never will be (`unusable`: the case was shut meanwhile, R24). Exports, the flow of cases and costs go by this alone.
 */
export type ListedFinal = FinalLabel & { caseStatus: CaseStatus };
export type CaseStatus = (typeof CASE_STATUSES)[number];

/**
 * Newest versions of final labels in task order, keyset by task id; each with what it has cost until now, the checks of it that came
 * after it was settled among that (R12). Index: the primary keys.
 */
export async function listFinalLabels(
  q: Queryable,
  batchId: string,
  page: { after?: string | null; limit: number },
): Promise<ListedFinal[]> {
  const rows = await q.execute<FinalRow & { caseStatus: CaseStatus }>(sql`
    select distinct on (task_id) task_id as "taskId", case_id as "caseId", version, fields, method, sources,
      cost_minor as "costMinor", currency, uncertain, settled_at as "settledAt",
      (select k.status from tasks k where k.batch_id = ${batchId} and k.id = task_id) as "caseStatus"
    from final_labels where batch_id = ${batchId} ${page.after ? sql`and task_id > ${page.after}::uuid` : sql``}
    order by task_id, version desc limit ${page.limit}`);
  const costs = await costsOfTasks(q, { batchId, taskIds: rows.map((row) => row.taskId) });
  return [...rows].map((row) => {
    const final = toFinal(row);
    return { ...final, costMinor: costs.get(row.taskId) ?? final.costMinor, caseStatus: row.caseStatus };
  });
}

/** Final labels in force of some tasks, by task. Index: the primary key. */
export async function finalLabelsOfTasks(
  q: Queryable,
  batchId: string,
  taskIds: readonly string[],
): Promise<Map<string, FinalLabel>> {
  if (taskIds.length === 0) return new Map();
  const rows = await q.execute<FinalRow>(sql`
    select distinct on (task_id) task_id as "taskId", case_id as "caseId", version, fields, method, sources,
      cost_minor as "costMinor", currency, uncertain, settled_at as "settledAt"
    from final_labels where batch_id = ${batchId} and task_id = any (${sql.param([...taskIds])}::uuid[])
    order by task_id, version desc`);
  return new Map([...rows].map((row) => [row.taskId, toFinal(row)]));
}

type FinalRow = Record<string, unknown> & { taskId: string; costMinor: string; settledAt: string };

function toFinal(row: FinalRow): FinalLabel {
  return {
    ...(row as unknown as FinalLabel),
    fields: finalFields.parse(row.fields),
    costMinor: BigInt(row.costMinor),
    settledAt: new Date(row.settledAt),
  };
}

export {
  type AdjudicationStep,
  type Circumstances,
  circumstancesOf,
  listDecisions,
  type ReviewStep,
} from './decisions.ts';
export { casesReadByAlias, type FinalFacts, finalFactsOf, SETTLED_FIRST, valueText } from './final-facts.ts';
export { getProvenance, type Provenance, type ProvenanceStep } from './provenance.ts';
