import type { OrgKind } from '#server/command/actor.ts';
import type { Decision } from '#server/command/decision.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { ADEQUATE_COUNTRIES, hasAdequateProtection } from './adequate-countries.ts';
import { evidenceReasons } from './gate-evidence.ts';
import { describeHop, explainMissingAgreement, hopHref, refusal } from './gate-words.ts';
import { type AgreementKind, type AgreementStatus, KIND_TITLES } from './schemas.ts';

export type GatePurpose = 'read' | 'panel' | 'review' | 'export';

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

/**
 * The gate to protected data (R18): every requirement in force for the data class on every hop, the person and the
 * data, plus what always holds: verified organisations, membership, allowed countries, export only by the sponsor.
 * Allowed carries the basis, refused every failing point with what would change it. Fails closed: a class without
 * requirements or an unknown requirement is a refusal.
 */
export function decideGate(facts: GateFacts): Decision {
  const reasons = [
    ...standingReasons(facts),
    ...hopLocations(facts),
    ...facts.requirements.flatMap((row) => check(row, facts)),
  ];
  if (facts.requirements.length === 0) {
    reasons.push(
      refusal('gate.no_rule', `No access rule is set for data of class ${facts.dataClass}.`, {
        change: 'An operator sets one.',
      }),
    );
  }
  if (reasons.length > 0) return { allowed: false, reasons: withoutRepeats(reasons) };
  return { allowed: true, basis: basisOf(facts) };
}

/**
 * The part of the gate that agreements decide: hops and undertakings, whoever the person is. For the agreement centre
 * and for what to revoke when an agreement ends.
 */
export function decideChain(facts: GateFacts): Decision {
  const rows = facts.requirements.filter(
    (row) => row.appliesTo === 'hop' || row.requirement.startsWith('undertaking:'),
  );
  const reasons = withoutRepeats(rows.flatMap((row) => check(row, facts)));
  return reasons.length > 0 ? { allowed: false, reasons } : { allowed: true, basis: basisOf(facts) };
}

/** What holds for every data class. */
function standingReasons(facts: GateFacts): ErrorDetail[] {
  const { via, sponsor, person, allowedCountries, purpose } = facts;
  const reasons: ErrorDetail[] = [];
  for (const org of via.id === sponsor.id ? [via] : [sponsor, via]) {
    if (!org.verified) {
      reasons.push(
        refusal('gate.organisation_unverified', `The ${org.kind} organisation is not verified.`, {
          change: 'An operator checks it.',
        }),
      );
    }
  }
  if (!person.isMember) {
    reasons.push(
      refusal('gate.not_a_member', 'You no longer belong to the organisation this work goes through.', {
        change: 'Ask it to invite you again.',
      }),
    );
  }
  // R27, the sanction: whatever the data is, and before any agreement.
  if (person.isExcluded) {
    reasons.push(
      refusal('gate.excluded', 'You are on an exclusion list, as an operator has confirmed.', {
        change: 'See why under your credentials, and object there if it is not you.',
        href: '/work/credentials',
      }),
    );
  }
  if (
    allowedCountries.length > 0 &&
    (person.country === null || !allowedCountries.includes(person.country))
  ) {
    reasons.push(
      refusal(
        'gate.location',
        person.country === null
          ? 'The project limits the countries it is read from, and yours is not known.'
          : `The project is not read from ${person.country}.`,
        { change: `Allowed: ${allowedCountries.join(', ')}.` },
      ),
    );
  }
  if (purpose === 'export' && via.id !== sponsor.id) {
    reasons.push(
      refusal('gate.export_by_sponsor_only', 'Only the people of the sponsor take data out.', {
        change: 'Ask the sponsor.',
      }),
    );
  }
  return reasons;
}

/** Every hop the data goes over: whoever stands on agreements of their own instead of an attestation is one more (R18). */
function allHops(facts: GateFacts): readonly GateHop[] {
  const { hops, via, person, today } = facts;
  const platform = hops.find((hop) => hop.upper.kind === 'platform')?.upper;
  // An independent's own agreements are the last hop already.
  const standsAlone =
    via.kind !== 'independent' && !isAttested(person.attestation, today) && hasOwnAgreements(facts);
  if (platform === undefined || !standsAlone) return hops;
  const own: GateOrg = { id: 'own', kind: 'independent', verified: true, country: person.country ?? '' };
  return [...hops, { upper: platform, lower: own, agreements: person.ownAgreements }];
}

const isAttested = (attestation: GateFacts['person']['attestation'], today: string): boolean =>
  attestation?.confirmed === true && attestation.validUntil >= today;

