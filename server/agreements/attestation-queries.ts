import { and, desc, eq, inArray, isNull } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { workforceAttestations } from '#db/schema/agreements.ts';
import { organisations } from '#db/schema/identity.ts';

export type AttestationRow = typeof workforceAttestations.$inferSelect;

export async function insertAttestation(
  tx: Tx,
  row: typeof workforceAttestations.$inferInsert,
): Promise<void> {
  await tx.insert(workforceAttestations).values(row);
}

/** An attestation, locked until the transaction ends. */
export async function findAttestationForUpdate(tx: Tx, id: string): Promise<AttestationRow | null> {
  const [row] = await tx
    .select()
    .from(workforceAttestations)
    .where(eq(workforceAttestations.id, id))
    .for('update');
  return row ?? null;
}

export async function updateAttestation(
  tx: Tx,
  id: string,
  set: Partial<Pick<AttestationRow, 'confirmedAt' | 'revokedAt'>>,
): Promise<void> {
  await tx.update(workforceAttestations).set(set).where(eq(workforceAttestations.id, id));
}

/** Takes back what an organisation has attested of a person and the person has not confirmed; a new one replaces it. */
export async function revokeUnconfirmed(
  tx: Tx,
  at: { orgId: string; personId: string; now: Date },
): Promise<void> {
  await tx
    .update(workforceAttestations)
    .set({ revokedAt: at.now })
    .where(
      and(
        eq(workforceAttestations.orgId, at.orgId),
        eq(workforceAttestations.personId, at.personId),
        isNull(workforceAttestations.confirmedAt),
        isNull(workforceAttestations.revokedAt),
      ),
    );
}

/** The newest attestation of each person by an organisation that was not taken back (workforce_attestations_person_idx). */
export async function newestAttestations(
  q: Queryable,
  at: { orgId: string; personIds: readonly string[] },
): Promise<Map<string, AttestationRow>> {
  if (at.personIds.length === 0) return new Map();
  const rows = await q
    .selectDistinctOn([workforceAttestations.personId])
    .from(workforceAttestations)
    .where(
      and(
        eq(workforceAttestations.orgId, at.orgId),
        inArray(workforceAttestations.personId, [...at.personIds]),
        isNull(workforceAttestations.revokedAt),
      ),
    )
    .orderBy(
      workforceAttestations.personId,
      desc(workforceAttestations.attestedAt),
      desc(workforceAttestations.id),
    );
  return new Map(rows.map((row) => [row.personId, row]));
}

/** What organisations attest of a person, newest first, those taken back aside. */
export async function listAttestationsOf(
  q: Queryable,
  personId: string,
): Promise<(AttestationRow & { orgName: string })[]> {
  const rows = await q
    .select({ attestation: workforceAttestations, orgName: organisations.legalName })
    .from(workforceAttestations)
    .innerJoin(organisations, eq(organisations.id, workforceAttestations.orgId))
    .where(and(eq(workforceAttestations.personId, personId), isNull(workforceAttestations.revokedAt)))
    .orderBy(desc(workforceAttestations.attestedAt))
    .limit(50);
  return rows.map((row) => ({ ...row.attestation, orgName: row.orgName }));
}
