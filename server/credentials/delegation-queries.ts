import { and, desc, eq, inArray, isNull, lt, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { credentials, delegationSamples, delegations } from '#db/schema/credentials.ts';
import type { DelegationStatus } from './delegation-schemas.ts';

export type DelegationRow = typeof delegations.$inferSelect;

export async function insertDelegation(tx: Tx, row: typeof delegations.$inferInsert): Promise<void> {
  await tx.insert(delegations).values(row);
}

export async function lockDelegation(tx: Tx, id: string): Promise<DelegationRow | null> {
  const [row] = await tx.select().from(delegations).where(eq(delegations.id, id)).for('update');
  return row ?? null;
}

/** A vendor's newest delegation, whatever its state. */
export async function findDelegationOf(q: Queryable, orgId: string): Promise<DelegationRow | null> {
  const [row] = await q
    .select()
    .from(delegations)
    .where(eq(delegations.orgId, orgId))
    .orderBy(desc(delegations.createdAt), desc(delegations.id))
    .limit(1);
  return row ?? null;
}

/**
 * As `findDelegationOf`, held as it is until the transaction ends: a check made under it and its revocation take turns, so
 * that a revocation finds every check it has to take back.
 */
export async function holdDelegationOf(tx: Tx, orgId: string): Promise<DelegationRow | null> {
  const [row] = await tx
    .select()
    .from(delegations)
    .where(eq(delegations.orgId, orgId))
    .orderBy(desc(delegations.createdAt), desc(delegations.id))
    .limit(1)
    .for('share');
  return row ?? null;
}

export async function moveDelegation(
  tx: Tx,
  to: { id: string; status: DelegationStatus; reason: string | null; now: Date },
): Promise<void> {
  await tx
    .update(delegations)
    .set({ status: to.status, statusReason: to.reason, statusAt: to.now })
    .where(eq(delegations.id, to.id));
}

/** Active and suspended delegations whose last day has passed. */
export async function expireDelegations(
  tx: Tx,
  at: { today: string; now: Date },
): Promise<{ id: string; orgId: string }[]> {
  return tx
    .update(delegations)
    .set({ status: 'expired', statusAt: at.now })
    .where(and(inArray(delegations.status, ['active', 'suspended']), lt(delegations.validUntil, at.today)))
    .returning({ id: delegations.id, orgId: delegations.orgId });
}

/** Every delegation, those in force first; delegations_status_idx. */
export async function listDelegations(q: Queryable): Promise<DelegationRow[]> {
  return q
    .select()
    .from(delegations)
    .orderBy(sql`${delegations.status} not in ('active', 'suspended')`, desc(delegations.createdAt))
    .limit(500);
}

export type DelegationFigures = {
  checks: number;
  sampled: number;
  open: number;
  agrees: number;
  disagrees: number;
  lastDrawnAt: Date | null;
};

/** How many checks delegates have made, and what samples of them found. Indexes: verifications_delegation_idx, delegation_samples_delegation_idx. */
export async function countDelegated(
  q: Queryable,
  ids: readonly string[],
): Promise<Map<string, DelegationFigures>> {
  if (ids.length === 0) return new Map();
  const rows = await q.execute<
    Omit<DelegationFigures, 'lastDrawnAt'> & { id: string; lastDrawnAt: string | null }
  >(sql`
    select d.id,
      (select count(*)::int from verifications v where v.delegation_id = d.id) as checks,
      count(s.id)::int as sampled, (count(s.id) filter (where s.outcome is null))::int as open,
      (count(s.id) filter (where s.outcome = 'agrees'))::int as agrees,
      (count(s.id) filter (where s.outcome = 'disagrees'))::int as disagrees,
      max(s.drawn_at) as "lastDrawnAt"
    from delegations d left join delegation_samples s on s.delegation_id = d.id
    where d.id = any(${sql.param([...ids])}::uuid[]) group by d.id`);
  return new Map(
    [...rows].map(({ id, lastDrawnAt, ...row }) => [
      id,
      { ...row, lastDrawnAt: lastDrawnAt === null ? null : new Date(lastDrawnAt) },
    ]),
  );
}

/** A credential whose level rests on this check of a delegate: the newest, and nobody has looked since. */
type Resting = { credentialId: string; verificationId: string; personId: string; title: string };

/**
 * Verified credentials whose last check is a delegation's, in the order of `seed` (random to whoever does not know it); with
 * `unsampled`, those that no sample has looked at. Index: verifications_delegation_idx, verifications_credential_idx.
 */
export async function listResting(
  tx: Tx,
  of: { delegationId: string; unsampled: boolean; seed: string; limit: number | null },
): Promise<Resting[]> {
  const rows = await tx.execute<Resting>(sql`
    select c.id as "credentialId", v.id as "verificationId", c.person_id as "personId", c.title
    from verifications v join credentials c on c.id = v.credential_id and c.status = 'verified' and c.level = 'primary_source'
    where v.delegation_id = ${of.delegationId}
      and not exists (select 1 from verifications n where n.credential_id = v.credential_id
        and (n.status_date, n.id) > (v.status_date, v.id))
      ${of.unsampled ? sql`and not exists (select 1 from delegation_samples s where s.verification_id = v.id)` : sql``}
    order by hashtextextended(v.id::text || ${of.seed}, 0), v.id
    ${of.limit === null ? sql`` : sql`limit ${of.limit}`} for update of c`);
  return [...rows];
}

export async function insertSamples(
  tx: Tx,
  rows: readonly (typeof delegationSamples.$inferInsert)[],
): Promise<void> {
  if (rows.length > 0) await tx.insert(delegationSamples).values([...rows]);
}

/** Sends credentials to the desk as samples; what waits there for another reason keeps it. */
export async function putToDesk(tx: Tx, at: { credentialIds: readonly string[]; now: Date }): Promise<void> {
  if (at.credentialIds.length === 0) return;
  await tx
    .update(credentials)
    .set({ deskSince: at.now, deskReason: 'sample', updatedAt: at.now })
    .where(and(inArray(credentials.id, [...at.credentialIds]), isNull(credentials.deskSince)));
}

/** Answers the open sample of a credential, if there is one: whose it was. Index: delegation_samples_open_idx. */
export async function decideSample(
  tx: Tx,
  of: { credentialId: string; outcome: 'agrees' | 'disagrees'; personId: string; now: Date },
): Promise<string | null> {
  const [row] = await tx
    .update(delegationSamples)
    .set({ outcome: of.outcome, decidedAt: of.now, decidedBy: of.personId })
    .where(and(eq(delegationSamples.credentialId, of.credentialId), isNull(delegationSamples.outcome)))
    .returning({ delegationId: delegationSamples.delegationId });
  return row?.delegationId ?? null;
}

/** Revoked delegations on which credentials still rest: a take-back that a crash has cut short. */
export async function listUnfinishedRevocations(q: Queryable): Promise<string[]> {
  const rows = await q.execute<{ id: string }>(sql`
    select d.id from delegations d where d.status = 'revoked' and exists (
      select 1 from verifications v join credentials c on c.id = v.credential_id
        and c.status = 'verified' and c.level = 'primary_source'
      where v.delegation_id = d.id and not exists (select 1 from verifications n
        where n.credential_id = v.credential_id and (n.status_date, n.id) > (v.status_date, v.id)))
    limit 100`);
  return [...rows].map((row) => row.id);
}