/** The strictest location rule of all hops: a limit in any agreement that carries the data holds for who looks. */
function hopLocations(facts: GateFacts): ErrorDetail[] {
  const { country } = facts.person;
  return allHops(facts).flatMap((hop) =>
    limitsOn(hop, facts)
      .filter((one) => country === null || !one.locations.includes(country))
      .map((one) =>
        refusal(
          'gate.location_by_agreement',
          `${describeHop(hop)}: the ${KIND_TITLES[one.kind].toLowerCase()} lets data be shown in ${one.locations.join(', ')} only, and ${country === null ? 'your country is not known' : `you are in ${country}`}.`,
          { change: 'The parties agree on further countries.', href: hopHref(hop) },
        ),
      ),
  );
}

/** Kinds of agreement that carry the data under the rules in force. */
export function carryingKinds({ requirements }: Pick<GateFacts, 'requirements'>): Set<AgreementKind> {
  return new Set(
    requirements.flatMap((row) => {
      const [rule, subject = ''] = row.requirement.split(':');
      return rule === 'agreement' || rule === 'undertaking' ? kindsMeeting(subject as AgreementKind) : [];
    }),
  );
}

/** The agreements of a hop that carry the data and limit where it is shown. */
function limitsOn(hop: GateHop, facts: GateFacts): readonly GateAgreement[] {
  const carrying = carryingKinds(facts);
  return hop.agreements.filter(
    (one) => carrying.has(one.kind) && isEffective(one, facts.today) && one.locations.length > 0,
  );
}

/**
 * The countries in which somebody could be let in by signing what is missing: within every limit of the agreements that stand, and, where
 * the law asks for it, with adequate protection or a country that the sponsor has named and not found against. Null for everywhere.
 */
export function reachableCountries(
  facts: GateFacts,
  notPermitted: ReadonlySet<string>,
): readonly string[] | null {
  const limits = facts.hops.flatMap((hop) => limitsOn(hop, facts)).map((one) => one.locations);
  if (facts.requirements.some((row) => row.requirement === 'adequate_country')) {
    const named = facts.allowedCountries.filter((country) => !notPermitted.has(country));
    limits.push([...new Set([...ADEQUATE_COUNTRIES, ...named])]);
  }
  const [first, ...others] = limits;
  return first === undefined ? null : first.filter((country) => others.every((one) => one.includes(country)));
}

function check(row: GateRequirement, facts: GateFacts): ErrorDetail[] {
  const [rule = '', subject = ''] = row.requirement.split(':');
  switch (`${row.appliesTo}.${rule}`) {
    case 'hop.agreement':
      return facts.hops.flatMap((hop) => agreementOnHop(hop, subject as AgreementKind, facts.today));
    case 'hop.clause':
      return facts.hops.flatMap((hop) => clauseOnHop(hop, subject, facts.today));
    case 'person.workforce_or_own_agreement':
      return workforce(facts);
    case 'person.second_factor':
      return secondFactor(facts);
    case 'person.undertaking':
      return undertaking(facts, subject as AgreementKind);
    case 'person.adequate_country':
      return adequateCountry(facts);
    case 'dataset.evidence':
      return evidenceReasons(facts, subject);
    case 'dataset.purpose':
      return facts.dataset.legalBasis.trim() === ''
        ? [
            refusal('gate.purpose', 'The data set does not say for which purpose it may be used.', {
              change: 'The sponsor records the purpose.',
            }),
          ]
        : [];
    default:
      return [
        refusal('gate.unknown_requirement', `The access rule "${row.requirement}" is not known.`, {
          change: 'An operator corrects it.',
        }),
      ];
  }
}

const kindsMeeting = (kind: AgreementKind): readonly AgreementKind[] => MET_BY[kind] ?? [kind];

/** True when an agreement of the kind is what a rule asks for. */
export function meetsRule(kind: AgreementKind, requirement: string): boolean {
  const [rule, subject = ''] = requirement.split(':');
  return (
    (rule === 'agreement' || rule === 'undertaking') && kindsMeeting(subject as AgreementKind).includes(kind)
  );
}

function agreementOnHop(hop: GateHop, kind: AgreementKind, today: string): ErrorDetail[] {
  const kinds = kindsMeeting(kind);
  const candidates = hop.agreements.filter((one) => kinds.includes(one.kind));
  if (candidates.some((one) => isEffective(one, today))) return [];
  return [explainMissingAgreement(hop, kind, candidates, today)];
}

function clauseOnHop(hop: GateHop, key: string, today: string): ErrorDetail[] {
  const has = hop.agreements.some((one) => isEffective(one, today) && one.clauses.includes(key));
  if (has) return [];
  return [
    refusal(
      `gate.clause.${key}`,
      `${describeHop(hop)}: no agreement in force contains the clause "${key.replaceAll('_', ' ')}".`,
      { change: 'Sign a version that contains it.', href: hopHref(hop) },
    ),
  ];
}

