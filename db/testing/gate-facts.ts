import type { GateAgreement, GateFacts, GateOrg } from '#server/agreements/gate-facts.ts';
import { GATE_REQUIREMENTS } from '#server/agreements/gate-requirements.ts';
import { decideGate } from '#server/agreements/rules.ts';
import type { AgreementKind } from '#server/agreements/schemas.ts';

export const TODAY = '2026-11-21';
const org = (id: string, kind: GateOrg['kind']): GateOrg => ({ id, kind, verified: true, country: 'US' });
export const sponsor = org('sponsor', 'sponsor');
const platform = org('platform', 'platform');
export const vendor = org('vendor', 'vendor');
export const independent = org('own', 'independent');

/** An agreement of the kind, in force. */
export const signed = (kind: AgreementKind, change: Partial<GateAgreement> = {}): GateAgreement => ({
  id: kind,
  kind,
  status: 'active',
  effectiveFrom: '2026-01-01',
  effectiveUntil: null,
  clauses: ['sub_processors', 'confidentiality', 'standard_contractual_clauses'],
  locations: [],
  ...change,
});

/** Everything in order: each fact that a test breaks is whole here. */
export function whole(dataClass: string, via: GateOrg = vendor): GateFacts {
  const everything: AgreementKind[] = ['baa', 'subcontractor_baa', 'dua', 'dpa', 'no_reidentification'];
  const agreements = everything.map((kind) => signed(kind));
  const hops = [{ upper: sponsor, lower: platform, agreements }];
  if (via.id !== sponsor.id) hops.push({ upper: platform, lower: via, agreements });
  return {
    today: TODAY,
    purpose: 'read',
    dataClass,
    requirements: GATE_REQUIREMENTS.filter((row) => row.dataClass === dataClass),
    dataset: {
      legalBasis: 'research',
      evidence: { kind: 'expert_determination', issuer: 'Dr', reference: 'ED-7', issuedOn: '2026-02-03' },
      evidenceExpiresOn: '2027-01-01',
    },
    sponsor,
    via,
    hops,
    person: {
      isMember: true,
      isExcluded: false,
      hasSecondFactor: true,
      country: 'DE',
      attestation: { confirmed: true, validUntil: '2027-01-01' },
      ownAgreements: [],
    },
    transferAssessment: null,
    allowedCountries: [],
  };
}

/** Codes of what closes the gate. */
export const reasons = (facts: GateFacts) => {
  const decision = decideGate(facts);
  return decision.allowed ? [] : decision.reasons.map((reason) => reason.code);
};

/** Takes agreements of these kinds from a hop. */
export const dropAgreement = (facts: GateFacts, hop: number, kinds: readonly AgreementKind[]) => {
  const at = facts.hops[hop];
  if (at)
    (facts.hops as GateFacts['hops'][number][])[hop] = {
      ...at,
      agreements: at.agreements.filter((a) => !kinds.includes(a.kind)),
    };
};
