import { and, desc, eq, inArray, ne, notInArray, or, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { credentials } from '#db/schema/credentials.ts';
import { users } from '#db/schema/identity.ts';
import type { CredentialRow } from './queries.ts';
import type { CredentialStatus } from './schemas.ts';

const lockOf = (numberKey: unknown) =>
  sql`pg_advisory_xact_lock(hashtextextended('credential:' || ${numberKey}, 0))`;

/**
 * Everybody else's claims of a number that are not over: unproven ones become a discrepancy, all of them go to the desk.
 * The lock makes two people who enter it at once wait for each other. Index: credentials_number_idx.
 */
export async function disputeNumber(
  tx: Tx,
  at: { numberKey: string; personId: string; now: Date },
): Promise<{ id: string; status: CredentialStatus }[]> {
  await tx.execute(sql`select ${lockOf(at.numberKey)}`);
  return tx
    .update(credentials)
    .set({
      status: sql`case when ${credentials.status} in ('claimed', 'verifying', 'unable') then 'discrepancy' else ${credentials.status} end`,
      deskSince: at.now,
      deskReason: 'dispute',
      updatedAt: at.now,
    })
    .where(
      and(
        eq(credentials.numberKey, at.numberKey),
        ne(credentials.personId, at.personId),
        notInArray(credentials.status, ['expired', 'revoked', 'adverse']),
      ),
    )
    .returning({ id: credentials.id, status: credentials.status });
}

/**
 * Whether a number is spent for who claims it now: revoked or adverse, one's own too, or that of somebody else whose claim ran out
 * (registers give a number once). Renewing what ran out oneself is free. Asked under the lock of {@link disputeNumber}.
 */
export async function isNumberSpent(tx: Tx, at: { numberKey: string; personId: string }): Promise<boolean> {
  const [row] = await tx
    .select({ id: credentials.id })
    .from(credentials)
    .where(
      and(
        eq(credentials.numberKey, at.numberKey),
        or(
          inArray(credentials.status, ['revoked', 'adverse']),
          and(ne(credentials.personId, at.personId), eq(credentials.status, 'expired')),
        ),
      ),
    )
    .limit(1);
  return row !== undefined;
}

/**
 * Makes whoever claims or verifies the number of this credential wait until the transaction ends. Asked before the credential is
 * locked, in the order in which a claim locks.
 */
export async function holdNumberOf(tx: Tx, credentialId: string): Promise<void> {
  await tx.execute(
    sql`select ${lockOf(sql`number_key`)} from credentials where id = ${credentialId} and number_key is not null`,
  );
}

/**
 * Sends the credential of somebody else that this number is verified for to the desk, where it does not wait yet; false when there is
 * none. Index: credentials_number_idx.
 */
export async function recallVerified(
  tx: Tx,
  at: { numberKey: string; personId: string; now: Date },
): Promise<boolean> {
  const rows = await tx
    .update(credentials)
    .set({
      deskSince: sql`coalesce(${credentials.deskSince}, ${at.now.toISOString()}::timestamptz)`,
      deskReason: sql`coalesce(${credentials.deskReason}, 'dispute')`,
    })
    .where(
      and(
        eq(credentials.numberKey, at.numberKey),
        ne(credentials.personId, at.personId),
        eq(credentials.status, 'verified'),
      ),
    )
    .returning({ id: credentials.id });
  return rows.length > 0;
}

/** All claims of these numbers, those that are over too (credentials_number_idx), newest first; for operators only. */
export async function listRivals(
  q: Queryable,
  numberKeys: readonly string[],
): Promise<(CredentialRow & { personName: string })[]> {
  if (numberKeys.length === 0) return [];
  const rows = await q
    .select({ credential: credentials, personName: users.name })
    .from(credentials)
    .leftJoin(users, eq(users.personId, credentials.personId))
    .where(inArray(credentials.numberKey, [...numberKeys]))
    .orderBy(desc(credentials.createdAt))
    .limit(500);
  return rows.map((row) => ({ ...row.credential, personName: row.personName ?? 'Erased account' }));
}
