import { eq } from 'drizzle-orm';
import { absences, availability, holidayChoices, workedHolidays } from '#db/schema/staffing-rosters.ts';
import type { CommandTx } from '#server/command/transaction.ts';

/** Deletes what somebody said about their time; part of erasing an account. Rosters keep the pseudonym and the hours. */
export async function forgetAvailability(tx: CommandTx, personId: string): Promise<void> {
  await tx.db.delete(availability).where(eq(availability.personId, personId));
  await tx.db.delete(holidayChoices).where(eq(holidayChoices.personId, personId));
  await tx.db.delete(workedHolidays).where(eq(workedHolidays.personId, personId));
  await tx.db.delete(absences).where(eq(absences.personId, personId));
}
