import { and, asc, count, desc, eq, inArray, isNull, lte, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { agreements, baVerifications, transferAssessments, windDownDuties } from '#db/schema/agreements.ts';
import { organisations } from '#db/schema/identity.ts';
import type { AgreementRow } from './queries.ts';

export type TransferAssessmentRow = typeof transferAssessments.$inferSelect;
export type DutyRow = typeof windDownDuties.$inferSelect;
export type VerificationRow = typeof baVerifications.$inferSelect;

export async function insertTransferAssessment(
  tx: Tx,
  row: typeof transferAssessments.$inferInsert,
): Promise<void> {
  await tx.insert(transferAssessments).values(row);
}

/** An organisation's transfer assessments (transfer_assessments_org_idx), newest first. */
export async function listTransferAssessments(q: Queryable, orgId: string): Promise<TransferAssessmentRow[]> {
  return q
    .select()
    .from(transferAssessments)
    .where(eq(transferAssessments.orgId, orgId))
    .orderBy(desc(transferAssessments.assessedAt), desc(transferAssessments.id))
    .limit(200);
}

/** Agreements signed for a day that has come, locked; others' rows are left to them (agreements_by_end_idx). */
export async function listDueToBegin(tx: Tx, today: string, limit: number): Promise<AgreementRow[]> {
  return tx
    .select()
    .from(agreements)
    .where(and(eq(agreements.status, 'signed'), lte(agreements.effectiveFrom, today)))
    .orderBy(asc(agreements.id))
    .limit(limit)
    .for('update', { skipLocked: true });
}

const isSignedAhead = (at: { kind: AgreementRow['kind']; partyAOrgId: string; partyBOrgId: string }) =>
  and(
    eq(agreements.kind, at.kind),
    eq(agreements.partyAOrgId, at.partyAOrgId),
    eq(agreements.partyBOrgId, at.partyBOrgId),
    eq(agreements.status, 'signed'),
  );

/** The one of a kind and parties that both have signed for a day to come, locked, or null (agreements_one_signed). */
export async function findSignedForUpdate(
  tx: Tx,
  at: Parameters<typeof isSignedAhead>[0],
): Promise<AgreementRow | null> {
  const [row] = await tx.select().from(agreements).where(isSignedAhead(at)).for('update');
  return row ?? null;
}

/** The day on which it begins, or null. */
export async function findSignedDay(
  q: Queryable,
  at: Parameters<typeof isSignedAhead>[0],
): Promise<string | null> {
  const [row] = await q
    .select({ begins: agreements.effectiveFrom })
    .from(agreements)
    .where(isSignedAhead(at));
  return row?.begins ?? null;
}

/** The agreement that waits to take over from another one, locked, or null. */
export async function findSuccessorForUpdate(tx: Tx, agreementId: string): Promise<AgreementRow | null> {
  const [row] = await tx
    .select()
    .from(agreements)
    .where(and(eq(agreements.status, 'signed'), eq(agreements.supersedesId, agreementId)))
    .for('update');
  return row ?? null;
}

/** Agreements sent so long ago that they can no longer be signed, locked (agreements_one_pending's rows are few). */
export async function listLapsed(tx: Tx, before: Date, limit: number): Promise<AgreementRow[]> {
  return tx
    .select()
    .from(agreements)
    .where(
      and(
        inArray(agreements.status, ['sent', 'partially_signed']),
        sql`coalesce(${agreements.sentAt}, ${agreements.createdAt}) <= ${before.toISOString()}::timestamptz`,
      ),
    )
    .orderBy(asc(agreements.id))
    .limit(limit)
    .for('update', { skipLocked: true });
}

/** Agreements in force that end by `until` and that nothing takes over from, locked (agreements_by_end_idx). */
export async function listEndingBy(tx: Tx, until: string, limit: number): Promise<AgreementRow[]> {
  return tx
    .select()
    .from(agreements)
    .where(
      and(
        inArray(agreements.status, ['active', 'suspended', 'termination_noticed']),
        lte(agreements.effectiveUntil, until),
        sql`coalesce(${agreements.remindedDays}, 1000) > case
          when ${agreements.effectiveUntil} <= ${until}::date - 90 then 0
          when ${agreements.effectiveUntil} <= ${until}::date - 60 then 30 else 90 end`,
        sql`not exists (select 1 from ${agreements} n where n.supersedes_id = ${agreements.id} and n.status = 'signed')`,
      ),
    )
    .orderBy(asc(agreements.effectiveUntil), asc(agreements.id))
    .limit(limit)
    .for('update', { skipLocked: true });
}

/**
 * Organisations below that hold data by an agreement: where a sponsor is the upper party, everybody who works on its
 * projects but itself.
 */
export async function listHoldersBelow(tx: Tx, agreement: AgreementRow): Promise<string[]> {
  const rows = await tx.execute<{ org_id: string }>(sql`
    select distinct e.via_org_id as org_id from engagements e join projects p on p.id = e.project_id
    where p.org_id = ${agreement.partyAOrgId} and e.via_org_id <> p.org_id limit 10000`);
  return rows.map((row) => row.org_id);
}

export async function insertDuties(tx: Tx, rows: (typeof windDownDuties.$inferInsert)[]): Promise<void> {
  if (rows.length > 0) await tx.insert(windDownDuties).values(rows).onConflictDoNothing();
}

export async function findDuty(q: Queryable, id: string): Promise<DutyRow | null> {
  const [row] = await q.select().from(windDownDuties).where(eq(windDownDuties.id, id));
  return row ?? null;
}

/** Keeps a certificate; false when there is one. */
export async function certifyDuty(
  tx: Tx,
  at: {
    id: string;
    certificate: unknown;
    certificateSha256: string;
    certifiedBy: string;
    certifiedAt: Date;
  },
): Promise<boolean> {
  const { id, ...set } = at;
  const rows = await tx
    .update(windDownDuties)
    .set(set)
    .where(and(eq(windDownDuties.id, id), isNull(windDownDuties.certifiedAt)))
    .returning({ id: windDownDuties.id });
  return rows.length === 1;
}

export async function countOpenDuties(q: Queryable, agreementId: string): Promise<number> {
  const [row] = await q
    .select({ n: count() })
    .from(windDownDuties)
    .where(and(eq(windDownDuties.agreementId, agreementId), isNull(windDownDuties.certifiedAt)));
  return row?.n ?? 0;
}

/** The duties of agreements with the names of who has them (wind_down_duties_key). */
export async function listDuties(
  q: Queryable,
  agreementIds: readonly string[],
): Promise<(DutyRow & { orgName: string })[]> {
  if (agreementIds.length === 0) return [];
  const rows = await q
    .select({ duty: windDownDuties, orgName: organisations.legalName })
    .from(windDownDuties)
    .innerJoin(organisations, eq(organisations.id, windDownDuties.orgId))
    .where(inArray(windDownDuties.agreementId, [...agreementIds]))
    .orderBy(asc(windDownDuties.dueOn), asc(windDownDuties.id))
    .limit(5000);
  return rows.map((row) => ({ ...row.duty, orgName: row.orgName }));
}

/** What an organisation still has to certify (wind_down_duties_org_idx), soonest due first. */
export async function listOpenDutiesOf(
  q: Queryable,
  orgId: string,
): Promise<{ id: string; agreementId: string; kind: AgreementRow['kind']; dueOn: string }[]> {
  return q
    .select({
      id: windDownDuties.id,
      agreementId: windDownDuties.agreementId,
      kind: agreements.kind,
      dueOn: windDownDuties.dueOn,
    })
    .from(windDownDuties)
    .innerJoin(agreements, eq(agreements.id, windDownDuties.agreementId))
    .where(and(eq(windDownDuties.orgId, orgId), isNull(windDownDuties.certifiedAt)))
    .orderBy(asc(windDownDuties.dueOn), asc(windDownDuties.id))
    .limit(500);
}

export async function insertVerification(tx: Tx, row: typeof baVerifications.$inferInsert): Promise<void> {
  await tx.insert(baVerifications).values(row);
}

/** A verification's files with the parties of its agreement; null when there is none. */
export async function findVerification(q: Queryable, verificationId: string) {
  const [row] = await q
    .select({
      fileId: baVerifications.fileId,
      sealedFileId: baVerifications.sealedFileId,
      partyAOrgId: agreements.partyAOrgId,
      partyBOrgId: agreements.partyBOrgId,
    })
    .from(baVerifications)
    .innerJoin(agreements, eq(agreements.id, baVerifications.agreementId))
    .where(eq(baVerifications.id, verificationId));
  return row ?? null;
}

/** The verifications of agreements (ba_verifications_agreement_idx), newest first. */
export async function listVerifications(
  q: Queryable,
  agreementIds: readonly string[],
): Promise<VerificationRow[]> {
  if (agreementIds.length === 0) return [];
  return q
    .select()
    .from(baVerifications)
    .where(inArray(baVerifications.agreementId, [...agreementIds]))
    .orderBy(desc(baVerifications.signedAt), desc(baVerifications.id))
    .limit(2000);
}
