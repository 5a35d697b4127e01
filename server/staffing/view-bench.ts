import type { OrgContext } from '#server/command/context.ts';
import { snapshotCredentials } from '#server/credentials/reads.ts';
import { isInForce } from '#server/credentials/rules.ts';
import { listTeamMembers, listTeams, teamUnknown } from '#server/identity/reads.ts';
import { daysAfter, hoursInWeek } from './availability-rules.ts';
import { listDaysAway } from './days-away.ts';
import { bookedHours, earliestStart, toAvailability } from './gather-roster.ts';
import type { Holiday } from './public-holidays.ts';
import {
  type Booking,
  listAvailability,
  listBookings,
  listReadingStaff,
  type StaffRow,
} from './roster-queries.ts';
import type { BenchInput, BenchView } from './roster-view-schemas.ts';
import { hoursIn } from './view-plan.ts';

const WEEKS = 8;
const MOST_CREDENTIALS = 3;

type Line = StaffRow & {
  zone: string | null;
  isKnown: boolean;
  weeks: { offered: number; booked: number }[];
  own: Booking[];
  holidays: Holiday[];
};

/**
 * Who of the acting vendor's people is booked how far in the next eight weeks, and who is free: sums over all, and a page of
 * people, the freest first or by name. What somebody gives to another vendor is taken off what they offer here and not shown:
 * whom else they work for is their own business.
 */
export async function viewBench(ctx: OrgContext, input: BenchInput): Promise<BenchView> {
  const now = ctx.clock.now();
  const first = earliestStart(now);
  const mondays = Array.from({ length: WEEKS }, (_, week) => daysAfter(first, week * 7));
  const { orgId } = ctx.actor;
  const [teams, inTeams] = await Promise.all([listTeams(ctx.db, { orgId }), listTeamMembers(ctx.db, orgId)]);
  if (input.teamId !== null && !teams.some((team) => team.teamId === input.teamId)) throw teamUnknown();
  const nameOf = new Map(teams.map((team) => [team.teamId, team.name]));
  const teamsOf = Map.groupBy(inTeams, (one) => one.personId);
  const isWanted = (line: Line) =>
    input.teamId === null || (teamsOf.get(line.personId) ?? []).some((one) => one.teamId === input.teamId);
  const all = (await linesOf(ctx, mondays)).filter(isWanted);
  const known = all.filter((line) => line.isKnown);
  const wanted = input.text.toLocaleLowerCase();
  const found = all.filter((line) => line.name.toLocaleLowerCase().includes(wanted));
  const ordered = input.sort === 'free' ? found.toSorted((a, b) => freeOf(b) - freeOf(a)) : found;
  // Somebody who has left since is not found, and the list begins anew.
  const from = ordered.findIndex((line) => line.personId === input.after) + 1;
  const rows = ordered.slice(from, from + input.limit);
  const snapshots = await snapshotCredentials(
    ctx.db,
    rows.map((line) => line.personId),
    now,
  );
  return {
    mondays,
    teams: teams.map(({ teamId, name }) => ({ teamId, name })),
    sums: {
      people: all.length,
      known: known.length,
      idle: known.filter((line) => total(line, 'booked') === 0 && total(line, 'offered') > 0).length,
      offered: known.reduce((sum, line) => sum + total(line, 'offered'), 0),
      booked: known.reduce((sum, line) => sum + total(line, 'booked'), 0),
    },
    next: from + rows.length < ordered.length ? (rows.at(-1)?.personId ?? null) : null,
    people: rows.map(({ personId, name, country, zone, isKnown, weeks, own, holidays }) => ({
      personId,
      name,
      country,
      timezone: zone,
      hasAvailability: isKnown,
      holidays,
      credentials: (snapshots.get(personId)?.credentials ?? [])
        .filter((one) => isInForce(one, now))
        .slice(0, MOST_CREDENTIALS)
        .map((one) => one.title),
      teams: (teamsOf.get(personId) ?? []).map((one) => nameOf.get(one.teamId) ?? ''),
      weeks,
      on: own.map((one) => ({
        contractId: one.contractId,
        title: one.title,
        role: one.role,
        status: one.status,
        hours: hoursIn(one.hours).reduce((a, b) => a + b, 0),
      })),
    })),
  };
}

const total = (line: Line, pick: 'offered' | 'booked') =>
  line.weeks.reduce((sum, week) => sum + week[pick], 0);
/** Hours that could still be given; of somebody who has said nothing, none that are known. */
const freeOf = (line: Line) =>
  line.isKnown ? Math.max(0, total(line, 'offered') - total(line, 'booked')) : -1;

/** What each reading person offers and is booked for, by name. */
async function linesOf(ctx: OrgContext, mondays: readonly string[]): Promise<Line[]> {
  const { orgId } = ctx.actor;
  const staff = await listReadingStaff(ctx.db, orgId);
  const ids = staff.map((one) => one.personId);
  const from = mondays[0] ?? '';
  const [availability, days, bookings] = await Promise.all([
    listAvailability(ctx.db, ids),
    listDaysAway(ctx.db, { orgId, personIds: ids, from, to: daysAfter(from, WEEKS * 7 - 1) }),
    listBookings(ctx.db, ids),
  ]);
  const booked = Map.groupBy(bookings, (one) => one.personId);
  return staff.map((one) => {
    const row = availability.get(one.personId);
    const [own, elsewhere] = [
      (booked.get(one.personId) ?? []).filter((booking) => booking.vendorOrgId === orgId),
      (booked.get(one.personId) ?? []).filter((booking) => booking.vendorOrgId !== orgId),
    ];
    return {
      ...one,
      zone: row?.timezone ?? null,
      isKnown: row !== undefined,
      holidays: days.get(one.personId)?.holidays ?? [],
      own,
      weeks: mondays.map((monday) => {
        const hours = row ? hoursInWeek(toAvailability(row), days.get(one.personId)?.away ?? [], monday) : 0;
        return {
          offered: Math.max(0, hours - bookedHours(elsewhere, monday)),
          booked: bookedHours(own, monday),
        };
      }),
    };
  });
}
