import { and, asc, eq, gt, inArray } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { people, users } from '#db/schema/identity.ts';
import type { UserContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';

/** What tells a person from others of the same name. For screening only; never for logs, URLs or the screens of others. */
export type PrivateDetails = {
  personId: string;
  name: string;
  country: string | null;
  legalGivenName: string | null;
  legalFamilyName: string | null;
  formerFamilyName: string | null;
  birthDate: string | null;
};

const COLUMNS = {
  personId: users.personId,
  name: users.name,
  country: people.country,
  legalGivenName: users.legalGivenName,
  legalFamilyName: users.legalFamilyName,
  formerFamilyName: users.formerFamilyName,
  birthDate: users.birthDate,
};

/** The details of people by id; erased accounts are left out. */
export async function privateDetailsOf(
  q: Queryable,
  personIds: readonly string[],
): Promise<Map<string, PrivateDetails>> {
  if (personIds.length === 0) return new Map();
  const rows = await q
    .select(COLUMNS)
    .from(users)
    .innerJoin(people, eq(people.id, users.personId))
    .where(
      and(inArray(users.personId, [...new Set(personIds)]), inArray(users.status, ['active', 'suspended'])),
    );
  return new Map(rows.map((row) => [row.personId, row]));
}

/** Everybody with an account, page by page in the order of their ids (users_person_key). */
export async function listPrivateDetails(
  q: Queryable,
  at: { after: string | null; limit: number },
): Promise<PrivateDetails[]> {
  return q
    .select(COLUMNS)
    .from(users)
    .innerJoin(people, eq(people.id, users.personId))
    .where(
      and(
        inArray(users.status, ['active', 'suspended']),
        at.after === null ? undefined : gt(users.personId, at.after),
      ),
    )
    .orderBy(asc(users.personId))
    .limit(at.limit);
}

/** Nobody who reads is older, or younger. */
const YOUNGEST_YEARS = 16;
const OLDEST_YEARS = 110;

/**
 * The person says (or takes back, with "") their legal name and birth date, so that they are not taken for somebody else of
 * their name. Optional. They are screened anew. Error `birth_date_unlikely`.
 */
export async function setPrivateDetails(
  ctx: UserContext,
  input: { legalGivenName: string; legalFamilyName: string; formerFamilyName: string; birthDate: string },
): Promise<void> {
  refuseUnlikely(input.birthDate, ctx.clock.now());
  const { personId, userId } = ctx.actor;
  const given = (text: string) => (text === '' ? null : text);
  await transact(ctx, async (tx) => {
    await tx.db
      .update(users)
      .set({
        legalGivenName: given(input.legalGivenName),
        legalFamilyName: given(input.legalFamilyName),
        formerFamilyName: given(input.formerFamilyName),
        birthDate: given(input.birthDate),
      })
      .where(eq(users.id, userId));
    await tx.audit({ action: 'identity.private_details_changed', subject: { kind: 'person', id: personId } });
    await tx.enqueue({
      name: 'registers.look-at-person',
      payload: { personId },
      key: `registers.look-at-person:${personId}`,
    });
  });
}

function refuseUnlikely(birthDate: string, now: Date): void {
  if (birthDate === '') return;
  const today = now.toISOString().slice(0, 10);
  const shifted = (years: number) => `${Number(today.slice(0, 4)) - years}${today.slice(4)}`;
  if (birthDate <= shifted(YOUNGEST_YEARS) && birthDate >= shifted(OLDEST_YEARS)) return;
  const message = 'This birth date cannot be right. Check the year; the field may also be left empty.';
  throw new AppError({
    kind: 'invalid',
    reason: 'birth_date_unlikely',
    message,
    details: [{ code: 'birth_date_unlikely', path: 'birthDate', message }],
  });
}
