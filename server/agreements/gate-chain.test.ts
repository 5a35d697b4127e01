import { describe, expect, test } from 'vitest';
import {
  dropAgreement,
  independent,
  reasons,
  signed,
  sponsor,
  TODAY,
  whole,
} from '#db/testing/gate-facts.ts';
import { DATA_CLASSES } from '#server/projects/schemas.ts';
import type { GateFacts } from './gate-facts.ts';
import { reachableCountries } from './gate-locations.ts';
import { EU_ESTABLISHED, GATE_REQUIREMENTS } from './gate-requirements.ts';
import { decideChain } from './gate-rules.ts';
import { decideGate } from './rules.ts';
import type { AgreementKind } from './schemas.ts';

describe('agreements on a hop', () => {
  test.each([
    ['sent', {}, 'is not signed'],
    ['partially_signed', {}, 'is signed by one side only'],
    ['suspended', {}, 'is suspended'],
    ['terminated', {}, 'was terminated'],
    ['active', { effectiveFrom: '2026-12-01' }, 'starts on 1 Dec 2026'],
    ['active', { effectiveUntil: '2026-11-21' }, 'ended on 21 Nov 2026'],
    ['expired', { effectiveUntil: '2026-11-01' }, 'expired on 1 Nov 2026'],
    ['voided', {}, 'does not exist'],
  ] as const)('a BAA that is %s %j closes the hop and says so', (status, change, words) => {
    const facts = whole('phi');
    const [first, second] = facts.hops;
    const broken = { ...second!, agreements: [signed('subcontractor_baa', { status, ...change })] };
    const decision = decideGate({ ...facts, hops: [first!, broken] });
    const [reason] = decision.allowed ? [] : decision.reasons;
    expect(reason?.message).toContain('Platform ⇄ vendor: the business associate agreement');
    expect(reason?.message).toContain(words);
    expect(reason?.href).toBe('/vendor/agreements');
  });

  test('one under notice still carries until its end', () => {
    const facts = whole('phi');
    const noticed = { status: 'termination_noticed', effectiveUntil: '2026-11-22' } as const;
    const hops = facts.hops.map((hop) => ({ ...hop, agreements: [signed('baa', noticed)] }));
    expect(decideGate({ ...facts, hops }).allowed).toBe(true);
  });

  test('a processing agreement without the sub-processor clause does not carry', () => {
    const facts = whole('eu_personal');
    const hops = facts.hops.map((hop) => ({
      ...hop,
      agreements: [signed('dpa', { clauses: ['confidentiality'] })],
    }));
    expect(reasons({ ...facts, hops })).toEqual(['gate.clause.sub_processors', 'gate.clause.sub_processors']);
  });
});

