import type { OrgContext } from '#server/command/context.ts';
import { listPeople, listTeamMembers, listTeams } from './staff-team-queries.ts';
import type { TeamsView } from './staff-team-schemas.ts';

/** The acting vendor's teams with their people, and everybody who could be in one; by name. */
export async function viewTeams(ctx: OrgContext): Promise<TeamsView> {
  const { orgId } = ctx.actor;
  const [teams, members, people] = await Promise.all([
    listTeams(ctx.db, { orgId }),
    listTeamMembers(ctx.db, orgId),
    listPeople(ctx.db, orgId),
  ]);
  const byTeam = Map.groupBy(members, (one) => one.teamId);
  return {
    teams: teams.map((team) => ({
      ...team,
      members: (byTeam.get(team.teamId) ?? []).map(({ personId, name }) => ({ personId, name })),
    })),
    people,
  };
}
