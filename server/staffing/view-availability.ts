import type { UserContext } from '#server/command/context.ts';
import { organisationsById } from '#server/identity/reads.ts';
import { toAvailability } from './gather-roster.ts';
import { findTimezone, listAbsences, listAvailability, listBookings } from './roster-queries.ts';
import type { AvailabilityView } from './roster-view-schemas.ts';
import { hoursIn } from './view-plan.ts';

/** What the acting person has said about their time, the days they are away, and what rosters ask of them. */
export async function viewAvailability(ctx: UserContext): Promise<AvailabilityView> {
  const { personId } = ctx.actor;
  const today = ctx.clock.now().toISOString().slice(0, 10);
  const [rows, away, asked, zone] = await Promise.all([
    listAvailability(ctx.db, [personId]),
    listAbsences(ctx.db, [personId], today),
    listBookings(ctx.db, [personId]),
    findTimezone(ctx.db, personId),
  ]);
  const vendors = await organisationsById(
    ctx.db,
    asked.map((one) => one.vendorOrgId),
  );
  const row = rows.get(personId);
  const availability = row ? toAvailability(row) : null;
  return {
    availability:
      row && availability
        ? { ...availability, windows: [...availability.windows], updatedAt: row.updatedAt }
        : null,
    suggestedTimezone: zone ?? 'UTC',
    timezones: ['UTC', ...Intl.supportedValuesOf('timeZone').filter((one) => one !== 'UTC')],
    absences: away.map(({ id, fromOn, toOn }) => ({ absenceId: id, fromOn, toOn })),
    asked: asked.map((one) => ({
      assignmentId: one.assignmentId,
      title: one.title,
      vendor: vendors.get(one.vendorOrgId)?.legalName ?? 'A vendor',
      role: one.role,
      status: one.status,
      startOn: one.startOn,
      hours: hoursIn(one.hours),
    })),
  };
}
