import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { memberships, organisations, people, sessions, users } from '#db/schema/identity.ts';
import type { OrgKind } from '#server/command/actor.ts';
import type { Role } from '#server/command/capabilities.ts';
import { AppError } from '#server/core/errors.ts';
import { isRole, type OrgStatus } from './rules.ts';

export type Organisation = {
  id: string;
  kind: OrgKind;
  legalName: string;
  registerNumber: string | null;
  domain: string | null;
  country: string;
  status: OrgStatus;
  /** Person ids who may sign for it, as checked by the operator. */
  signatories: string[];
};

export type OrgMember = { personId: string; name: string; email: string; roles: Role[]; since: Date };

const organisationColumns = {
  id: organisations.id,
  kind: organisations.kind,
  legalName: organisations.legalName,
  registerNumber: organisations.registerNumber,
  domain: organisations.domain,
  country: organisations.country,
  status: organisations.status,
  signatories: organisations.signatories,
};

/** An organisation by id, or null. */
export async function findOrganisation(q: Queryable, orgId: string): Promise<Organisation | null> {
  const [row] = await q.select(organisationColumns).from(organisations).where(eq(organisations.id, orgId));
  return row ?? null;
}

/** Organisations by id; unknown ids are left out. */
export async function organisationsById(
  q: Queryable,
  orgIds: readonly string[],
): Promise<Map<string, Organisation>> {
  if (orgIds.length === 0) return new Map();
  const rows = await q
    .select(organisationColumns)
    .from(organisations)
    .where(inArray(organisations.id, [...new Set(orgIds)]));
  return new Map(rows.map((row) => [row.id, row]));
}

/** The organisation that runs this installation (R1). Throws `platform_missing` before it has been set up. */
export async function getPlatformOrg(q: Queryable): Promise<Organisation> {
  const [row] = await q
    .select(organisationColumns)
    .from(organisations)
    .where(eq(organisations.kind, 'platform'));
  if (row === undefined) {
    throw new AppError({
      kind: 'precondition',
      reason: 'platform_missing',
      message: 'This installation has no platform organisation yet. Seed it, or create its first operator.',
    });
  }
  return row;
}

/** Display names of people; an erased person is called "Erased person". Unknown ids are left out. */
export async function namesOfPeople(
  q: Queryable,
  personIds: readonly string[],
): Promise<Map<string, { name: string }>> {
  if (personIds.length === 0) return new Map();
  const rows = await q
    .select({ personId: users.personId, name: users.name })
    .from(users)
    .where(inArray(users.personId, [...new Set(personIds)]));
  return new Map(rows.map((row) => [row.personId, { name: row.name }]));
}

/** Active members of an organisation with their roles, by name; at most `limit` (5,000). */
export async function listOrgMembers(
  q: Queryable,
  orgId: string,
  options: { limit?: number } = {},
): Promise<OrgMember[]> {
  const rows = await q
    .select({
      personId: users.personId,
      name: users.name,
      email: users.email,
      roles: sql<string[]>`array_agg(${memberships.role} order by ${memberships.role})`,
      since: sql<Date>`min(${memberships.createdAt})`.mapWith(memberships.createdAt),
    })
    .from(memberships)
    .innerJoin(users, eq(users.personId, memberships.personId))
    .where(and(eq(memberships.orgId, orgId), eq(memberships.status, 'active')))
    .groupBy(users.personId, users.name, users.email)
    .orderBy(asc(users.name), asc(users.personId))
    .limit(Math.min(options.limit ?? 5_000, 5_000));
  return rows.map((row) => ({ ...row, roles: row.roles.filter(isRole) }));
}

/** The operators of the platform, whose desks incidents, appeals and the money's rail are. */
export async function listOperators(q: Queryable): Promise<{ personId: string; orgId: string }[]> {
  const { id: orgId } = await getPlatformOrg(q);
  return (await listOrgMembers(q, orgId))
    .filter((member) => member.roles.includes('operator'))
    .map(({ personId }) => ({ personId, orgId }));
}

/** The country a person gave at sign-up (ISO 3166-1 alpha-2), or null. */
export async function personCountry(q: Queryable, personId: string): Promise<string | null> {
  const [row] = await q.select({ country: people.country }).from(people).where(eq(people.id, personId));
  return row?.country ?? null;
}

/** The roles a person holds in an organisation now. */
export async function rolesOfPerson(q: Queryable, orgId: string, personId: string): Promise<Role[]> {
  const rows = await q
    .select({ role: memberships.role })
    .from(memberships)
    .where(
      and(eq(memberships.orgId, orgId), eq(memberships.personId, personId), eq(memberships.status, 'active')),
    );
  return rows.map((row) => row.role).filter(isRole);
}

/** The address at which a person can be reached by a payment rail or by mail; never for logs or screens of others. */
export async function contactOf(q: Queryable, personId: string): Promise<string> {
  const [row] = await q.select({ email: users.email }).from(users).where(eq(users.personId, personId));
  if (row === undefined) {
    throw new AppError({
      kind: 'not_found',
      reason: 'person_not_found',
      message: 'This account does not exist any more.',
    });
  }
  return row.email;
}

/** The in-house unit of a sponsor (ADR 029), or null. Index: organisations_in_house_key. */
export async function findInHouse(
  q: Queryable,
  sponsorOrgId: string,
): Promise<typeof organisations.$inferSelect | null> {
  const [row] = await q.select().from(organisations).where(eq(organisations.inHouseOf, sponsorOrgId));
  return row ?? null;
}

/** The sponsor whose in-house unit an organisation is, or null for every other. */
export async function sponsorOfInHouse(q: Queryable, orgId: string): Promise<string | null> {
  const [row] = await q
    .select({ sponsorOrgId: organisations.inHouseOf })
    .from(organisations)
    .where(eq(organisations.id, orgId));
  return row?.sponsorOrgId ?? null;
}

export { countOpenInvitations } from './queries.ts';
export { listTeamMembers, listTeams, peopleOfTeam, teamUnknown } from './staff-team-queries.ts';

/** The browser a session was opened with, for the evidence of a signature. */
export async function findUserAgent(q: Queryable, sessionId: string): Promise<string | null> {
  const [row] = await q
    .select({ userAgent: sessions.userAgent })
    .from(sessions)
    .where(and(eq(sessions.id, sessionId), isNull(sessions.revokedAt)));
  return row?.userAgent ?? null;
}
