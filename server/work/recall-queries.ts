import { and, desc, eq, inArray, ne, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { credentials, labelRecalls, verifications } from '#db/schema/credentials.ts';
import { projects } from '#db/schema/projects.ts';
import { batches } from '#db/schema/work-batches.ts';
import type { Tier } from './rules.ts';

/** A batch that a person reads or has read in, with what its project asks of all, and its review rules of experts. */
export type ReaderBatch = {
  batchId: string;
  projectId: string;
  sponsorOrgId: string;
  isLive: boolean;
  credentialRule: unknown;
  reviewRules: unknown;
};

/** Terms under which a person worked in a batch, which is to say what they held then. */
export type TermsAt = { tier: Tier; termsNo: number };

/** Where a person is or was a reader. Index: readers_person_idx. */
export async function listBatchesOfReader(q: Queryable, personId: string): Promise<ReaderBatch[]> {
  const rows = await q.execute<ReaderBatch>(sql`
    select b.id as "batchId", b.project_id as "projectId", p.org_id as "sponsorOrgId",
      b.status in ('open', 'paused', 'closing') as "isLive", p.credential_rule as "credentialRule",
      b.review_rules as "reviewRules"
    from (select distinct batch_id from readers where annotator_id = ${personId}) r
    join batches b on b.id = r.batch_id join projects p on p.id = b.project_id
    where b.kind not in ('exam', 'training') order by 1 limit 5000`);
  return [...rows];
}

/** What a person held by the terms they have now at each tier of a batch. Indexes: the primary keys of readers and terms. */
export async function listTermsNow(
  q: Queryable,
  at: { batchId: string; personId: string },
): Promise<{ tier: Tier; snapshot: unknown }[]> {
  const rows = await q.execute<{ tier: Tier; snapshot: unknown }>(sql`
    select t.tier, t.credential_snapshot as snapshot from readers r
    join terms t on t.batch_id = r.batch_id and t.annotator_id = r.annotator_id and t.tier = r.tier
      and t.terms_no = r.terms_no
    where r.batch_id = ${at.batchId} and r.annotator_id = ${at.personId}`);
  return [...rows];
}

/**
 * How many reads, reviews and decisions of a person in a batch, handed in since a day, stand, by the terms and the snapshots of
 * credentials under which they were made. Index: slots_person_task_key.
 */
export async function listReadsSince(
  q: Queryable,
  at: { batchId: string; personId: string; since: string },
): Promise<(TermsAt & { reads: number; snapshot: unknown })[]> {
  const rows = await q.execute<TermsAt & { reads: number; snapshot: unknown }>(sql`
    select t.tier, t.terms_no as "termsNo", count(*)::int as reads, t.credential_snapshot as snapshot
    from slots s join terms t on t.batch_id = s.batch_id and t.annotator_id = s.annotator_id and t.tier = s.tier
      and t.terms_no = s.terms_no
    where s.batch_id = ${at.batchId} and s.annotator_id = ${at.personId} and s.status in ('submitted', 'accepted')
      and s.submitted_at >= ${at.since}::date
    group by t.terms_no, t.tier, t.credential_snapshot`);
  return [...rows];
}

/** Adds a recall once per check and batch; false when it is there. */
export async function insertRecall(tx: Tx, row: typeof labelRecalls.$inferInsert): Promise<boolean> {
  const rows = await tx
    .insert(labelRecalls)
    .values(row)
    .onConflictDoNothing({ target: [labelRecalls.verificationId, labelRecalls.batchId] })
    .returning({ id: labelRecalls.id });
  return rows.length === 1;
}

export type RecallRow = typeof labelRecalls.$inferSelect & {
  batchName: string;
  alias: string;
  credentialTitle: string;
  standing: string | null;
  credentialRule: unknown;
  reviewRules: unknown;
};

/** A project's recalls, open ones first, with what the sponsor may know of the reader: the alias, never the name (R21). Index: label_recalls_project_idx. */
export async function listRecalls(q: Queryable, projectId: string): Promise<RecallRow[]> {
  const rows = await q
    .select({
      recall: labelRecalls,
      batchName: batches.name,
      credentialTitle: credentials.title,
      standing: verifications.sourceStanding,
      credentialRule: projects.credentialRule,
      reviewRules: batches.reviewRules,
      alias: sql<string>`coalesce((select min(r.alias) from readers r where r.batch_id = ${labelRecalls.batchId}
        and r.annotator_id = ${labelRecalls.personId}), '')`,
    })
    .from(labelRecalls)
    .innerJoin(batches, eq(batches.id, labelRecalls.batchId))
    .innerJoin(projects, eq(projects.id, labelRecalls.projectId))
    .innerJoin(credentials, eq(credentials.id, labelRecalls.credentialId))
    .innerJoin(verifications, eq(verifications.id, labelRecalls.verificationId))
    .where(eq(labelRecalls.projectId, projectId))
    .orderBy(sql`${labelRecalls.status} <> 'open'`, desc(labelRecalls.createdAt), desc(labelRecalls.id))
    .limit(500);
  return rows.map(({ recall, ...more }) => ({ ...recall, ...more }));
}

/** How many lists of labels wait in each project for a decision of this person, who never decides on their own (R27). Index: label_recalls_project_idx. */
export async function countOpenRecalls(
  q: Queryable,
  of: { projectIds: readonly string[]; personId: string },
): Promise<{ projectId: string; n: number }[]> {
  if (of.projectIds.length === 0) return [];
  return q
    .select({ projectId: labelRecalls.projectId, n: sql<number>`count(*)::int` })
    .from(labelRecalls)
    .where(
      and(
        inArray(labelRecalls.projectId, [...of.projectIds]),
        eq(labelRecalls.status, 'open'),
        ne(labelRecalls.personId, of.personId),
      ),
    )
    .groupBy(labelRecalls.projectId);
}

export type RecalledCase = {
  taskId: string;
  externalId: string;
  submittedAt: Date;
  isFinal: boolean;
  tiers: Tier[];
};

/**
 * Cases that a recall is about, in the order in which they were read: what was made under some terms, or under any. Index:
 * slots_person_task_key.
 */
export async function listRecalledCases(
  q: Queryable,
  of: {
    batchId: string;
    personId: string;
    since: string;
    terms: readonly TermsAt[] | null;
    limit: number;
  },
): Promise<RecalledCase[]> {
  const rows = await q.execute<RecalledCase & { submittedAt: string }>(sql`
    select s.task_id as "taskId", c.external_id as "externalId", min(s.submitted_at) as "submittedAt",
      bool_or(t.status = 'final') as "isFinal", array_agg(distinct s.tier order by s.tier) as tiers
    from slots s join tasks t on t.batch_id = s.batch_id and t.id = s.task_id join cases c on c.id = t.case_id
    where s.batch_id = ${of.batchId} and s.annotator_id = ${of.personId} and s.status in ('submitted', 'accepted')
      and s.submitted_at >= ${of.since}::date
      ${
        of.terms === null
          ? sql``
          : sql`and (s.tier, s.terms_no) in (select * from unnest(${sql.param(of.terms.map((one) => one.tier))}::text[],
              ${sql.param(of.terms.map((one) => one.termsNo))}::int[]))`
      }
    group by s.task_id, c.external_id order by 3, 1 limit ${of.limit}`);
  return [...rows].map((row) => ({ ...row, submittedAt: new Date(row.submittedAt) }));
}

/** A recall in a project of the organisation, locked; null when there is none such. */
export async function lockRecall(
  tx: Tx,
  at: { id: string; orgId: string },
): Promise<typeof labelRecalls.$inferSelect | null> {
  const [row] = await tx
    .select({ recall: labelRecalls })
    .from(labelRecalls)
    .innerJoin(projects, and(eq(projects.id, labelRecalls.projectId), eq(projects.orgId, at.orgId)))
    .where(eq(labelRecalls.id, at.id))
    .for('update', { of: labelRecalls });
  return row?.recall ?? null;
}

export async function updateRecall(
  tx: Tx,
  id: string,
  set: Pick<typeof labelRecalls.$inferInsert, 'status' | 'decisionReason' | 'decidedBy' | 'decidedAt'>,
): Promise<void> {
  await tx.update(labelRecalls).set(set).where(eq(labelRecalls.id, id));
}
