import { and, eq, isNull, lt, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { memberships, organisations, people, sessions, users } from '#db/schema/identity.ts';
import type { UserActor } from '#server/command/actor.ts';
import { capabilitiesOf } from '#server/command/capabilities.ts';
import { type Clock, plus } from '#server/core/clock.ts';
import { isId } from '#server/core/ids.ts';
import { isRole, needsTouch, SESSION_TOUCH_MS, sessionState } from './rules.ts';

/**
 * The person behind a session id, with the rights of their roles in the active organisation, or null when the
 * session is unknown, revoked, idle (15 min), too old (12 h), or its account is not active. Read on every request,
 * so an ended membership or session takes effect with the next call.
 */
export async function loadUserActor(
  q: Queryable,
  clock: Clock,
  sessionId: string,
): Promise<UserActor | null> {
  return (await loadSession(q, clock, sessionId))?.actor ?? null;
}

/**
 * As `loadUserActor`, also of a session that nobody has used for 15 minutes, as long as it is neither revoked nor at its end (12 h):
 * its holder has left the screen, which is locked, and has not signed out. For the heartbeat of leases alone (R28), see
 * `heldProcedure`: whoever sits down at that screen gets nothing by it, and the session is as idle after it as before.
 */
export async function loadIdleUserActor(
  q: Queryable,
  clock: Clock,
  sessionId: string,
): Promise<UserActor | null> {
  return (await loadSession(q, clock, sessionId, ['open', 'idle']))?.actor ?? null;
}

/**
 * As `loadUserActor`, and notes that the session is in use; written at most once a minute. `personId`: whose use it is, when the page has
 * said so; a session of somebody else is not used by it.
 */
export async function loadAndTouchUserActor(
  q: Queryable,
  clock: Clock,
  sessionId: string,
  personId: string | null = null,
): Promise<UserActor | null> {
  const session = await loadSession(q, clock, sessionId);
  if (session === null) return null;
  if (personId !== null && session.actor.personId !== personId) return session.actor;
  const now = clock.now();
  if (needsTouch(session.lastSeenAt, now)) {
    await q
      .update(sessions)
      .set({ lastSeenAt: now })
      .where(
        and(
          eq(sessions.id, sessionId),
          isNull(sessions.revokedAt),
          lt(sessions.lastSeenAt, plus(now, -SESSION_TOUCH_MS + 1)),
        ),
      );
  }
  return session.actor;
}

async function loadSession(
  q: Queryable,
  clock: Clock,
  sessionId: string,
  states: readonly ReturnType<typeof sessionState>[] = ['open'],
): Promise<{ actor: UserActor; lastSeenAt: Date } | null> {
  if (!isId(sessionId)) return null;
  // Primary keys all along; the roles come from memberships_org_person_role_key.
  const [row] = await q
    .select({
      userId: sessions.userId,
      activeOrgId: sessions.activeOrgId,
      lastSeenAt: sessions.lastSeenAt,
      absoluteUntil: sessions.absoluteUntil,
      reauthenticatedAt: sessions.reauthenticatedAt,
      secondFactorAt: sessions.secondFactorAt,
      sessionCountry: sessions.country,
      personId: users.personId,
      emailVerifiedAt: users.emailVerifiedAt,
      personCountry: people.country,
      orgKind: organisations.kind,
      orgStatus: organisations.status,
      roles: sql<string[] | null>`(select array_agg(m.role) from ${memberships} m
        where m.org_id = ${sessions.activeOrgId} and m.person_id = ${users.personId} and m.status = 'active')`,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .innerJoin(people, eq(people.id, users.personId))
    .leftJoin(organisations, eq(organisations.id, sessions.activeOrgId))
    .where(and(eq(sessions.id, sessionId), isNull(sessions.revokedAt), eq(users.status, 'active')));
  if (row === undefined || !states.includes(sessionState(row, clock.now()))) return null;
  const roles = (row.roles ?? []).filter(isRole);
  const isMember = row.activeOrgId !== null && roles.length > 0;
  return {
    lastSeenAt: row.lastSeenAt,
    actor: {
      kind: 'user',
      userId: row.userId,
      personId: row.personId,
      sessionId,
      orgId: isMember ? row.activeOrgId : null,
      orgKind: isMember ? row.orgKind : null,
      orgVerified: isMember && row.orgStatus === 'verified',
      isAddressConfirmed: row.emailVerifiedAt !== null,
      capabilities: capabilitiesOf(roles),
      reauthenticatedAt: row.reauthenticatedAt,
      secondFactorAt: row.secondFactorAt,
      country: row.sessionCountry ?? row.personCountry,
    },
  };
}
