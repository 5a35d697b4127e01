import { eq } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { authenticators, memberships, organisations, people, sessions, users } from '#db/schema/identity.ts';
import type { OrgKind, UserActor } from '#server/command/actor.ts';
import { capabilitiesOf, type Role } from '#server/command/capabilities.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type Clock, HOUR, plus, systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { sealSecret } from '#server/identity/seal-secret.ts';

let serial = 0;

/** An organisation, verified unless told otherwise. */
export async function makeOrganisation(
  db: Database,
  input: { kind: OrgKind; legalName?: string; country?: string; verified?: boolean; clock?: Clock },
): Promise<{ id: string; kind: OrgKind; verified: boolean }> {
  serial += 1;
  const verified = input.verified ?? true;
  const now = (input.clock ?? systemClock).now();
  const row = {
    id: newId(),
    kind: input.kind,
    legalName: input.legalName ?? `${input.kind} ${serial}`,
    country: input.country ?? 'US',
    domain: `org${serial}.example`,
    status: verified ? ('verified' as const) : ('unverified' as const),
    createdAt: now,
    verifiedAt: verified ? now : null,
  };
  await db.insert(organisations).values(row);
  return { id: row.id, kind: input.kind, verified };
}

/** A person with a login; the password hash is not one that can sign in (use the sign-up command for that). */
export async function makePerson(
  db: Database,
  input: { name?: string; email?: string; country?: string; passwordHash?: string; clock?: Clock } = {},
): Promise<{ personId: string; userId: string; name: string; country: string }> {
  serial += 1;
  const now = (input.clock ?? systemClock).now();
  const personId = newId();
  const userId = newId();
  const name = input.name ?? `Person ${serial}`;
  const country = input.country ?? 'US';
  await db.insert(people).values({ id: personId, country, createdAt: now });
  await db.insert(users).values({
    id: userId,
    personId,
    email: input.email ?? `person${serial}-${userId.slice(-6)}@example.test`,
    name,
    passwordHash: input.passwordHash ?? 'unusable',
    createdAt: now,
    emailVerifiedAt: now,
  });
  return { personId, userId, name, country };
}

/** Gives a person roles in an organisation and returns the context in which they act for it. */
export async function makeMember(
  db: Database,
  input: {
    org: { id: string; kind: OrgKind; verified: boolean };
    roles: readonly Role[];
    person?: { personId: string; userId: string; country: string };
    clock?: Clock;
  },
): Promise<OrgContext> {
  const clock = input.clock ?? systemClock;
  const person = input.person ?? (await makePerson(db, { clock }));
  const now = clock.now();
  await db.insert(memberships).values(
    input.roles.map((role) => ({
      id: newId(),
      orgId: input.org.id,
      personId: person.personId,
      role,
      createdAt: now,
    })),
  );
  return signInMember(db, { ...input, person, clock });
}

/** A session of somebody who is a member already, and the context in which they act. */
export async function signInMember(
  db: Database,
  input: {
    org: { id: string; kind: OrgKind; verified: boolean };
    roles: readonly Role[];
    person: { personId: string; userId: string; country: string };
    clock: Clock;
  },
): Promise<OrgContext> {
  const { person, clock } = input;
  const now = clock.now();
  const sessionId = newId();
  await db.insert(sessions).values({
    id: sessionId,
    userId: person.userId,
    activeOrgId: input.org.id,
    createdAt: now,
    lastSeenAt: now,
    absoluteUntil: plus(now, 12 * HOUR),
    reauthenticatedAt: now,
    country: person.country,
  });
  const actor: UserActor & { orgId: string } = {
    kind: 'user',
    userId: person.userId,
    personId: person.personId,
    sessionId,
    orgId: input.org.id,
    orgKind: input.org.kind,
    orgVerified: input.org.verified,
    isAddressConfirmed: true,
    capabilities: capabilitiesOf(input.roles),
    reauthenticatedAt: now,
    secondFactorAt: null,
    country: person.country,
  };
  return { db, clock, actor, requestId: newId() };
}

/** An authenticator app for a person, its secret known to the test; a code of it was given in every session of theirs. */
export async function makeSecondFactor(
  db: Database,
  who: { personId: string },
  at: { secret?: Uint8Array; clock?: Clock } = {},
): Promise<void> {
  const now = (at.clock ?? systemClock).now();
  const [user] = await db.select({ id: users.id }).from(users).where(eq(users.personId, who.personId));
  if (user === undefined) throw new Error('Only somebody with an account has an authenticator.');
  const secret = at.secret ?? new TextEncoder().encode('12345678901234567890');
  await db
    .insert(authenticators)
    .values({
      userId: user.id,
      sealedSecret: sealSecret(secret, {
        userId: user.id,
        appSecret: process.env.NEXTAUTH_SECRET ?? 'a secret for tests alone',
      }),
      createdAt: now,
      confirmedAt: now,
    })
    .onConflictDoNothing();
  await db.update(sessions).set({ secondFactorAt: now }).where(eq(sessions.userId, user.id));
}
