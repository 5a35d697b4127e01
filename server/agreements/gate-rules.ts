import type { Decision } from '#server/command/decision.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { hasAdequateProtection } from './adequate-countries.ts';
import { evidenceReasons } from './gate-evidence.ts';
import {
  type GateFacts,
  type GateHop,
  type GateRequirement,
  isEffective,
  kindsMeeting,
} from './gate-facts.ts';
import { hasOwnAgreements, hopLocations } from './gate-locations.ts';
import { CONFIRM_HREF, describeHop, explainMissingAgreement, hopHref, refusal } from './gate-words.ts';
import type { AgreementKind } from './schemas.ts';

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

/** Where an organisation attests its people. */
const EMPLOYER_PAGES: Record<Exclude<GateFacts['via']['kind'], 'independent'>, string> = {
  sponsor: '/sponsor/agreements',
  vendor: '/vendor/agreements',
  platform: '/operator/agreements',
};

/** R19, R20: an attested and trained workforce, or the person's own agreement as a subcontractor. */
function workforce(facts: GateFacts): ErrorDetail[] {
  const { via, person, today } = facts;
  // An independent's own agreement is the last hop, which is checked as one.
  if (via.kind === 'independent' || hasOwnAgreements(facts)) return [];
  const { attestation } = person;
  const employerPage = EMPLOYER_PAGES[via.kind];
  if (attestation === null) {
    return [
      refusal(
        'gate.attestation_missing',
        'The organisation you read for has not attested that you are its workforce and trained in privacy.',
        {
          change: via.kind === 'platform' ? 'An operator attests it.' : 'Its staffing lead attests it.',
          href: employerPage,
        },
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
        href: CONFIRM_HREF,
      }),
    ];
  }
  return [];
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
