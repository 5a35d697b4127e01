import { inArray } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { qualifications } from '#db/schema/credentials.ts';

export type HeldQualification = {
  personId: string;
  kind: 'privacy_training' | 'protocol_training' | 'exam';
  validUntil: Date | null;
};

/** What many people have passed, in one statement, for boards that show a whole team. Index qualifications_person_idx. */
export function qualificationsOfPeople(
  q: Queryable,
  personIds: readonly string[],
): Promise<HeldQualification[]> {
  if (personIds.length === 0) return Promise.resolve([]);
  return q
    .select({
      personId: qualifications.personId,
      kind: qualifications.kind,
      validUntil: qualifications.validUntil,
    })
    .from(qualifications)
    .where(inArray(qualifications.personId, [...personIds]));
}
