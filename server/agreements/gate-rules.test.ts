import { describe, expect, test } from 'vitest';
import { DATA_CLASSES } from '#server/projects/schemas.ts';
import type { GateAgreement, GateFacts, GateOrg } from './gate-facts.ts';
import { reachableCountries } from './gate-locations.ts';
import { EU_ESTABLISHED, GATE_REQUIREMENTS } from './gate-requirements.ts';
import { decideChain } from './gate-rules.ts';
import { decideGate } from './rules.ts';
import type { AgreementKind } from './schemas.ts';

const TODAY = '2026-11-21';
const org = (id: string, kind: GateOrg['kind']): GateOrg => ({ id, kind, verified: true, country: 'US' });
const sponsor = org('sponsor', 'sponsor');
const platform = org('platform', 'platform');
const vendor = org('vendor', 'vendor');
const independent = org('own', 'independent');

const signed = (kind: AgreementKind, change: Partial<GateAgreement> = {}): GateAgreement => ({
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
function whole(dataClass: string, via: GateOrg = vendor): GateFacts {
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

const reasons = (facts: GateFacts) => {
  const decision = decideGate(facts);
  return decision.allowed ? [] : decision.reasons.map((reason) => reason.code);
};

const BASIS: Record<string, string> = {
  phi: 'baa_chain',
  limited_data_set: 'dua_chain',
  deidentified_safe_harbor: 'not_required: de-identified (expert determination, ED-7, 2026-02-03)',
  deidentified_expert: 'not_required: de-identified (expert determination, ED-7, 2026-02-03)',
  eu_personal: 'dpa_chain',
  synthetic: 'not_required: licence (expert determination, ED-7, 2026-02-03)',
  public: 'not_required: licence (expert determination, ED-7, 2026-02-03)',
};

describe('the gate with everything in order (R18)', () => {
  test.each(
    DATA_CLASSES.flatMap((dataClass) =>
      [vendor, independent, sponsor].map((via) => [dataClass, via] as const),
    ),
  )('%s opens with its basis', (dataClass, via) => {
    expect(decideGate(whole(dataClass, via))).toEqual({ allowed: true, basis: BASIS[dataClass] });
  });
});

/** What may break, and which classes it closes. */
type Break = { name: string; code: string; closes: readonly string[]; apply: (facts: GateFacts) => void };

const dropAgreement = (facts: GateFacts, hop: number, kinds: readonly AgreementKind[]) => {
  const at = facts.hops[hop];
  if (at)
    (facts.hops as GateFacts['hops'][number][])[hop] = {
      ...at,
      agreements: at.agreements.filter((a) => !kinds.includes(a.kind)),
    };
};
const WORKFORCE = ['phi', 'limited_data_set', 'eu_personal'];
const DEIDENTIFIED = ['deidentified_safe_harbor', 'deidentified_expert'];

const agreementBreaks: Break[] = [0, 1].flatMap((hop) => [
  {
    name: `no BAA on hop ${hop}`,
    code: 'gate.agreement.baa',
    closes: ['phi'],
    apply: (f: GateFacts) => dropAgreement(f, hop, ['baa', 'subcontractor_baa']),
  },
  {
    name: `no DUA on hop ${hop}`,
    code: 'gate.agreement.dua',
    closes: ['limited_data_set'],
    apply: (f: GateFacts) => dropAgreement(f, hop, ['dua']),
  },
  {
    name: `no processing agreement on hop ${hop}`,
    code: 'gate.agreement.dpa',
    closes: ['eu_personal'],
    apply: (f: GateFacts) => dropAgreement(f, hop, ['dpa']),
  },
]);

const BREAKS: Break[] = [
  ...agreementBreaks,
  ...[0, 1].map(
    (hop): Break => ({
      name: `the agreements on hop ${hop} let data be shown elsewhere only`,
      code: 'gate.location_by_agreement',
      closes: [...WORKFORCE, ...DEIDENTIFIED],
      apply: (f) => {
        f.hops = f.hops.map((one, index) =>
          index === hop
            ? { ...one, agreements: one.agreements.map((a) => ({ ...a, locations: ['FR', 'NL'] })) }
            : one,
        );
      },
    }),
  ),
  {
    name: 'no second factor',
    code: 'gate.second_factor',
    closes: ['phi'],
    apply: (f) => {
      f.person.hasSecondFactor = false;
    },
  },
  {
    name: 'no undertaking below the platform',
    code: 'gate.agreement.no_reidentification',
    closes: DEIDENTIFIED,
    apply: (f) => dropAgreement(f, 1, ['no_reidentification', 'dua']),
  },
  {
    name: 'no attestation',
    code: 'gate.attestation_missing',
    closes: WORKFORCE,
    apply: (f) => {
      f.person.attestation = null;
    },
  },
  {
    name: 'attestation not confirmed',
    code: 'gate.attestation_unconfirmed',
    closes: WORKFORCE,
    apply: (f) => {
      f.person.attestation = { confirmed: false, validUntil: '2027-01-01' };
    },
  },
  {
    name: 'attestation over',
    code: 'gate.attestation_expired',
    closes: WORKFORCE,
    apply: (f) => {
      f.person.attestation = { confirmed: true, validUntil: '2026-11-20' };
    },
  },
  {
    name: 'no evidence',
    code: 'gate.evidence_missing',
    closes: [...DEIDENTIFIED, 'limited_data_set', 'eu_personal', 'synthetic', 'public'],
    apply: (f) => {
      f.dataset.evidence = null;
    },
  },
  {
    name: 'evidence out of date',
    code: 'gate.evidence_expired',
    closes: DATA_CLASSES,
    apply: (f) => {
      f.dataset.evidenceExpiresOn = '2026-11-20';
    },
  },
  {
    name: 'no purpose',
    code: 'gate.purpose',
    closes: ['limited_data_set'],
    apply: (f) => {
      f.dataset.legalBasis = ' ';
    },
  },
  {
    name: 'a country without adequacy',
    code: 'gate.transfer',
    closes: ['eu_personal'],
    apply: (f) => {
      f.person.country = 'US';
    },
  },
  {
    name: 'a country that the project does not allow',
    code: 'gate.location',
    closes: DATA_CLASSES,
    apply: (f) => {
      f.allowedCountries = ['FR'];
    },
  },
  {
    name: 'a country that is not known',
    code: 'gate.location',
    closes: DATA_CLASSES,
    apply: (f) => {
      f.allowedCountries = ['FR'];
      f.person.country = null;
    },
  },
  {
    name: 'no longer a member',
    code: 'gate.not_a_member',
    closes: DATA_CLASSES,
    apply: (f) => {
      f.person.isMember = false;
    },
  },
  {
    name: 'an unverified organisation',
    code: 'gate.organisation_unverified',
    closes: DATA_CLASSES,
    apply: (f) => {
      f.via = { ...f.via, verified: false };
    },
  },
  {
    name: 'export by a vendor',
    code: 'gate.export_by_sponsor_only',
    closes: DATA_CLASSES,
    apply: (f) => {
      f.purpose = 'export';
    },
  },
  {
    name: 'a class without rules',
    code: 'gate.no_rule',
    closes: DATA_CLASSES,
    apply: (f) => {
      f.requirements = [];
    },
  },
  {
    name: 'a rule nobody knows',
    code: 'gate.unknown_requirement',
    closes: DATA_CLASSES,
    apply: (f) => {
      f.requirements = [...f.requirements, { appliesTo: 'hop', requirement: 'moon_phase', basis: 'x' }];
    },
  },
];

describe('the gate with one thing broken', () => {
  const cases = BREAKS.flatMap((one) => DATA_CLASSES.map((dataClass) => [one.name, dataClass, one] as const));
  test.each(cases)('%s × %s', (_name, dataClass, { code, closes, apply }) => {
    const facts = structuredClone(whole(dataClass));
    apply(facts);
    const found = reasons(facts);
    if (closes.includes(dataClass)) expect(found).toContain(code);
    else expect(found).not.toContain(code);
    expect(decideGate(facts).allowed).toBe(found.length === 0);
  });

  test('every refusal is a sentence that says what would change it', () => {
    for (const { apply } of BREAKS) {
      for (const dataClass of DATA_CLASSES) {
        const facts = structuredClone(whole(dataClass));
        apply(facts);
        const decision = decideGate(facts);
        if (decision.allowed) continue;
        for (const { message } of decision.reasons) expect(message).toMatch(/^[A-Z].+\. .+\.$/);
      }
    }
  });
});

test.each([
  ['limited_data_set', 'data_use_agreement'],
  ['eu_personal', 'processing_agreement'],
  ['phi', 'baa'],
])(
  '%s: the agreement with the source counts until the end of its last day, and its refusal names it (R18)',
  (dataClass, kind) => {
    const facts = whole(dataClass);
    facts.dataset.evidence = { kind, issuer: 'Hospital', reference: 'AG-1', issuedOn: '2025-01-01' };
    facts.dataset.evidenceExpiresOn = TODAY;
    expect(reasons(facts)).toEqual([]);
    facts.dataset.evidenceExpiresOn = '2026-11-20';
    const decision = decideGate(facts);
    expect(decision.allowed ? [] : decision.reasons.map((reason) => reason.message)).toEqual([
      `The agreement with the source (${kind.replaceAll('_', ' ')}, AG-1) ended on 20 Nov 2026. The sponsor renews it.`,
    ]);
  },
);

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
