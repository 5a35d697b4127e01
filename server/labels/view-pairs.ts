import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Queryable } from '#db/client.ts';
import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { refuseWithheld } from '#server/pilots/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { reviewRules } from '#server/projects/tier-schemas.ts';
import { wilsonInterval } from '#server/quality/wilson-interval.ts';
import { listNamedExperts, listPairable, type Pairable } from '#server/work/named-experts.ts';
import { type Batch, getBatch } from '#server/work/reads.ts';
import { snapshotsOf } from './reader-snapshots.ts';
import { isExpert } from './review-rules.ts';
import { BY_APPEAL } from './schemas.ts';

const count = z.number().int().nonnegative();

/** An expert and somebody of the technical staff whose reads they reviewed. */
export const pairsView = z.object({
  /** False where the batch pairs nobody. */
  isPaired: z.boolean(),
  /** True where the figures are kept back until the batch is settled. */
  isWithheld: z.boolean(),
  /** By alias, while the batch is read: those who read and are no experts, those who review, and who is named for whom. */
  naming: z
    .object({
      technicians: z.array(z.string()),
      experts: z.array(z.string()),
      named: z.array(z.object({ technician: z.string(), expert: z.string() })),
    })
    .nullable(),
  pairs: z.array(
    z.object({
      expert: z.string(),
      technician: z.string(),
      reviewed: count,
      accepted: count,
      fixed: count,
      returned: count,
      rejected: count,
      /** Of the share accepted as it was: Wilson's 95 %. */
      interval: z.tuple([z.number(), z.number()]),
    }),
  ),
});
export type PairsView = z.infer<typeof pairsView>;

type Row = {
  reviewerId: string;
  reviewerAlias: string;
  readerId: string;
  readerAlias: string;
  termsNo: number;
  reviewed: number;
  accepted: number;
  fixed: number;
  returned: number;
  rejected: number;
};

/** The pairs of a batch of the acting sponsor, by alias (R21). Errors: `project_not_found`, `pilot_withheld` (R15). */
export async function viewPairs(ctx: OrgContext, input: { batchId: string }): Promise<PairsView> {
  const batch = await getBatch(ctx.db, input.batchId);
  await getProjectForOrg(ctx.db, ctx.actor.orgId, batch.projectId);
  await refuseWithheld(ctx.db, { batchId: batch.id, now: ctx.clock.now() });
  const pairs = await pairsOf(ctx, batch, { viaOrgId: null });
  const isOver = batch.status === 'settled';
  return { ...pairs, naming: pairs.isPaired && !isOver ? await namingOf(ctx, batch) : null };
}

async function namingOf(ctx: OrgContext, batch: Batch): Promise<PairsView['naming']> {
  const batchId = batch.id;
  const reading = await listPairable(ctx.db, { batchId, tier: 'label' });
  const experts = await listPairable(ctx.db, { batchId, tier: 'review' });
  const readerIds = reading.map((one) => one.annotatorId);
  const held = await snapshotsOf(ctx.db, { batchId, readerIds });
  const isTechnical = ({ annotatorId, termsNo }: Pairable) =>
    rulesOf(batch).some((rule) => !isExpert(rule.expert, held.get(`${annotatorId} ${termsNo}`) ?? null));
  return {
    technicians: reading.filter(isTechnical).map((one) => one.alias),
    experts: experts.map((one) => one.alias),
    named: await listNamedExperts(ctx.db, batchId),
  };
}

/**
 * The pairs of which the acting vendor's people are the technical side, by name; experts of others by alias. Once the batch is
 * settled: which reads were not reviewed would tell gold (ADR 009). Errors: `batch_not_found`.
 */
export async function viewVendorPairs(ctx: OrgContext, input: { batchId: string }): Promise<PairsView> {
  const batch = await getBatch(ctx.db, input.batchId);
  const isOwn = await readsThrough(ctx.db, { batchId: batch.id, orgId: ctx.actor.orgId });
  if (!isOwn && batch.vendorOrgId !== ctx.actor.orgId)
    throw new AppError({ kind: 'not_found', reason: 'batch_not_found', message: 'There is no such batch.' });
  if (batch.status !== 'settled')
    return { isPaired: rulesOf(batch).length > 0, isWithheld: true, naming: null, pairs: [] };
  return pairsOf(ctx, batch, { viaOrgId: ctx.actor.orgId });
}

