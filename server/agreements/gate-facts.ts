import type { OrgKind } from '#server/command/actor.ts';
import type { AgreementKind, AgreementStatus } from './schemas.ts';

/** `appeal`: an operator looks at the case of a read whose rejection they decide on (R31). */
export type GatePurpose = 'read' | 'panel' | 'review' | 'appeal' | 'export';

export type GateOrg = { id: string; kind: OrgKind; verified: boolean; country: string };

export type GateAgreement = {
  id: string;
  kind: AgreementKind;
  status: AgreementStatus;
  effectiveFrom: string;
  effectiveUntil: string | null;
  suspendedByOrgId?: string | null;
  /** Keys of the clauses in its text. */
  clauses: readonly string[];
  /** The only countries in which data it carries may be shown; empty means that it sets no limit. */
  locations: readonly string[];
};

/** Two organisations that hand the data on, the upper first, with what they have agreed. */
export type GateHop = { upper: GateOrg; lower: GateOrg; agreements: readonly GateAgreement[] };

export type GateRequirement = { appliesTo: 'hop' | 'person' | 'dataset'; requirement: string; basis: string };

/** Everything the gate looks at; loaded by one query, judged by a pure function. */
export type GateFacts = {
  today: string;
  purpose: GatePurpose;
  dataClass: string;
  requirements: readonly GateRequirement[];
  dataset: {
    legalBasis: string;
    evidence: { kind: string; issuer: string; reference: string; issuedOn: string | null } | null;
    evidenceExpiresOn: string | null;
  };
  sponsor: GateOrg;
  via: GateOrg;
  /** Sponsor ⇄ platform, and platform ⇄ via unless the person reads for the sponsor itself. */
  hops: readonly GateHop[];
  person: {
    isMember: boolean;
    /** An operator confirmed that they are on an exclusion list (server/registers). */
    isExcluded: boolean;
    country: string | null;
    /**
     * A code of the second factor was given: in the session of the question, or, where no session asks, at some time by
     * an account that has one.
     */
    hasSecondFactor: boolean;
    /** The best attestation by the organisation they read through, or null. */
    attestation: { confirmed: boolean; validUntil: string } | null;
    /** Agreements with the platform of the person's own organisation of one, when they have one. */
    ownAgreements: readonly GateAgreement[];
  };
  /** The sponsor's newest transfer assessment for the country the person looks from, or null. */
  transferAssessment: { outcome: 'permitted' | 'not_permitted'; validUntil: string } | null;
  /** Countries the project allows; empty means anywhere. */
  allowedCountries: readonly string[];
};

const IN_FORCE: ReadonlySet<AgreementStatus> = new Set(['active', 'termination_noticed', 'signed']);

/**
 * In force on the day: active, under notice until its end, or signed by both for a day that has come; the first day
 * counts, the end day does not. Suspension stops it at once, and neither notice nor a renewal signed before takes it back.
 */
export function isEffective(
  agreement: Pick<GateAgreement, 'status' | 'effectiveFrom' | 'effectiveUntil' | 'suspendedByOrgId'>,
  today: string,
): boolean {
  return (
    IN_FORCE.has(agreement.status) &&
    (agreement.suspendedByOrgId ?? null) === null &&
    agreement.effectiveFrom <= today &&
    (agreement.effectiveUntil === null || today < agreement.effectiveUntil)
  );
}

/** Kinds that meet a required kind: a subcontractor's BAA binds as a BAA does, a DUA forbids identification too. */
const MET_BY: Partial<Record<AgreementKind, readonly AgreementKind[]>> = {
  baa: ['baa', 'subcontractor_baa'],
  no_reidentification: ['no_reidentification', 'dua'],
};

/** The kinds of agreement that do for a required kind. */
export const kindsMeeting = (kind: AgreementKind): readonly AgreementKind[] => MET_BY[kind] ?? [kind];

/** True when an agreement of the kind is what a rule asks for. */
export function meetsRule(kind: AgreementKind, requirement: string): boolean {
  const [rule, subject = ''] = requirement.split(':');
  return (
    (rule === 'agreement' || rule === 'undertaking') && kindsMeeting(subject as AgreementKind).includes(kind)
  );
}
