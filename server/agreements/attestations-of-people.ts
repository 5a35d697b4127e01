import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { workforceAttestations } from '#db/schema/agreements.ts';

export type HeldAttestation = {
  personId: string;
  confirmedAt: Date | null;
  /** Last day of validity, `YYYY-MM-DD`. */
  validUntil: string;
  privacyTrainingOn: string;
};

/** An organisation's unrevoked attestations of many people (R19), in one statement. Index workforce_attestations_person_idx. */
export function attestationsOfPeople(
  q: Queryable,
  input: { orgId: string; personIds: readonly string[] },
): Promise<HeldAttestation[]> {
  if (input.personIds.length === 0) return Promise.resolve([]);
  return q
    .select({
      personId: workforceAttestations.personId,
      confirmedAt: workforceAttestations.confirmedAt,
      validUntil: workforceAttestations.validUntil,
      privacyTrainingOn: workforceAttestations.privacyTrainingOn,
    })
    .from(workforceAttestations)
    .where(
      and(
        inArray(workforceAttestations.personId, [...input.personIds]),
        eq(workforceAttestations.orgId, input.orgId),
        isNull(workforceAttestations.revokedAt),
      ),
    );
}
