import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { type Answers, answersRecord } from '#server/protocols/schemas.ts';
import type { RejectReason } from '#server/work/draft-work.ts';
import type { Tier } from '#server/work/rules.ts';
import { type Shown, shown } from '#server/work/schemas.ts';
import { BY_APPEAL, type FinalField, finalFields } from './schemas.ts';
import { costOfTask } from './settle-queries.ts';

/** One label in the history of a case, with what held for its maker at that moment (design rule 10). */
export type ProvenanceStep = {
  labelId: string;
  tier: Tier;
  round: number;
  revision: number;
  isAmendment: boolean;
  /** The label in force of its slot, or one that was replaced. */
  isCurrent: boolean;
  slotStatus: string;
  personId: string;
  alias: string;
  /** Credentials as they stood, with level and expiry. */
  credentials: unknown;
  training: unknown;
  gateBasis: string;
  country: string | null;
  protocolVersionId: string;
  protocolVersion: number;
  answers: Answers;
  confidence: number | null;
  rationale: string | null;
  labelOrigin: string;
  shown: Shown;
  appBuild: string;
  viewport: string;
  activeMs: number;
  priceMinor: bigint;
  feeMinor: bigint;
  currency: string;
  claimedAt: Date;
  submittedAt: Date;
  acceptedAt: Date | null;
};

export type ProvenanceReview = {
  labelId: string;
  reviewerAlias: string;
  outcome: string;
  reason: RejectReason | null;
  comment: string;
  createdAt: Date;
};

export type Provenance = {
  batchId: string;
  taskId: string;
  caseId: string;
  taskStatus: string;
  steps: ProvenanceStep[];
  reviews: ProvenanceReview[];
  final: {
    version: number;
    method: string;
    fields: Record<string, FinalField>;
    costMinor: bigint;
    currency: string;
    uncertain: number;
    settledAt: Date;
  } | null;
};

type Row = Record<string, unknown>;
const date = (value: unknown) => new Date(value as string);

/**
 * The whole history of a case's label: every label ever made for it in order, by whom (pseudonym) with which credentials
 * then, under which protocol version, what was shown, the reviews, and how it was settled at what cost. Null when the
 * batch has no such task.
 */
export async function getProvenance(
  q: Queryable,
  input: { batchId: string; taskId: string },
): Promise<Provenance | null> {
  const [task] = await q.execute<Row>(sql`
    select case_id as "caseId", status from tasks where batch_id = ${input.batchId} and id = ${input.taskId}`);
  if (!task) return null;
  const [steps, reviews, finals] = [
    await q.execute<Row>(sql`
      with recursive made as (
        select l.* from slots s join labels l on l.batch_id = s.batch_id and l.id = any (array[s.label_id, s.earlier_label_id])
        where s.batch_id = ${input.batchId} and s.task_id = ${input.taskId}
        union
        select l.* from made m join labels l on l.batch_id = ${input.batchId} and l.id = m.supersedes_id)
      select l.id as "labelId", l.tier, l.round, l.revision, l.is_amendment is true as "isAmendment", s.label_id = l.id as "isCurrent",
        s.status as "slotStatus", l.annotator_id as "personId", r.alias, t.credential_snapshot as credentials,
        t.training_record as training, t.gate_basis as "gateBasis", l.country, t.protocol_version_id as "protocolVersionId",
        p.version as "protocolVersion", l.answers, l.confidence, l.rationale, coalesce(l.label_origin, 'manual') as "labelOrigin", l.shown,
        coalesce(l.app_build, 'unknown') as "appBuild", coalesce(l.viewport, 'unknown') as viewport, l.active_ms as "activeMs", t.price_minor as "priceMinor",
        t.fee_minor as "feeMinor", t.currency, s.claimed_at as "claimedAt", l.submitted_at as "submittedAt",
        s.accepted_at as "acceptedAt"
      from made l
      join slots s on s.batch_id = l.batch_id and s.task_id = l.task_id and s.slot_no = l.slot_no
      join readers r on r.batch_id = l.batch_id and r.annotator_id = l.annotator_id and r.tier = l.tier
      join terms t on t.batch_id = l.batch_id and t.annotator_id = l.annotator_id and t.tier = l.tier and t.terms_no = l.terms_no
      join protocol_versions p on p.id = t.protocol_version_id
      order by l.submitted_at, l.slot_no, l.revision`),
    await q.execute<Row>(sql`
      select v.label_id as "labelId", case when v.slot_no = ${BY_APPEAL} then 'Appeal' else coalesce(r.alias, 'Sponsor') end as "reviewerAlias", v.outcome, v.reason, v.comment,
        v.created_at as "createdAt"
      from reviews v left join readers r on r.batch_id = v.batch_id and r.annotator_id = v.reviewer_id and r.tier = 'review'
      where v.batch_id = ${input.batchId} and v.task_id = ${input.taskId} order by v.created_at, v.id`),
    await q.execute<Row>(sql`
      select version, method, fields, currency, uncertain, settled_at as "settledAt"
      from final_labels where batch_id = ${input.batchId} and task_id = ${input.taskId} order by version desc limit 1`),
  ];
  const final = finals[0];
  return {
    ...input,
    caseId: task.caseId as string,
    taskStatus: task.status as string,
    steps: [...steps].map(toStep),
    reviews: [...reviews].map((row) => ({
      ...(row as unknown as ProvenanceReview),
      createdAt: date(row.createdAt),
    })),
    final: final
      ? {
          ...(final as unknown as NonNullable<Provenance['final']>),
          fields: finalFields.parse(final.fields),
          // With the checks that came after it was settled (R12).
          costMinor: await costOfTask(q, input),
          settledAt: date(final.settledAt),
        }
      : null,
  };
}

function toStep(row: Row): ProvenanceStep {
  return {
    ...(row as unknown as ProvenanceStep),
    answers: answersRecord.parse(row.answers),
    shown: shown.parse(row.shown ?? {}),
    priceMinor: BigInt(row.priceMinor as string),
    feeMinor: BigInt(row.feeMinor as string),
    claimedAt: date(row.claimedAt),
    submittedAt: date(row.submittedAt),
    acceptedAt: row.acceptedAt === null ? null : date(row.acceptedAt),
  };
}
