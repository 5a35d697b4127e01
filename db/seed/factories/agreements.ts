import { eq } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { agreements, windDownDuties, workforceAttestations } from '#db/schema/agreements.ts';
import { organisations } from '#db/schema/identity.ts';
import { ensureGateRequirements } from '#server/agreements/ensure-gate-requirements.ts';
import { ensureTemplates } from '#server/agreements/ensure-templates.ts';
import { findNewestTemplate } from '#server/agreements/queries.ts';
import { partiesOf } from '#server/agreements/rules.ts';
import type { AgreementKind, AgreementStatus } from '#server/agreements/schemas.ts';
import type { OrgKind } from '#server/command/actor.ts';
import { present } from '#server/core/assert.ts';
import { type Clock, DAY, plus, systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { makeOrganisation, makeSecondFactor } from './identity.ts';

type Org = { id: string; kind: OrgKind };

const dayOf = (date: Date) => date.toISOString().slice(0, 10);

/** The rows the gate and the documents need; every test that opens assets calls it once. Idempotent. */
export async function makeGateReady(db: Database, clock: Clock = systemClock): Promise<void> {
  await ensureGateRequirements(db);
  await ensureTemplates(db, clock.now());
}

/** The installation's platform organisation, made when there is none. */
export async function makePlatform(
  db: Database,
  clock: Clock = systemClock,
): Promise<{ id: string; kind: OrgKind; verified: boolean }> {
  const [row] = await db.select().from(organisations).where(eq(organisations.kind, 'platform'));
  if (row) return { id: row.id, kind: 'platform', verified: true };
  return makeOrganisation(db, { kind: 'platform', legalName: 'Readroom Operations Inc.', clock });
}

/** An agreement of an organisation with the platform, in force since 30 days, without a document. */
export async function makeAgreement(
  db: Database,
  input: {
    kind: AgreementKind;
    org: Org;
    status?: AgreementStatus;
    effectiveFrom?: string;
    effectiveUntil?: string | null;
    clock?: Clock;
  },
): Promise<string> {
  const clock = input.clock ?? systemClock;
  await ensureTemplates(db, clock.now());
  const platform = await makePlatform(db, clock);
  const template = present(await findNewestTemplate(db, input.kind), 'The template');
  const id = newId();
  await db.insert(agreements).values({
    id,
    kind: input.kind,
    templateId: template.id,
    ...partiesOf({ orgId: input.org.id, orgKind: input.org.kind, platformOrgId: platform.id }),
    status: input.status ?? 'active',
    effectiveFrom: input.effectiveFrom ?? dayOf(plus(clock.now(), -30 * DAY)),
    effectiveUntil: input.effectiveUntil ?? null,
    createdAt: clock.now(),
    activatedAt: clock.now(),
  });
  return id;
}

/** A workforce attestation of a person by an organisation, confirmed unless told otherwise. */
export async function makeAttestation(
  db: Database,
  input: {
    orgId: string;
    personId: string;
    attestedBy?: string;
    confirmed?: boolean;
    validUntil?: string;
    clock?: Clock;
  },
): Promise<string> {
  const now = (input.clock ?? systemClock).now();
  const id = newId();
  await db.insert(workforceAttestations).values({
    id,
    orgId: input.orgId,
    personId: input.personId,
    relation: 'employed',
    privacyTrainingOn: dayOf(plus(now, -10 * DAY)),
    attestedBy: input.attestedBy ?? input.personId,
    attestedAt: now,
    confirmedAt: (input.confirmed ?? true) ? now : null,
    validUntil: input.validUntil ?? dayOf(plus(now, 355 * DAY)),
  });
  return id;
}

/** The kinds of agreement each data class asks of the sponsor's hop and of the hop below (R18). */
const CHAIN: Record<string, { sponsor: AgreementKind[]; below: AgreementKind[] }> = {
  phi: { sponsor: ['baa'], below: ['subcontractor_baa'] },
  limited_data_set: { sponsor: ['dua'], below: ['dua'] },
  deidentified_safe_harbor: { sponsor: [], below: ['no_reidentification'] },
  deidentified_expert: { sponsor: [], below: ['no_reidentification'] },
  // The clauses are asked for where a reader is outside of adequate countries.
  eu_personal: { sponsor: ['dpa', 'scc'], below: ['dpa', 'scc'] },
  synthetic: { sponsor: [], below: [] },
  public: { sponsor: [], below: [] },
};

/**
 * Everything the gate asks for so that these people may open data of the class: rules, agreements on every hop and
 * confirmed attestations. `via` is the vendor, the person's own organisation, or the sponsor itself for its panel.
 * Evidence is the dataset's own. Call it once per pair of organisations and class.
 */
export async function makeAccessChain(
  db: Database,
  input: { sponsor: Org; via: Org; personIds: readonly string[]; dataClass: string; clock?: Clock },
): Promise<void> {
  const clock = input.clock ?? systemClock;
  await makeGateReady(db, clock);
  await makePlatform(db, clock);
  const chain = present(CHAIN[input.dataClass], 'The data class');
  for (const kind of chain.sponsor) await ensureAgreement(db, { kind, org: input.sponsor, clock });
  if (input.via.id !== input.sponsor.id) {
    for (const kind of chain.below) await ensureAgreement(db, { kind, org: input.via, clock });
  }
  if (input.dataClass === 'phi') {
    for (const personId of input.personIds) await makeSecondFactor(db, { personId }, { clock });
  }
  if (input.via.kind === 'independent') return;
  for (const personId of input.personIds) {
    await makeAttestation(db, { orgId: input.via.id, personId, clock });
  }
}

/** An agreement of this kind in force, made when there is none. */
export async function ensureAgreement(
  db: Database,
  input: { kind: AgreementKind; org: Org; clock: Clock },
): Promise<void> {
  const column = input.org.kind === 'sponsor' ? agreements.partyAOrgId : agreements.partyBOrgId;
  const standing = await db.select().from(agreements).where(eq(column, input.org.id));
  if (standing.some((row) => row.kind === input.kind && row.status === 'active')) return;
  await makeAgreement(db, input);
}

/** An ended agreement under which an organisation still has to certify what became of the data. */
export async function makeWindDownDuty(db: Database, input: { org: Org; clock?: Clock }): Promise<string> {
  const clock = input.clock ?? systemClock;
  const agreementId = await makeAgreement(db, { kind: 'dua', org: input.org, status: 'terminated', clock });
  const id = newId();
  await db.insert(windDownDuties).values({
    id,
    agreementId,
    orgId: input.org.id,
    dueOn: dayOf(plus(clock.now(), 30 * DAY)),
    createdAt: clock.now(),
  });
  return id;
}
