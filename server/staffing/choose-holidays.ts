import { and, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { holidayChoices, holidayDefaults, workedHolidays } from '#db/schema/staffing-rosters.ts';
import type { OrgContext, UserContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import type { chooseHolidaysInput, holidayDefaultInput, workOnHolidayInput } from './holiday-schemas.ts';
import { type HolidayCalendar, isCalendar } from './public-holidays.ts';

/**
 * Says whose public holidays the acting person keeps: as their vendor has set it, those of their own country, of another
 * calendar, or none. It counts in rosters made from now on; hours that were accepted stay accepted. Errors: `calendar_unknown`.
 */
export async function chooseHolidays(
  ctx: UserContext,
  input: z.infer<typeof chooseHolidaysInput>,
): Promise<void> {
  const { personId } = ctx.actor;
  if (input.keeps === 'calendar') await requireCalendar(input);
  await transact(ctx, async (tx) => {
    if (input.keeps === 'vendor') {
      await tx.db.delete(holidayChoices).where(eq(holidayChoices.personId, personId));
    } else {
      const calendar = input.keeps === 'calendar' ? input : { country: null, region: null };
      const row = {
        keeps: input.keeps !== 'none',
        country: calendar.country,
        region: calendar.region,
        updatedAt: tx.now,
      };
      await tx.db
        .insert(holidayChoices)
        .values({ personId, ...row })
        .onConflictDoUpdate({ target: holidayChoices.personId, set: row });
    }
    await tx.audit({
      action: 'staffing.holidays_chosen',
      subject: { kind: 'person', id: personId },
      detail: { keeps: input.keeps },
    });
  });
}

/** The acting person works on a public holiday, or keeps it after all. Saying it twice changes nothing. */
export async function workOnHoliday(
  ctx: UserContext,
  input: z.infer<typeof workOnHolidayInput>,
): Promise<void> {
  const { personId } = ctx.actor;
  await transact(ctx, async (tx) => {
    if (input.works)
      await tx.db.insert(workedHolidays).values({ personId, onDay: input.on }).onConflictDoNothing();
    else
      await tx.db
        .delete(workedHolidays)
        .where(and(eq(workedHolidays.personId, personId), eq(workedHolidays.onDay, input.on)));
    await tx.audit({
      action: 'staffing.holiday_worked',
      subject: { kind: 'person', id: personId },
      detail: { on: input.on, works: input.works },
    });
  });
}

/** Sets whose public holidays count for the acting vendor's people who have not chosen themselves. Errors: `calendar_unknown`. */
export async function setHolidayDefault(
  ctx: OrgContext,
  input: z.infer<typeof holidayDefaultInput>,
): Promise<void> {
  const { orgId, personId } = ctx.actor;
  if (input.mode === 'calendar') await requireCalendar(input);
  await transact(ctx, async (tx) => {
    if (input.mode === 'off') await tx.db.delete(holidayDefaults).where(eq(holidayDefaults.orgId, orgId));
    else {
      const calendar = input.mode === 'calendar' ? input : { country: null, region: null };
      const row = {
        country: calendar.country,
        region: calendar.region,
        setBy: personId,
        updatedAt: tx.now,
      };
      await tx.db
        .insert(holidayDefaults)
        .values({ orgId, ...row })
        .onConflictDoUpdate({ target: holidayDefaults.orgId, set: row });
    }
    await tx.audit({
      action: 'staffing.holiday_default_set',
      subject: { kind: 'organisation', id: orgId },
      detail: { mode: input.mode },
    });
  });
}

async function requireCalendar(of: HolidayCalendar): Promise<void> {
  if (await isCalendar({ country: of.country, region: of.region })) return;
  const message =
    'There is no calendar of public holidays for this country and region. Choose one of the list.';
  throw new AppError({
    kind: 'invalid',
    reason: 'calendar_unknown',
    message,
    details: [{ code: 'calendar_unknown', path: 'country', message }],
  });
}
