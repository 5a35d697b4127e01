import type { OrgContext } from '#server/command/context.ts';
import { listTeams, teamUnknown } from '#server/identity/reads.ts';
import type { BenchInput } from './roster-view-schemas.ts';
import { viewBench } from './view-bench.ts';

/**
 * How far a team is booked, for the person who leads it: hours offered and booked by person and week, as on the bench, and of
 * nobody else's people. Without a team named, the first they lead. Rates and margins are in none of it (R21). Null for who
 * leads no team; `team_unknown` for a team that somebody else leads.
 */
export async function viewLedTeam(ctx: OrgContext, input: BenchInput) {
  const { orgId, personId } = ctx.actor;
  const led = await listTeams(ctx.db, { orgId, leadId: personId });
  const team = input.teamId === null ? led[0] : led.find((one) => one.teamId === input.teamId);
  if (team === undefined) {
    if (input.teamId !== null) throw teamUnknown();
    return null;
  }
  const { teams: _all, ...bench } = await viewBench(ctx, { ...input, teamId: team.teamId });
  const own = new Set(led.map((one) => one.name));
  return {
    teamId: team.teamId,
    name: team.name,
    bench: {
      ...bench,
      // In which other teams somebody is, is the vendor's to know.
      people: bench.people.map((one) => ({ ...one, teams: one.teams.filter((name) => own.has(name)) })),
    },
    led: led.map(({ teamId, name }) => ({ teamId, name })),
  };
}