describe('who reads', () => {
  test('an independent needs an own agreement and no attestation (R20)', () => {
    const facts = whole('phi', independent);
    facts.person.attestation = null;
    expect(reasons(facts)).toEqual([]);
    dropAgreement(facts, 1, ['baa', 'subcontractor_baa']);
    expect(decideGate(facts)).toMatchObject({
      reasons: [{ code: 'gate.agreement.baa', href: '/work/agreements' }],
    });
  });

  test("the sponsor's panel needs the sponsor's own attestation and no undertaking", () => {
    const facts = whole('phi', sponsor);
    facts.person.attestation = null;
    expect(decideGate(facts)).toMatchObject({ reasons: [{ href: '/sponsor/agreements' }] });
    const panel = whole('deidentified_expert', sponsor);
    dropAgreement(panel, 0, ['no_reidentification', 'dua']);
    expect(reasons(panel)).toEqual([]);
  });

  test('outside of adequate countries the sponsor names the country and every hop has standard clauses', () => {
    const facts = whole('eu_personal');
    facts.person.country = 'IN';
    facts.allowedCountries = ['IN'];
    facts.hops = facts.hops.map((hop) => ({ ...hop, agreements: [...hop.agreements, signed('scc')] }));
    expect(reasons(facts)).toEqual(['gate.transfer_assessment']);
    facts.transferAssessment = { outcome: 'not_permitted', validUntil: '2027-01-01' };
    expect(reasons(facts)).toEqual(['gate.transfer_assessment']);
    facts.transferAssessment = { outcome: 'permitted', validUntil: '2026-11-20' };
    expect(reasons(facts)).toEqual(['gate.transfer_assessment']);
    facts.transferAssessment = { outcome: 'permitted', validUntil: TODAY };
    expect(reasons(facts)).toEqual([]);
    const clauses = ['sub_processors', 'confidentiality', 'standard_contractual_clauses'];
    const hops = facts.hops.map((hop) => ({ ...hop, agreements: [signed('dpa', { clauses })] }));
    // What a processing agreement says of them is a promise to sign them, not the clauses.
    expect(reasons({ ...facts, hops })).toEqual(['gate.agreement.scc', 'gate.agreement.scc']);
  });

  test('own agreements are one more hop, whose limits hold too, for whoever has no attestation to stand on (R18)', () => {
    const facts = whole('phi');
    facts.person.country = 'PH';
    facts.person.ownAgreements = [signed('subcontractor_baa', { locations: ['US'] })];
    expect(reasons(facts)).toEqual([]);
    facts.person.attestation = null;
    expect(reasons(facts)).toEqual(['gate.location_by_agreement']);
    facts.person.ownAgreements = [signed('subcontractor_baa', { locations: ['PH'] })];
    expect(reasons(facts)).toEqual([]);
  });

  test('somebody who is no workforce of the vendor stands on own agreements of every kind the hops need (R18)', () => {
    const facts = whole('phi');
    facts.person.attestation = null;
    facts.person.ownAgreements = [signed('dua'), signed('nda')];
    expect(reasons(facts)).toEqual(['gate.attestation_missing']);
    facts.person.ownAgreements = [signed('subcontractor_baa', { status: 'terminated' })];
    expect(reasons(facts)).toEqual(['gate.attestation_missing']);
    facts.person.ownAgreements = [signed('subcontractor_baa')];
    expect(reasons(facts)).toEqual([]);
    // The sponsor's own panel is the sponsor's workforce: a paper with the platform does not make it so.
    const panel = { ...whole('phi', sponsor), person: facts.person };
    expect(reasons(panel)).toEqual(['gate.attestation_missing']);
  });

  test('an establishment in the EU adds the processor row to personal data', () => {
    const facts = whole('phi');
    facts.requirements = GATE_REQUIREMENTS.filter((row) => ['phi', EU_ESTABLISHED].includes(row.dataClass));
    expect(decideGate(facts)).toEqual({ allowed: true, basis: 'baa_chain + dpa_chain' });
    dropAgreement(facts, 1, ['dpa']);
    expect(reasons(facts)).toContain('gate.agreement.dpa');
  });
});

test.each(DATA_CLASSES)(
  'a confirmed exclusion closes the gate to %s, whatever else is in order (R27)',
  (dataClass) => {
    const facts = whole(dataClass);
    facts.person.isExcluded = true;
    expect(reasons(facts)).toEqual(['gate.excluded']);
  },
);

test("an organisation's part of the chain ignores who the person is and what the data shows", () => {
  const facts = whole('phi');
  facts.person = {
    isMember: false,
    isExcluded: false,
    hasSecondFactor: false,
    country: null,
    attestation: null,
    ownAgreements: [],
  };
  facts.dataset.evidence = null;
  expect(decideChain(facts)).toEqual({ allowed: true, basis: 'baa_chain' });
  dropAgreement(facts, 0, ['baa', 'subcontractor_baa']);
  expect(decideChain(facts)).toMatchObject({ allowed: false, reasons: [{ href: '/sponsor/agreements' }] });
});

describe('where a chain could reach', () => {
  const reach = (change: (facts: GateFacts) => void, notPermitted: string[] = []) => {
    const facts = whole('phi', sponsor);
    change(facts);
    return reachableCountries(facts, new Set(notPermitted));
  };
  const limit = (facts: GateFacts, kind: AgreementKind, locations: string[]) =>
    Object.assign(facts, {
      hops: facts.hops.map((hop) => ({
        ...hop,
        agreements: [...hop.agreements, signed(kind, { locations })],
      })),
    });

  test('everywhere, when no agreement that carries the data sets a limit', () => {
    expect(reach(() => {})).toBeNull();
    expect(reach((facts) => limit(facts, 'dua', ['US']))).toBeNull();
  });

  test('where every limit in force lets it, and missing signatures stop nobody', () => {
    expect(reach((facts) => limit(limit(facts, 'baa', ['US', 'CA']), 'baa', ['CA', 'GB']))).toEqual(['CA']);
    expect(
      reach((facts) => Object.assign(facts, { hops: [{ ...facts.hops[0], agreements: [] }] })),
    ).toBeNull();
  });

  test('under EU law where protection is adequate, and where the sponsor has named a country it has not found against', () => {
    const eu = (facts: GateFacts) => {
      facts.requirements = GATE_REQUIREMENTS.filter((row) => row.dataClass === 'eu_personal');
      facts.allowedCountries = ['IN', 'US'];
    };
    expect(reach(eu)).toEqual(expect.arrayContaining(['DE', 'CH', 'IN', 'US']));
    expect(reach(eu)).not.toContain('BR');
    expect(reach(eu, ['IN'])).not.toContain('IN');
  });
});
