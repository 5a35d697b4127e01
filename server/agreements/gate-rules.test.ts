import { describe, expect, test } from 'vitest';
import {
  dropAgreement,
  independent,
  reasons,
  sponsor,
  TODAY,
  vendor,
  whole,
} from '#db/testing/gate-facts.ts';
import { DATA_CLASSES } from '#server/projects/schemas.ts';
import type { GateFacts } from './gate-facts.ts';
import { decideGate } from './rules.ts';

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

test.each(['sponsor', 'vendor', 'platform'] as const)(
  'who reads through a %s confirms their attestation in their account, which opens to everybody (R19)',
  (kind) => {
    const facts = whole('phi');
    facts.via.kind = kind;
    facts.person.attestation = { confirmed: false, validUntil: '2027-01-01' };
    const decision = decideGate(facts);
    expect(decision.allowed ? [] : decision.reasons).toContainEqual(
      expect.objectContaining({ code: 'gate.attestation_unconfirmed', href: '/account' }),
    );
  },
);

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
