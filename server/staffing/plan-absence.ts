import { and, eq, isNull } from 'drizzle-orm';
import { absences } from '#db/schema/staffing-rosters.ts';
import type { UserContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { daysAfter } from './availability-rules.ts';
import { findPlan, listBookings } from './roster-queries.ts';

const LONGEST_DAYS = 400;

/**
 * Enters days on which the acting person does not work; no reason is asked. Whoever planned them for those weeks is told that
 * hours need somebody else, and nothing else: what is done about it is the vendor's to decide.
 */
export async function planAbsence(
  ctx: UserContext,
  input: { fromOn: string; toOn: string },
): Promise<{ absenceId: string; touched: number }> {
  const { personId } = ctx.actor;
  const today = ctx.clock.now().toISOString().slice(0, 10);
  const refuse = (path: string, message: string): never => {
    throw new AppError({
      kind: 'invalid',
      reason: 'absence_refused',
      message,
      details: [{ code: 'absence_refused', path, message }],
    });
  };
  if (input.toOn < today) refuse('toOn', 'These days are over. Enter days from today on.');
  if ((Date.parse(input.toOn) - Date.parse(input.fromOn)) / DAY > LONGEST_DAYS)
    refuse('toOn', 'That is more than a year. Lower your hours a week instead.');
  return transact(ctx, async (tx) => {
    const absenceId = newId();
    await tx.db.insert(absences).values({ id: absenceId, personId, ...input, createdAt: tx.now });
    const touched = (await listBookings(tx.db, [personId])).filter((one) => isTouched(one, input));
    for (const booking of touched) {
      const plan = await findPlan(tx.db, booking.planId);
      await notifyPerson(tx, {
        personId: plan?.chosenBy ?? plan?.createdBy ?? personId,
        orgId: booking.vendorOrgId,
        kind: 'roster_absence',
        title: `Somebody on the roster of ${booking.title} is away from ${sayDay(input.fromOn)} to ${sayDay(input.toOn)}`,
        href: `/vendor/roster/${booking.contractId}`,
        detail: { assignmentId: booking.assignmentId },
      });
    }
    await tx.audit({
      action: 'staffing.absence_planned',
      subject: { kind: 'absence', id: absenceId },
      detail: { touched: touched.length },
    });
    return { absenceId, touched: touched.length };
  });
}

/** True when the booking has hours in a week that the absence lies in. */
function isTouched(
  booking: { startOn: string; hours: unknown },
  absence: { fromOn: string; toOn: string },
): boolean {
  if (!Array.isArray(booking.hours)) return false;
  return booking.hours.some((hours, week) => {
    const monday = daysAfter(booking.startOn, week * 7);
    return hours > 0 && monday <= absence.toOn && daysAfter(monday, 6) >= absence.fromOn;
  });
}

/** Takes an absence of the acting person back; `not_found` for anybody else's, or when it was taken back already. */
export async function withdrawAbsence(ctx: UserContext, input: { absenceId: string }): Promise<void> {
  await transact(ctx, async (tx) => {
    const [row] = await tx.db
      .update(absences)
      .set({ withdrawnAt: tx.now })
      .where(
        and(
          eq(absences.id, input.absenceId),
          eq(absences.personId, ctx.actor.personId),
          isNull(absences.withdrawnAt),
        ),
      )
      .returning({ id: absences.id });
    if (!row)
      throw new AppError({
        kind: 'not_found',
        reason: 'absence_not_found',
        message: 'There is no such absence of yours.',
      });
    await tx.audit({ action: 'staffing.absence_withdrawn', subject: { kind: 'absence', id: row.id } });
  });
}
