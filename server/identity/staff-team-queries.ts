import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { memberships, staffTeamMembers, staffTeams, users } from '#db/schema/identity.ts';
import { AppError } from '#server/core/errors.ts';

export type StaffTeam = typeof staffTeams.$inferSelect;
type Named = { personId: string; name: string };

/** A team of an organisation that exists, locked; `team_unknown` otherwise, for another's too. */
export async function lockTeam(tx: Tx, at: { orgId: string; teamId: string }): Promise<StaffTeam> {
  const [row] = await tx
    .select()
    .from(staffTeams)
    .where(and(eq(staffTeams.id, at.teamId), eq(staffTeams.orgId, at.orgId), isNull(staffTeams.dissolvedAt)))
    .for('update');
  if (!row) throw teamUnknown();
  return row;
}

export function teamUnknown(): AppError {
  return new AppError({
    kind: 'not_found',
    reason: 'team_unknown',
    message: 'There is no such team in your organisation. It may have been dissolved.',
  });
}

/** Whether a team has not been dissolved. */
export async function isTeam(q: Queryable, teamId: string): Promise<boolean> {
  const rows = await q
    .select({ id: staffTeams.id })
    .from(staffTeams)
    .where(and(eq(staffTeams.id, teamId), isNull(staffTeams.dissolvedAt)));
  return rows.length > 0;
}

/** Puts people into a team; who is in it already stays. */
export async function insertMembers(
  tx: Tx,
  of: { teamId: string; personIds: readonly string[]; addedBy: string; now: Date },
): Promise<void> {
  if (of.personIds.length === 0) return;
  await tx
    .insert(staffTeamMembers)
    .values(
      [...new Set(of.personIds)].map((personId) => ({
        teamId: of.teamId,
        personId,
        addedBy: of.addedBy,
        addedAt: of.now,
      })),
    )
    .onConflictDoNothing();
}

export async function deleteMembers(
  tx: Tx,
  of: { teamId: string; personIds: readonly string[] },
): Promise<void> {
  if (of.personIds.length === 0) return;
  await tx
    .delete(staffTeamMembers)
    .where(
      and(eq(staffTeamMembers.teamId, of.teamId), inArray(staffTeamMembers.personId, [...of.personIds])),
    );
}

/** Takes somebody who leaves an organisation out of its teams, and from their lead. */
export async function leaveTeams(tx: Tx, at: { orgId: string; personId: string }): Promise<void> {
  const own = tx.select({ id: staffTeams.id }).from(staffTeams).where(eq(staffTeams.orgId, at.orgId));
  await tx
    .delete(staffTeamMembers)
    .where(and(eq(staffTeamMembers.personId, at.personId), inArray(staffTeamMembers.teamId, own)));
  await tx
    .update(staffTeams)
    .set({ leadId: null })
    .where(and(eq(staffTeams.orgId, at.orgId), eq(staffTeams.leadId, at.personId)));
}

/** Of these people, those who are active members of an organisation. */
export async function membersAmong(
  q: Queryable,
  of: { orgId: string; personIds: readonly string[] },
): Promise<Set<string>> {
  if (of.personIds.length === 0) return new Set();
  const rows = await q
    .selectDistinct({ personId: memberships.personId })
    .from(memberships)
    .where(
      and(
        eq(memberships.orgId, of.orgId),
        eq(memberships.status, 'active'),
        inArray(memberships.personId, [...of.personIds]),
      ),
    );
  return new Set(rows.map((row) => row.personId));
}

/** An organisation's teams by name, with the name of their lead; those of one lead when asked. Index: staff_teams_org_name_key. */
export async function listTeams(
  q: Queryable,
  of: { orgId: string; leadId?: string },
): Promise<{ teamId: string; name: string; lead: Named | null }[]> {
  const rows = await q
    .select({ teamId: staffTeams.id, name: staffTeams.name, leadId: staffTeams.leadId, lead: users.name })
    .from(staffTeams)
    .leftJoin(users, eq(users.personId, staffTeams.leadId))
    .where(
      and(
        eq(staffTeams.orgId, of.orgId),
        isNull(staffTeams.dissolvedAt),
        of.leadId === undefined ? undefined : eq(staffTeams.leadId, of.leadId),
      ),
    )
    .orderBy(asc(sql`lower(${staffTeams.name})`), asc(staffTeams.id))
    .limit(500);
  return rows.map(({ leadId, lead, ...row }) => ({
    ...row,
    lead: leadId === null ? null : { personId: leadId, name: lead ?? 'Somebody' },
  }));
}

/** Who is in the teams of an organisation that exist, by team, names in order. */
export async function listTeamMembers(q: Queryable, orgId: string): Promise<(Named & { teamId: string })[]> {
  return q
    .select({ teamId: staffTeamMembers.teamId, personId: staffTeamMembers.personId, name: users.name })
    .from(staffTeams)
    .innerJoin(staffTeamMembers, eq(staffTeamMembers.teamId, staffTeams.id))
    .innerJoin(users, eq(users.personId, staffTeamMembers.personId))
    .where(and(eq(staffTeams.orgId, orgId), isNull(staffTeams.dissolvedAt)))
    .orderBy(asc(users.name), asc(users.personId))
    .limit(20_000);
}

/** Everybody who belongs to an organisation, by name; at most 5,000. */
export async function listPeople(q: Queryable, orgId: string): Promise<Named[]> {
  return q
    .selectDistinct({ personId: users.personId, name: users.name })
    .from(memberships)
    .innerJoin(users, eq(users.personId, memberships.personId))
    .where(and(eq(memberships.orgId, orgId), eq(memberships.status, 'active'), eq(users.status, 'active')))
    .orderBy(asc(users.name), asc(users.personId))
    .limit(5_000);
}

/** Who is in a team of an organisation, one that was dissolved too, as a plan may have been made with it; null for another's. */
export async function peopleOfTeam(
  q: Queryable,
  at: { orgId: string; teamId: string },
): Promise<Set<string> | null> {
  const [team] = await q
    .select({ id: staffTeams.id })
    .from(staffTeams)
    .where(and(eq(staffTeams.id, at.teamId), eq(staffTeams.orgId, at.orgId)));
  if (!team) return null;
  const rows = await q
    .select({ personId: staffTeamMembers.personId })
    .from(staffTeamMembers)
    .where(eq(staffTeamMembers.teamId, at.teamId));
  return new Set(rows.map((row) => row.personId));
}
