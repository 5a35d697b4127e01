import { and, asc, count, desc, eq, ilike, inArray, isNull, lt, lte, notExists, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Queryable, Tx } from '#db/client.ts';
import {
  agreementSignatures,
  agreements,
  agreementTemplates,
  gateRequirements,
} from '#db/schema/agreements.ts';
import { organisations } from '#db/schema/identity.ts';
import { holding } from '#db/text-pattern.ts';
import type { AgreementKind, AgreementStatus, TemplateKind } from './schemas.ts';

export type AgreementRow = typeof agreements.$inferSelect;
export type SignatureRow = typeof agreementSignatures.$inferSelect;
export type TemplateRow = typeof agreementTemplates.$inferSelect;
export type PartyRow = Pick<
  typeof organisations.$inferSelect,
  'id' | 'kind' | 'legalName' | 'registerNumber' | 'country' | 'status' | 'signatories'
>;

const partyColumns = (table: typeof organisations) => ({
  id: table.id,
  kind: table.kind,
  legalName: table.legalName,
  registerNumber: table.registerNumber,
  country: table.country,
  status: table.status,
  signatories: table.signatories,
});

/** Every requirement ever written, also ended ones, as `class|requirement`; holds off other writers until commit. */
export async function listGateRequirementKeys(tx: Tx): Promise<string[]> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('gate_requirements'))`);
  const rows = await tx
    .select({ dataClass: gateRequirements.dataClass, requirement: gateRequirements.requirement })
    .from(gateRequirements)
    .limit(1000);
  return rows.map((row) => `${row.dataClass}|${row.requirement}`);
}

export async function insertGateRequirements(
  tx: Tx,
  rows: (typeof gateRequirements.$inferInsert)[],
): Promise<void> {
  if (rows.length > 0) await tx.insert(gateRequirements).values(rows);
}

export type GateRequirementRecord = typeof gateRequirements.$inferSelect;

/** Every access rule, also ended ones, by class (gate_requirements_class_idx); there are a few dozen. */
export async function listGateRequirements(q: Queryable): Promise<GateRequirementRecord[]> {
  return q
    .select()
    .from(gateRequirements)
    .orderBy(asc(gateRequirements.dataClass), asc(gateRequirements.validFrom), asc(gateRequirements.id))
    .limit(1000);
}

/** Ends an access rule that has no end yet from `today` on; null when there is none such. */
export async function endGateRequirement(
  tx: Tx,
  at: { id: string; today: string },
): Promise<GateRequirementRecord | null> {
  const [row] = await tx
    .update(gateRequirements)
    .set({ validUntil: at.today })
    .where(and(eq(gateRequirements.id, at.id), isNull(gateRequirements.validUntil)))
    .returning();
  return row ?? null;
}

/** Adds a version of a template; a version that is there stays as it is. */
export async function insertTemplate(
  q: Queryable,
  row: typeof agreementTemplates.$inferInsert,
): Promise<void> {
  await q.insert(agreementTemplates).values(row).onConflictDoNothing();
}

/** The newest version of a kind's template (agreement_templates_kind_version_key). */
export async function findNewestTemplate(q: Queryable, kind: TemplateKind): Promise<TemplateRow | null> {
  const [row] = await q
    .select()
    .from(agreementTemplates)
    .where(eq(agreementTemplates.kind, kind))
    .orderBy(desc(agreementTemplates.version))
    .limit(1);
  return row ?? null;
}

export async function insertAgreement(tx: Tx, row: typeof agreements.$inferInsert): Promise<void> {
  await tx.insert(agreements).values(row);
}

/** The agreement, locked until the transaction ends: signatures and changes of state of one agreement queue up. */
export async function findAgreementForUpdate(tx: Tx, id: string): Promise<AgreementRow | null> {
  const [row] = await tx.select().from(agreements).where(eq(agreements.id, id)).for('update');
  return row ?? null;
}

/** Moves an agreement that is still in `expected`; false when somebody was faster. */
export async function updateAgreement(
  tx: Tx,
  at: { id: string; expected: AgreementStatus },
  set: Partial<typeof agreements.$inferInsert>,
): Promise<boolean> {
  const rows = await tx
    .update(agreements)
    .set(set)
    .where(and(eq(agreements.id, at.id), eq(agreements.status, at.expected)))
    .returning({ id: agreements.id });
  return rows.length === 1;
}

export async function insertSignature(tx: Tx, row: typeof agreementSignatures.$inferInsert): Promise<void> {
  await tx.insert(agreementSignatures).values(row);
}

/** Signatures of an agreement in the order they were made; at most two. */
export async function listSignatures(q: Queryable, agreementIds: readonly string[]): Promise<SignatureRow[]> {
  if (agreementIds.length === 0) return [];
  return q
    .select()
    .from(agreementSignatures)
    .where(inArray(agreementSignatures.agreementId, [...agreementIds]))
    .orderBy(asc(agreementSignatures.signedAt), asc(agreementSignatures.id))
    .limit(agreementIds.length * 2);
}

export type AgreementWithParties = {
  agreement: AgreementRow;
  template: TemplateRow;
  partyA: PartyRow;
  partyB: PartyRow;
};

const partyA = alias(organisations, 'party_a');
const partyB = alias(organisations, 'party_b');

function selectWithParties(q: Queryable) {
  return q
    .select({
      agreement: agreements,
      template: agreementTemplates,
      partyA: partyColumns(partyA as unknown as typeof organisations),
      partyB: partyColumns(partyB as unknown as typeof organisations),
    })
    .from(agreements)
    .innerJoin(agreementTemplates, eq(agreementTemplates.id, agreements.templateId))
    .innerJoin(partyA, eq(partyA.id, agreements.partyAOrgId))
    .innerJoin(partyB, eq(partyB.id, agreements.partyBOrgId));
}

/** An agreement with its template and both parties. */
export async function findAgreement(q: Queryable, id: string): Promise<AgreementWithParties | null> {
  const [row] = await selectWithParties(q).where(eq(agreements.id, id)).limit(1);
  return row ?? null;
}

/** The agreements of an organisation (agreements_party_a_idx, agreements_party_b_idx), newest first. */
export async function listAgreementsOf(q: Queryable, orgId: string): Promise<AgreementWithParties[]> {
  return selectWithParties(q)
    .where(ofOrg(orgId))
    .orderBy(desc(agreements.createdAt), desc(agreements.id))
    .limit(500);
}

/**
 * What waits for an organisation's own signature, however many agreements it has: what the other side has signed first, then by
 * age; with how many there are (agreements_party_a_idx, agreements_party_b_idx, agreement_signatures_side_key).
 */
export async function listWaitingFor(
  q: Queryable,
  at: { orgId: string; limit: number },
): Promise<{ rows: AgreementWithParties[]; total: number }> {
  const waits = and(
    ofOrg(at.orgId),
    inArray(agreements.status, ['sent', 'partially_signed']),
    notExists(
      q
        .select({ one: sql`1` })
        .from(agreementSignatures)
        .where(
          and(eq(agreementSignatures.agreementId, agreements.id), eq(agreementSignatures.orgId, at.orgId)),
        ),
    ),
  );
  const rows = await selectWithParties(q)
    .where(waits)
    // By its letters `partially_signed` comes first.
    .orderBy(asc(agreements.status), asc(agreements.createdAt), asc(agreements.id))
    .limit(at.limit);
  const [counted] = await q.select({ n: count() }).from(agreements).where(waits);
  return { rows, total: counted?.n ?? 0 };
}

/** A page of an organisation's agreements with whom a text names, newest first: ids are made in time order, and are the keyset. */
export async function listAgreementPage(
  q: Queryable,
  at: { orgId: string; text: string; after: string | null; limit: number },
): Promise<AgreementWithParties[]> {
  const pattern = holding(at.text);
  return selectWithParties(q)
    .where(
      and(
        ofOrg(at.orgId),
        at.after === null ? undefined : lt(agreements.id, at.after),
        at.text === '' ? undefined : or(ilike(partyA.legalName, pattern), ilike(partyB.legalName, pattern)),
      ),
    )
    .orderBy(desc(agreements.id))
    .limit(at.limit);
}

const ofOrg = (orgId: string) => or(eq(agreements.partyAOrgId, orgId), eq(agreements.partyBOrgId, orgId));

/** Agreements of a kind in the states of being in force, newest first, of which the caller looks at the days. */
export async function listAgreementsOfKind(q: Queryable, kind: AgreementKind): Promise<AgreementRow[]> {
  return q
    .select()
    .from(agreements)
    .where(
      and(
        eq(agreements.kind, kind),
        inArray(agreements.status, ['active', 'suspended', 'termination_noticed']),
      ),
    )
    .orderBy(desc(agreements.createdAt), desc(agreements.id))
    .limit(2000);
}

/** The agreement of this kind and parties that is in force and would be superseded, locked. */
export async function findStandingForUpdate(
  tx: Tx,
  at: { kind: AgreementKind; partyAOrgId: string; partyBOrgId: string },
): Promise<AgreementRow | null> {
  const [row] = await tx
    .select()
    .from(agreements)
    .where(
      and(
        eq(agreements.kind, at.kind),
        eq(agreements.partyAOrgId, at.partyAOrgId),
        eq(agreements.partyBOrgId, at.partyBOrgId),
        inArray(agreements.status, ['active', 'suspended', 'termination_noticed']),
      ),
    )
    .for('update');
  return row ?? null;
}

/** Agreements whose end day has come but that still stand, locked; others' rows are left to them. */
export async function listDueForEnd(tx: Tx, today: string, limit: number): Promise<AgreementRow[]> {
  return tx
    .select()
    .from(agreements)
    .where(
      and(
        inArray(agreements.status, ['active', 'suspended', 'termination_noticed']),
        lte(agreements.effectiveUntil, today),
      ),
    )
    .orderBy(asc(agreements.id))
    .limit(limit)
    .for('update', { skipLocked: true });
}