async function pairsOf(ctx: OrgContext, batch: Batch, of: { viaOrgId: string | null }): Promise<PairsView> {
  const rules = rulesOf(batch);
  if (rules.length === 0) return { isPaired: false, isWithheld: false, naming: null, pairs: [] };
  const rows = await listPairs(ctx.db, { batchId: batch.id, ...of });
  const readerIds = [...new Set(rows.map((row) => row.readerId))];
  const held = await snapshotsOf(ctx.db, { batchId: batch.id, readerIds });
  // Somebody who became an expert on the way is on both sides of the line, each read with what its reader held then.
  const technical = rows.filter((row) => {
    const snapshot = held.get(`${row.readerId} ${row.termsNo}`) ?? null;
    return rules.some((rule) => !isExpert(rule.expert, snapshot));
  });
  const own = of.viaOrgId === null ? [] : technical.flatMap((row) => [row.readerId, row.reviewerId]);
  const names = await namesOfPeople(ctx.db, await membersOf(ctx.db, { orgId: of.viaOrgId, personIds: own }));
  const merged = Map.groupBy(technical, (row) => `${row.reviewerId} ${row.readerId}`);
  return {
    isPaired: true,
    isWithheld: false,
    naming: null,
    pairs: [...merged.values()].flatMap((parts) => {
      const [first] = parts;
      if (first === undefined) return [];
      const sum = (key: 'reviewed' | 'accepted' | 'fixed' | 'returned' | 'rejected') =>
        parts.reduce((total, part) => total + part[key], 0);
      const [reviewed, accepted] = [sum('reviewed'), sum('accepted')];
      const [lower, upper] = wilsonInterval(accepted, reviewed) ?? [0, 1];
      return [
        {
          expert: names.get(first.reviewerId)?.name ?? first.reviewerAlias,
          technician: names.get(first.readerId)?.name ?? first.readerAlias,
          reviewed,
          accepted,
          fixed: sum('fixed'),
          returned: sum('returned'),
          rejected: sum('rejected'),
          interval: [lower, upper] as [number, number],
        },
      ];
    }),
  };
}

const rulesOf = (batch: Batch) =>
  reviewRules.parse(batch.reviewRules).filter((rule) => rule.kind === 'technical_reader');

/**
 * Reviews by reviewer and reader, those most reviewed first; `viaOrgId` keeps to readers who read through it. Indexes:
 * reviews_created_idx, labels' and slots' primary keys.
 */
async function listPairs(q: Queryable, of: { batchId: string; viaOrgId: string | null }): Promise<Row[]> {
  const rows = await q.execute<Row>(sql`
    select v.reviewer_id as "reviewerId", coalesce(e.alias, 'Expert') as "reviewerAlias",
      l.annotator_id as "readerId", coalesce(r.alias, 'Reader') as "readerAlias", l.terms_no as "termsNo",
      count(*)::int as reviewed, (count(*) filter (where v.outcome = 'accept'))::int as accepted,
      (count(*) filter (where v.outcome = 'fix_accept'))::int as fixed,
      (count(*) filter (where v.outcome = 'return'))::int as returned,
      (count(*) filter (where v.outcome = 'reject'))::int as rejected
    from reviews v
    join labels l on l.batch_id = v.batch_id and l.id = v.label_id
    join terms t on t.batch_id = l.batch_id and t.annotator_id = l.annotator_id and t.tier = 'label' and t.terms_no = l.terms_no
    left join readers r on r.batch_id = v.batch_id and r.annotator_id = l.annotator_id and r.tier = 'label'
    left join readers e on e.batch_id = v.batch_id and e.annotator_id = v.reviewer_id and e.tier = 'review'
    where v.batch_id = ${of.batchId} and v.slot_no <> ${BY_APPEAL} ${of.viaOrgId === null ? sql`` : sql`and t.payee_org_id = ${of.viaOrgId}`}
    group by 1, 2, 3, 4, 5 order by reviewed desc, 2, 4 limit 1000`);
  return [...rows];
}

/** Whether anybody reads in the batch through an organisation. Index: the primary key of terms. */
async function readsThrough(q: Queryable, of: { batchId: string; orgId: string }): Promise<boolean> {
  const rows = await q.execute(sql`
    select 1 from terms where batch_id = ${of.batchId} and payee_org_id = ${of.orgId} and tier = 'label' limit 1`);
  return rows.length > 0;
}

/** Of these people, those who belong to the organisation: others stay pseudonymous. Index: memberships_org_person_role_key. */
async function membersOf(
  q: Queryable,
  of: { orgId: string | null; personIds: readonly string[] },
): Promise<string[]> {
  if (of.orgId === null || of.personIds.length === 0) return [];
  const rows = await q.execute<{ id: string }>(sql`
    select distinct person_id as id from memberships
    where org_id = ${of.orgId} and person_id = any(${sql.param([...of.personIds])}::uuid[])`);
  return [...rows].map((row) => row.id);
}
