import type { OrgContext } from '#server/command/context.ts';
import { snapshotCredentials } from '#server/credentials/reads.ts';
import { isInForce } from '#server/credentials/rules.ts';
import { daysAfter, hoursInWeek } from './availability-rules.ts';
import { bookedHours, earliestStart, toAvailability } from './gather-roster.ts';
import { listAbsences, listAvailability, listBookings, listReadingStaff } from './roster-queries.ts';
import type { BenchView } from './roster-view-schemas.ts';
import { hoursIn } from './view-plan.ts';

const WEEKS = 8;
const MOST_CREDENTIALS = 3;

/**
 * Who of the acting vendor's people is booked how far in the next eight weeks, and who is free. What somebody gives to another
 * vendor is taken off what they offer here and not shown: whom else they work for is their own business.
 */
export async function viewBench(ctx: OrgContext): Promise<BenchView> {
  const { orgId } = ctx.actor;
  const now = ctx.clock.now();
  const first = earliestStart(now);
  const mondays = Array.from({ length: WEEKS }, (_, week) => daysAfter(first, week * 7));
  const staff = await listReadingStaff(ctx.db, orgId);
  const ids = staff.map((one) => one.personId);
  const [availability, absences, bookings, snapshots] = await Promise.all([
    listAvailability(ctx.db, ids),
    listAbsences(ctx.db, ids, first),
    listBookings(ctx.db, ids),
    snapshotCredentials(ctx.db, ids, now),
  ]);
  const away = Map.groupBy(absences, (one) => one.personId);
  const booked = Map.groupBy(bookings, (one) => one.personId);
  return {
    mondays,
    people: staff.map(({ personId, name, country }) => {
      const row = availability.get(personId);
      const [own, elsewhere] = [
        (booked.get(personId) ?? []).filter((one) => one.vendorOrgId === orgId),
        (booked.get(personId) ?? []).filter((one) => one.vendorOrgId !== orgId),
      ];
      return {
        personId,
        name,
        country,
        timezone: row?.timezone ?? null,
        hasAvailability: row !== undefined,
        credentials: (snapshots.get(personId)?.credentials ?? [])
          .filter((one) => isInForce(one, now))
          .slice(0, MOST_CREDENTIALS)
          .map((one) => one.title),
        weeks: mondays.map((monday) => {
          const hours = row ? hoursInWeek(toAvailability(row), away.get(personId) ?? [], monday) : 0;
          return {
            offered: Math.max(0, hours - bookedHours(elsewhere, monday)),
            booked: bookedHours(own, monday),
          };
        }),
        on: own.map((one) => ({
          contractId: one.contractId,
          title: one.title,
          role: one.role,
          status: one.status,
          hours: hoursIn(one.hours).reduce((a, b) => a + b, 0),
        })),
      };
    }),
  };
}
