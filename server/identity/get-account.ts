import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm';
import { memberships, organisations, sessions, users } from '#db/schema/identity.ts';
import type { OrgKind } from '#server/command/actor.ts';
import type { Capability, Role } from '#server/command/capabilities.ts';
import type { UserContext } from '#server/command/context.ts';
import { present } from '#server/core/assert.ts';
import { isRole, type OrgStatus, sessionState } from './rules.ts';
import { findAuthenticator } from './second-factor-queries.ts';

export type MyOrganisation = {
  id: string;
  legalName: string;
  kind: OrgKind;
  status: OrgStatus;
  statusReason: string | null;
  roles: Role[];
};

export type Account = {
  personId: string;
  name: string;
  email: string;
  isAddressConfirmed: boolean;
  country: string | null;
  activeOrgId: string | null;
  organisations: MyOrganisation[];
  capabilities: Capability[];
  reauthenticatedAt: Date | null;
  /** True when signing in and signing ask for a code of the authenticator app. */
  hasSecondFactor: boolean;
};

/** Who is signed in: their name, organisations with roles, and the rights in the active one. */
export async function getAccount(ctx: UserContext): Promise<Account> {
  const { actor, db } = ctx;
  const [user] = await db
    .select({ name: users.name, email: users.email })
    .from(users)
    .where(eq(users.id, actor.userId));
  const rows = await db
    .select({
      id: organisations.id,
      legalName: organisations.legalName,
      kind: organisations.kind,
      status: organisations.status,
      statusReason: organisations.statusReason,
      roles: sql<string[]>`array_agg(${memberships.role} order by ${memberships.role})`,
    })
    .from(memberships)
    .innerJoin(organisations, eq(organisations.id, memberships.orgId))
    .where(and(eq(memberships.personId, actor.personId), eq(memberships.status, 'active')))
    .groupBy(organisations.id)
    .orderBy(asc(organisations.legalName), asc(organisations.id))
    .limit(200);
  return {
    personId: actor.personId,
    ...present(user, 'The account of a session'),
    isAddressConfirmed: actor.isAddressConfirmed,
    country: actor.country,
    activeOrgId: actor.orgId,
    organisations: rows.map((row) => ({ ...row, roles: row.roles.filter(isRole) })),
    capabilities: [...actor.capabilities],
    reauthenticatedAt: actor.reauthenticatedAt,
    hasSecondFactor: (await findAuthenticator(db, actor.userId))?.confirmedAt != null,
  };
}

export type OpenSession = {
  id: string;
  createdAt: Date;
  lastSeenAt: Date;
  userAgent: string | null;
  country: string | null;
  isThisOne: boolean;
};

/** The person's own sessions that are still good, latest use first; at most 100. */
export async function listOwnSessions(ctx: UserContext): Promise<OpenSession[]> {
  const now = ctx.clock.now();
  const rows = await ctx.db
    .select()
    .from(sessions)
    .where(
      and(eq(sessions.userId, ctx.actor.userId), isNull(sessions.revokedAt), gt(sessions.absoluteUntil, now)),
    )
    .orderBy(sql`${sessions.lastSeenAt} desc`)
    .limit(100);
  return rows
    .filter((row) => sessionState(row, now) === 'open')
    .map((row) => ({
      id: row.id,
      createdAt: row.createdAt,
      lastSeenAt: row.lastSeenAt,
      userAgent: row.userAgent,
      country: row.country,
      isThisOne: row.id === ctx.actor.sessionId,
    }));
}
