import { and, asc, eq, ilike, or } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { registerSpecialties } from '#db/schema/registers.ts';
import { findCurrent } from './import-queries.ts';

/** The name of a NUCC code in the version in use; null when that version has none such, `no_register` without any. */
export async function specialtyNamed(q: Queryable, code: string): Promise<string | null | 'no_register'> {
  const current = await findCurrent(q, 'nucc');
  if (current === null) return 'no_register';
  const [row] = await q
    .select({ name: registerSpecialties.displayName })
    .from(registerSpecialties)
    .where(and(eq(registerSpecialties.importId, current.id), eq(registerSpecialties.code, code)));
  return row?.name ?? null;
}

/** Specialties of the version in use whose code begins with, or whose name holds, what is typed; at most 20, by name. */
export async function searchSpecialties(
  q: Queryable,
  text: string,
): Promise<{ code: string; name: string }[]> {
  const current = await findCurrent(q, 'nucc');
  if (current === null) return [];
  const typed = text.replaceAll(/[%_\\]/g, '');
  return q
    .select({ code: registerSpecialties.code, name: registerSpecialties.displayName })
    .from(registerSpecialties)
    .where(
      and(
        eq(registerSpecialties.importId, current.id),
        or(
          ilike(registerSpecialties.displayName, `%${typed}%`),
          ilike(registerSpecialties.code, `${typed}%`),
        ),
      ),
    )
    .orderBy(asc(registerSpecialties.displayName))
    .limit(20);
}
