import { and, count, desc, eq, gt, inArray, isNotNull, isNull, ne, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import {
  invitations,
  memberships,
  organisations,
  people,
  sessions,
  signInFailures,
  users,
} from '#db/schema/identity.ts';
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

/** Locks a person's row until the transaction ends. */
export async function lockPerson(q: Queryable, personId: string): Promise<void> {
  await q.select({ id: people.id }).from(people).where(eq(people.id, personId)).for('update');
}

/** True when the person has an organisation of one already. */
export async function hasIndependentOrg(q: Queryable, personId: string): Promise<boolean> {
  const [row] = await q
    .select({ id: organisations.id })
    .from(memberships)
    .innerJoin(organisations, eq(organisations.id, memberships.orgId))
    .where(and(eq(memberships.personId, personId), eq(organisations.kind, 'independent')))
    .limit(1);
  return row !== undefined;
}

export type Invitation = typeof invitations.$inferSelect;

/** The invitation with this token's hash, or null. Index invitations_token_key. */
export async function findInvitation(q: Queryable, tokenHash: string): Promise<Invitation | null> {
  const [row] = await q.select().from(invitations).where(eq(invitations.tokenHash, tokenHash));
  return row ?? null;
}

const openTo = (orgId: string, now: Date) =>
  and(
    eq(invitations.orgId, orgId),
    isNull(invitations.acceptedAt),
    isNull(invitations.revokedAt),
    gt(invitations.expiresAt, now),
  );

/** Open invitations of an organisation, newest first, from after one of them on. Index invitations_org_idx. */
export function listOpenInvitations(
  q: Queryable,
  of: { orgId: string; now: Date; after: string | null; limit: number },
): Promise<Invitation[]> {
  return q
    .select()
    .from(invitations)
    .where(
      and(
        openTo(of.orgId, of.now),
        of.after === null
          ? undefined
          : sql`(${invitations.createdAt}, ${invitations.id}) < (select i.created_at, i.id from invitations i where i.id = ${of.after})`,
      ),
    )
    .orderBy(desc(invitations.createdAt), desc(invitations.id))
    .limit(of.limit);
}

/** How many invitations of an organisation are open. */
export function countOpenInvitations(q: Queryable, of: { orgId: string; now: Date }): Promise<number> {
  return q.$count(invitations, openTo(of.orgId, of.now));
}

/** How many people other than `personId` hold `role` in the organisation. */
export async function countOthersInRole(
  q: Queryable,
  input: { orgId: string; role: string; personId: string },
): Promise<number> {
  const [row] = await q
    .select({ n: count() })
    .from(memberships)
    .where(
      and(
        eq(memberships.orgId, input.orgId),
        eq(memberships.role, input.role),
        eq(memberships.status, 'active'),
        ne(memberships.personId, input.personId),
      ),
    );
  return row?.n ?? 0;
}

/** The organisations a person is in, in id order. Index memberships_person_idx. */
export async function listOwnOrgIds(q: Queryable, personId: string): Promise<string[]> {
  const rows = await q
    .selectDistinct({ orgId: memberships.orgId })
    .from(memberships)
    .where(and(eq(memberships.personId, personId), eq(memberships.status, 'active')))
    .orderBy(memberships.orgId);
  return rows.map((row) => row.orgId);
}

/** True when somebody else is in the organisation. */
export async function hasOtherMembers(q: Queryable, orgId: string, personId: string): Promise<boolean> {
  const [row] = await q
    .select({ id: memberships.id })
    .from(memberships)
    .where(
      and(eq(memberships.orgId, orgId), eq(memberships.status, 'active'), ne(memberships.personId, personId)),
    )
    .limit(1);
  return row !== undefined;
}

/** Which of these people have confirmed their address. Index users_person_key. */
export async function listConfirmedAddresses(
  q: Queryable,
  personIds: readonly string[],
): Promise<Set<string>> {
  if (personIds.length === 0) return new Set();
  const rows = await q
    .select({ personId: users.personId })
    .from(users)
    .where(and(inArray(users.personId, [...personIds]), isNotNull(users.emailVerifiedAt)));
  return new Set(rows.map((row) => row.personId));
}