/** R19, R20: an attested and trained workforce, or the person's own agreement as a subcontractor. */
function workforce(facts: GateFacts): ErrorDetail[] {
  const { via, person, today } = facts;
  // An independent's own agreement is the last hop, which is checked as one.
  if (via.kind === 'independent' || hasOwnAgreements(facts)) return [];
  const { attestation } = person;
  const employerPage = via.kind === 'sponsor' ? '/sponsor/agreements' : '/vendor/agreements';
  if (attestation === null) {
    return [
      refusal(
        'gate.attestation_missing',
        'The organisation you read for has not attested that you are its workforce and trained in privacy.',
        { change: 'Its staffing lead attests it.', href: employerPage },
      ),
    ];
  }
  if (attestation.validUntil < today) {
    return [
      refusal('gate.attestation_expired', `Your workforce attestation ended on ${attestation.validUntil}.`, {
        change: 'Repeat the privacy training; the organisation attests it again.',
        href: employerPage,
      }),
    ];
  }
  if (!attestation.confirmed) {
    return [
      refusal('gate.attestation_unconfirmed', 'You have not confirmed your workforce attestation.', {
        change: 'Confirm it.',
        href: '/work/agreements',
      }),
    ];
  }
  return [];
}

/** R18: whoever is no workforce of the vendor may stand on agreements of their own, of every kind the hops need. */
function hasOwnAgreements({ requirements, person, via, sponsor, today }: GateFacts): boolean {
  if (via.id === sponsor.id) return false;
  const needed = requirements.flatMap((row) => {
    const [rule, subject = ''] = row.requirement.split(':');
    return row.appliesTo === 'hop' && rule === 'agreement' ? [subject as AgreementKind] : [];
  });
  return (
    needed.length > 0 &&
    needed.every((kind) =>
      person.ownAgreements.some((one) => kindsMeeting(kind).includes(one.kind) && isEffective(one, today)),
    )
  );
}

/** 45 CFR 164.312(d): who looks at this data has signed in with more than a password. */
function secondFactor({ person }: GateFacts): ErrorDetail[] {
  if (person.hasSecondFactor) return [];
  return [
    refusal('gate.second_factor', 'This data opens only to who signed in with a second factor.', {
      change: 'Set up an authenticator app, or sign in again with its code.',
      href: '/account/security',
    }),
  ];
}

/** An undertaking of the organisation the person reads through, which binds its people; the sponsor's own need none. */
function undertaking(facts: GateFacts, kind: AgreementKind): ErrorDetail[] {
  const last = facts.hops.find((hop) => hop.lower.id === facts.via.id);
  if (facts.via.id === facts.sponsor.id || last === undefined) return [];
  return agreementOnHop(last, kind, facts.today);
}

/**
 * Outside, three things together stand in (GDPR 46, SCC clause 14): the sponsor has named the country for the project,
 * standard clauses hold on every hop, and the sponsor's assessment of the transfer there permits it and is in date.
 */
function adequateCountry(facts: GateFacts): ErrorDetail[] {
  const { country } = facts.person;
  if (hasAdequateProtection(country)) return [];
  if (country !== null && facts.allowedCountries.includes(country)) {
    return [
      ...facts.hops.flatMap((hop) => agreementOnHop(hop, 'scc', facts.today)),
      ...transferAssessed(facts, country),
    ];
  }
  return [
    refusal(
      'gate.transfer',
      `Personal data of people in the EU would be shown in ${country ?? 'an unknown country'}, which has no adequate protection by law.`,
      { change: 'The sponsor assesses the transfer and names the country in the project.' },
    ),
  ];
}

function transferAssessed({ transferAssessment, today }: GateFacts, country: string): ErrorDetail[] {
  const refused = (what: string) => [
    refusal('gate.transfer_assessment', `The assessment of transfers to ${country} ${what}.`, {
      change: 'The sponsor records one that permits it.',
      href: '/sponsor/agreements',
    }),
  ];
  if (transferAssessment === null) return refused('does not exist');
  if (transferAssessment.validUntil < today)
    return refused(`ended on ${sayDay(transferAssessment.validUntil)}`);
  return transferAssessment.outcome === 'permitted' ? [] : refused('does not permit them');
}

/** The grounds of the rules that were met, each once, and the evidence when the data itself is the ground. */
function basisOf(facts: GateFacts): string {
  const grounds = [...new Set(facts.requirements.map((row) => row.basis))];
  const { evidence: proof } = facts.dataset;
  if (proof === null || !grounds.some((ground) => ground.startsWith('not_required')))
    return grounds.join(' + ');
  const words = [proof.kind.replaceAll('_', ' '), proof.reference, proof.issuedOn].filter(Boolean).join(', ');
  return `${grounds.join(' + ')} (${words})`;
}

function withoutRepeats(reasons: readonly ErrorDetail[]): ErrorDetail[] {
  return [...new Map(reasons.map((reason) => [`${reason.code}|${reason.message}`, reason])).values()];
}
