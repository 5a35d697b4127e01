import { and, asc, desc, eq, gt, gte, inArray, isNull, lt, lte, notInArray, or, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { credentials, qualifications, verifications } from '#db/schema/credentials.ts';
import { memberships } from '#db/schema/identity.ts';
import type { CredentialStatus } from './schemas.ts';

export type CredentialRow = typeof credentials.$inferSelect;
export type VerificationRow = typeof verifications.$inferSelect;
export type QualificationRow = typeof qualifications.$inferSelect;

/** The most credentials read for one person, and the most that are not over in a wallet. */
export const WALLET_LIMIT = 100;
/** What no longer counts and is not checked again by itself. */
const OVER: CredentialStatus[] = ['expired', 'revoked', 'adverse'];

export async function insertCredential(tx: Tx, row: typeof credentials.$inferInsert): Promise<void> {
  await tx.insert(credentials).values(row);
}

export async function insertVerification(tx: Tx, row: typeof verifications.$inferInsert): Promise<void> {
  await tx.insert(verifications).values(row);
}

export async function insertQualification(tx: Tx, row: typeof qualifications.$inferInsert): Promise<void> {
  await tx.insert(qualifications).values(row);
}

/** A credential, locked until the transaction ends. */
export async function findCredentialForUpdate(tx: Tx, id: string): Promise<CredentialRow | null> {
  const [row] = await tx.select().from(credentials).where(eq(credentials.id, id)).for('update');
  return row ?? null;
}

/** Changes a credential that is still in `expected`; false when somebody was faster. */
export async function updateCredential(
  tx: Tx,
  at: { id: string; expected: CredentialStatus },
  set: Partial<
    Pick<CredentialRow, 'status' | 'level' | 'updatedAt' | 'deskSince' | 'deskReason' | 'recheckOn'>
  >,
): Promise<boolean> {
  const rows = await tx
    .update(credentials)
    .set(set)
    .where(and(eq(credentials.id, at.id), eq(credentials.status, at.expected)))
    .returning({ id: credentials.id });
  return rows.length === 1;
}

/**
 * The wallets of several people (credentials_person_idx), oldest first: of each at most the limit, what is over left out first and
 * then the oldest that nobody has verified, so that a long wallet takes nothing from anybody else's.
 */
export async function listCredentialsOf(
  q: Queryable,
  personIds: readonly string[],
): Promise<CredentialRow[]> {
  if (personIds.length === 0) return [];
  const kept = sql`(
    select k.id from unnest(${sql.param([...personIds])}::uuid[]) as p(id) cross join lateral (
      select c.id from credentials c where c.person_id = p.id
      order by c.status = any(${sql.param(OVER)}::text[]), c.status <> 'verified', c.created_at desc, c.id
      limit ${WALLET_LIMIT}) k)`;
  return q
    .select()
    .from(credentials)
    .where(sql`${credentials.id} in ${kept}`)
    .orderBy(asc(credentials.personId), asc(credentials.createdAt), asc(credentials.id));
}

/** How many credentials that are not over a person has (credentials_person_idx). */
export async function countLive(q: Queryable, personId: string): Promise<number> {
  return q.$count(credentials, and(eq(credentials.personId, personId), notInArray(credentials.status, OVER)));
}

/** The last check of each credential. */
export async function lastVerifications(
  q: Queryable,
  credentialIds: readonly string[],
): Promise<Map<string, VerificationRow>> {
  if (credentialIds.length === 0) return new Map();
  const rows = await q
    .selectDistinctOn([verifications.credentialId])
    .from(verifications)
    .where(inArray(verifications.credentialId, [...credentialIds]))
    .orderBy(verifications.credentialId, desc(verifications.statusDate), desc(verifications.id));
  return new Map(rows.map((row) => [row.credentialId, row]));
}

/** The newest check that found a credential good (verifications_credential_idx); null when none did. */
export async function findLastGoodCheck(
  q: Queryable,
  credentialId: string,
): Promise<Pick<VerificationRow, 'sourceAsOf' | 'statusDate'> | null> {
  const [row] = await q
    .select({ sourceAsOf: verifications.sourceAsOf, statusDate: verifications.statusDate })
    .from(verifications)
    .where(and(eq(verifications.credentialId, credentialId), eq(verifications.status, 'validated')))
    .orderBy(desc(verifications.statusDate), desc(verifications.id))
    .limit(1);
  return row ?? null;
}

/** Every check of these credentials, newest first (verifications_credential_idx). */
export async function listHistory(
  q: Queryable,
  credentialIds: readonly string[],
): Promise<VerificationRow[]> {
  if (credentialIds.length === 0) return [];
  return q
    .select()
    .from(verifications)
    .where(inArray(verifications.credentialId, [...credentialIds]))
    .orderBy(desc(verifications.statusDate), desc(verifications.id))
    .limit(2000);
}

/** Verified credentials that are due to be checked again by a day and do not wait yet, page by page. Index: credentials_recheck_idx. */
export async function listDueAgain(tx: Tx, at: { by: string; limit: number }): Promise<CredentialRow[]> {
  return tx
    .select()
    .from(credentials)
    .where(
      and(
        eq(credentials.status, 'verified'),
        lte(credentials.recheckOn, at.by),
        isNull(credentials.deskSince),
      ),
    )
    .orderBy(asc(credentials.recheckOn), asc(credentials.id))
    .limit(at.limit)
    .for('update', { skipLocked: true });
}

/** Verified credentials whose day to be checked again has passed. Index: credentials_recheck_idx. */
export async function listOverdue(tx: Tx, at: { today: string; limit: number }): Promise<CredentialRow[]> {
  return tx
    .select()
    .from(credentials)
    .where(and(eq(credentials.status, 'verified'), lt(credentials.recheckOn, at.today)))
    .orderBy(asc(credentials.recheckOn), asc(credentials.id))
    .limit(at.limit)
    .for('update', { skipLocked: true });
}

/** Expires everything whose last day has passed; returns what it changed, at most `limit`. */
export async function expireCredentials(
  tx: Tx,
  at: { today: string; now: Date; limit: number },
): Promise<{ id: string; personId: string; title: string; expiresOn: string | null }[]> {
  const due = tx
    .select({ id: credentials.id })
    .from(credentials)
    .where(
      and(
        inArray(credentials.status, ['claimed', 'verifying', 'verified', 'unable', 'discrepancy']),
        lt(credentials.expiresOn, at.today),
      ),
    )
    .orderBy(asc(credentials.id))
    .limit(at.limit)
    .for('update', { skipLocked: true });
  return tx
    .update(credentials)
    .set({ status: 'expired', updatedAt: at.now })
    .where(inArray(credentials.id, due))
    .returning({
      id: credentials.id,
      personId: credentials.personId,
      title: credentials.title,
      expiresOn: credentials.expiresOn,
    });
}

/** What a person has learned and passed (qualifications_person_idx), newest first. */
export async function listQualificationsOf(q: Queryable, personId: string): Promise<QualificationRow[]> {
  return q
    .select()
    .from(qualifications)
    .where(eq(qualifications.personId, personId))
    .orderBy(desc(qualifications.passedAt), desc(qualifications.id))
    .limit(500);
}

/** True when the person is an active member of the organisation in any role. */
export async function isMember(q: Queryable, at: { orgId: string; personId: string }): Promise<boolean> {
  const rows = await q
    .select({ id: memberships.id })
    .from(memberships)
    .where(
      and(
        eq(memberships.orgId, at.orgId),
        eq(memberships.personId, at.personId),
        eq(memberships.status, 'active'),
        isNull(memberships.endedAt),
      ),
    )
    .limit(1);
  return rows.length === 1;
}

/** Those among some people who hold a verified credential that does not end before a day (credentials_person_idx). */
export async function listHoldersInDate(
  q: Queryable,
  of: { personIds: readonly string[]; today: string },
): Promise<Set<string>> {
  if (of.personIds.length === 0) return new Set();
  const rows = await q
    .selectDistinct({ personId: credentials.personId })
    .from(credentials)
    .where(
      and(
        sql`${credentials.personId} = any (${sql.param([...of.personIds])}::uuid[])`,
        eq(credentials.status, 'verified'),
        or(isNull(credentials.expiresOn), gte(credentials.expiresOn, of.today)),
      ),
    );
  return new Set(rows.map((row) => row.personId));
}

/** People who claim an NPI, page by page in the order of their ids. */
export async function listHoldersOfKind(
  q: Queryable,
  at: { kind: string; after: string | null; limit: number },
): Promise<string[]> {
  const rows = await q
    .selectDistinct({ personId: credentials.personId })
    .from(credentials)
    .where(
      and(
        eq(credentials.kind, at.kind),
        at.after === null ? undefined : gt(credentials.personId, at.after),
        sql`${credentials.status} not in ('revoked', 'adverse')`,
      ),
    )
    .orderBy(asc(credentials.personId))
    .limit(at.limit);
  return rows.map((row) => row.personId);
}

/** Whose credential of this kind it is; null when there is none. */
export async function findHolderOf(q: Queryable, at: { id: string; kind: string }): Promise<string | null> {
  const [row] = await q
    .select({ personId: credentials.personId })
    .from(credentials)
    .where(and(eq(credentials.id, at.id), eq(credentials.kind, at.kind)));
  return row?.personId ?? null;
}

/** Credentials that count and whose last day lies from `from` to `to`, page by page in the order of their ids. */
export async function listExpiring(
  q: Queryable,
  at: { from: string; to: string; after: string | null; limit: number },
): Promise<{ id: string; personId: string; title: string; expiresOn: string | null }[]> {
  return q
    .select({
      id: credentials.id,
      personId: credentials.personId,
      title: credentials.title,
      expiresOn: credentials.expiresOn,
    })
    .from(credentials)
    .where(
      and(
        inArray(credentials.status, ['claimed', 'verifying', 'verified']),
        gte(credentials.expiresOn, at.from),
        lte(credentials.expiresOn, at.to),
        at.after === null ? undefined : gt(credentials.id, at.after),
      ),
    )
    .orderBy(asc(credentials.id))
    .limit(at.limit);
}
