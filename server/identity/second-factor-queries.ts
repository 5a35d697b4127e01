import { and, count, eq, inArray, isNotNull, isNull, lt, or, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { authenticators, recoveryCodes, sessions, users } from '#db/schema/identity.ts';
import { HOUR } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';

export type Authenticator = typeof authenticators.$inferSelect;

/** The account's authenticator, confirmed or not, or null. */
export async function findAuthenticator(q: Queryable, userId: string): Promise<Authenticator | null> {
  const [row] = await q.select().from(authenticators).where(eq(authenticators.userId, userId));
  return row ?? null;
}

/** Begins an enrolment, or begins it again; false when a confirmed one is there. */
export async function putUnconfirmed(
  q: Queryable,
  row: { userId: string; sealedSecret: string; now: Date },
): Promise<boolean> {
  const rows = await q
    .insert(authenticators)
    .values({ userId: row.userId, sealedSecret: row.sealedSecret, createdAt: row.now })
    .onConflictDoUpdate({
      target: authenticators.userId,
      set: { sealedSecret: row.sealedSecret, createdAt: row.now, lastStep: null },
      setWhere: isNull(authenticators.confirmedAt),
    })
    .returning({ userId: authenticators.userId });
  return rows.length === 1;
}

/** Counts one more tried code in this hour and returns how many there are; one statement, so a race counts each. */
export async function countCodeTry(q: Queryable, userId: string, now: Date): Promise<number> {
  const hour = new Date(Math.floor(now.getTime() / HOUR) * HOUR);
  const [row] = await q
    .update(authenticators)
    .set({
      tries: sql`case when ${authenticators.triesHour} = ${hour.toISOString()}::timestamptz then ${authenticators.tries} + 1 else 1 end`,
      triesHour: hour,
    })
    .where(eq(authenticators.userId, userId))
    .returning({ tries: authenticators.tries });
  return row?.tries ?? 0;
}

/** Takes a step's code; false when that step or a later one was taken already: of two at once one wins. */
export async function takeStep(q: Queryable, at: { userId: string; step: number }): Promise<boolean> {
  const rows = await q
    .update(authenticators)
    .set({ lastStep: at.step, tries: 0 })
    .where(
      and(
        eq(authenticators.userId, at.userId),
        or(isNull(authenticators.lastStep), lt(authenticators.lastStep, at.step)),
      ),
    )
    .returning({ userId: authenticators.userId });
  return rows.length === 1;
}

/** Uses up a recovery code (recovery_codes_user_key); false when there is none such or it was used. */
export async function takeRecoveryCode(
  q: Queryable,
  at: { userId: string; codeHash: string; now: Date },
): Promise<boolean> {
  const rows = await q
    .update(recoveryCodes)
    .set({ usedAt: at.now })
    .where(
      and(
        eq(recoveryCodes.userId, at.userId),
        eq(recoveryCodes.codeHash, at.codeHash),
        isNull(recoveryCodes.usedAt),
      ),
    )
    .returning({ id: recoveryCodes.id });
  return rows.length === 1;
}

/** Confirms the enrolment with this secret; false when it is confirmed, or was begun again with another. */
export async function confirmAuthenticator(
  q: Queryable,
  at: { userId: string; sealedSecret: string; now: Date },
): Promise<boolean> {
  const rows = await q
    .update(authenticators)
    .set({ confirmedAt: at.now })
    .where(
      and(
        eq(authenticators.userId, at.userId),
        eq(authenticators.sealedSecret, at.sealedSecret),
        isNull(authenticators.confirmedAt),
      ),
    )
    .returning({ userId: authenticators.userId });
  return rows.length === 1;
}

/** Removes the authenticator with its recovery codes, and what sessions gained by it; false when there was none. */
export async function deleteSecondFactor(q: Queryable, userId: string): Promise<boolean> {
  await q.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
  const rows = await q
    .delete(authenticators)
    .where(eq(authenticators.userId, userId))
    .returning({ confirmedAt: authenticators.confirmedAt });
  await q
    .update(sessions)
    .set({ secondFactorAt: null })
    .where(and(eq(sessions.userId, userId), isNotNull(sessions.secondFactorAt)));
  return rows.some((row) => row.confirmedAt !== null);
}

/** Replaces all recovery codes of an account. */
export async function replaceRecoveryCodes(
  q: Queryable,
  at: { userId: string; hashes: readonly string[]; now: Date },
): Promise<void> {
  await q.delete(recoveryCodes).where(eq(recoveryCodes.userId, at.userId));
  await q
    .insert(recoveryCodes)
    .values(at.hashes.map((codeHash) => ({ id: newId(), userId: at.userId, codeHash, createdAt: at.now })));
}

/** How many recovery codes are left. */
export async function countRecoveryCodes(q: Queryable, userId: string): Promise<number> {
  const [row] = await q
    .select({ n: count() })
    .from(recoveryCodes)
    .where(and(eq(recoveryCodes.userId, userId), isNull(recoveryCodes.usedAt)));
  return row?.n ?? 0;
}

/** Notes that a code was given in a session. */
export async function markSecondFactor(q: Queryable, at: { sessionId: string; now: Date }): Promise<void> {
  await q.update(sessions).set({ secondFactorAt: at.now }).where(eq(sessions.id, at.sessionId));
}

/** Which of these people have a second factor. Index users_person_key. */
export async function listSecured(q: Queryable, personIds: readonly string[]): Promise<Set<string>> {
  if (personIds.length === 0) return new Set();
  const rows = await q
    .select({ personId: users.personId })
    .from(users)
    .innerJoin(authenticators, eq(authenticators.userId, users.id))
    .where(and(inArray(users.personId, [...personIds]), isNotNull(authenticators.confirmedAt)));
  return new Set(rows.map((row) => row.personId));
}
