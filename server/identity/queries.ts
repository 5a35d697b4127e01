import { and, eq, isNull, ne, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { memberships, organisations, sessions, signInFailures, users } from '#db/schema/identity.ts';
import { HOUR } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';

export type Account = typeof users.$inferSelect;

/** The account of a (lower-case) address, or null. Index users_email_key. */
export async function findAccountByEmail(q: Queryable, email: string): Promise<Account | null> {
  const [row] = await q.select().from(users).where(eq(users.email, email));
  return row ?? null;
}

/** The account with this id, or null. */
export async function findAccount(q: Queryable, userId: string): Promise<Account | null> {
  const [row] = await q.select().from(users).where(eq(users.id, userId));
  return row ?? null;
}

function hourOf(now: Date): Date {
  return new Date(Math.floor(now.getTime() / HOUR) * HOUR);
}

/** Counts one more try for an address in this hour and returns how many there are; one statement, so a race counts each. */
export async function countSignInTry(q: Queryable, email: string, now: Date): Promise<number> {
  const [row] = await q
    .insert(signInFailures)
    .values({ email, hour: hourOf(now), failures: 1 })
    .onConflictDoUpdate({
      target: [signInFailures.email, signInFailures.hour],
      set: { failures: sql`${signInFailures.failures} + 1` },
    })
    .returning({ failures: signInFailures.failures });
  return row?.failures ?? 0;
}

/** Forgets an address's failures after the right password. */
export async function clearSignInTries(q: Queryable, email: string): Promise<void> {
  await q.delete(signInFailures).where(eq(signInFailures.email, email));
}

/** The first organisation a person joined and is still in; where they land at sign-in. Index memberships_person_idx. */
export async function findHomeOrgId(q: Queryable, personId: string): Promise<string | null> {
  const [row] = await q
    .select({ orgId: memberships.orgId })
    .from(memberships)
    .where(and(eq(memberships.personId, personId), eq(memberships.status, 'active')))
    .orderBy(memberships.createdAt, memberships.id)
    .limit(1);
  return row?.orgId ?? null;
}

/** Ends a user's open sessions, all or all but one; returns how many. */
export async function revokeSessions(
  q: Queryable,
  input: { userId: string; now: Date; reason: string; except?: string },
): Promise<number> {
  const rows = await q
    .update(sessions)
    .set({ revokedAt: input.now, revokedReason: input.reason })
    .where(
      and(
        eq(sessions.userId, input.userId),
        isNull(sessions.revokedAt),
        input.except === undefined ? undefined : ne(sessions.id, input.except),
      ),
    )
    .returning({ id: sessions.id });
  return rows.length;
}

/** Locks an organisation's row until the transaction ends, so that changes to its members come one after another. */
export async function lockOrganisation(
  q: Queryable,
  orgId: string,
): Promise<typeof organisations.$inferSelect | null> {
  const [row] = await q.select().from(organisations).where(eq(organisations.id, orgId)).for('update');
  return row ?? null;
}

/** Gives a person a role, again if they had it before; false when they hold it already. */
export async function upsertMembership(
  q: Queryable,
  input: { orgId: string; personId: string; role: string; now: Date },
): Promise<boolean> {
  const rows = await q
    .insert(memberships)
    .values({
      id: newId(),
      orgId: input.orgId,
      personId: input.personId,
      role: input.role,
      createdAt: input.now,
    })
    .onConflictDoUpdate({
      target: [memberships.orgId, memberships.personId, memberships.role],
      set: { status: 'active', endedAt: null },
      setWhere: ne(memberships.status, 'active'),
    })
    .returning({ id: memberships.id });
  return rows.length > 0;
}
