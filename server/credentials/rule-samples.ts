// Samples for property tests only: nothing that runs imports this file.
import fc from 'fast-check';
import { yearsSince } from './rules.ts';
import {
  CREDENTIAL_LEVELS,
  CREDENTIAL_STATUSES,
  type CredentialRequirement,
  type CredentialRule,
  type CredentialStatus,
  PROFICIENCIES,
  type RuleNode,
  type SnapshotEntry,
} from './schemas.ts';

/** The day on which samples are judged: 28 February, so that leap days are near. */
export const SAMPLE_TODAY = '2027-02-28';
export const SAMPLE_NOW = new Date(`${SAMPLE_TODAY}T12:00:00Z`);

const days = fc.constantFrom(
  '2020-02-28',
  '2022-02-27',
  '2024-02-29',
  '2025-03-01',
  '2027-02-27',
  SAMPLE_TODAY,
  '2027-03-01',
);
const kinds = fc.constantFrom(
  'medical_licence' as const,
  'board_certification' as const,
  'language' as const,
  'general_exam' as const,
);
// Upper case beyond Latin letters, a dotted I and a sharp s: what machines fold differently.
const specialties = fc.constantFrom(
  'Radiology',
  'radiology',
  'RÖNTGEN',
  'röntgen',
  'İ',
  'i',
  'STRASSE',
  'straße',
);
const countries = fc.constantFrom('US', 'IN');
const regions = fc.constantFrom('CA', 'OH');
const codes = fc.constantFrom('2085R0202X', '207ZP0102X');
const proficiencies = fc.constantFrom(...PROFICIENCIES);
const levels = fc.constantFrom(...CREDENTIAL_LEVELS);

/** What a person holds, as a row or a fact of the index is made from it. */
export type SampleCredential = {
  kind: 'medical_licence' | 'board_certification' | 'language' | 'general_exam';
  specialty: string | null;
  jurisdiction: string | null;
  region: string | null;
  taxonomyCode: string | null;
  proficiency: (typeof PROFICIENCIES)[number] | null;
  level: (typeof CREDENTIAL_LEVELS)[number];
  issuedOn: string | null;
  expiresOn: string | null;
};

export const sampleCredential: fc.Arbitrary<SampleCredential> = fc.record({
  kind: kinds,
  specialty: fc.option(specialties),
  jurisdiction: fc.option(countries),
  region: fc.option(regions),
  taxonomyCode: fc.option(codes),
  proficiency: fc.option(proficiencies),
  level: levels,
  issuedOn: fc.option(days),
  expiresOn: fc.option(days),
});

export const sampleStatus: fc.Arbitrary<CredentialStatus> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('claimed' as const, 'verifying' as const, 'verified' as const) },
  { weight: 1, arbitrary: fc.constantFrom(...CREDENTIAL_STATUSES) },
);

/** At most two conditions each: with more, hardly anybody meets anything and agreement says little. */
const requirement: fc.Arbitrary<CredentialRequirement> = fc
  .record({
    of: fc.record({
      specialty: specialties,
      taxonomyCode: codes,
      jurisdiction: countries,
      region: regions,
      minYears: fc.integer({ min: 0, max: 7 }),
      minProficiency: proficiencies,
    }),
    asked: fc.subarray(
      ['specialty', 'taxonomyCode', 'jurisdiction', 'region', 'minYears', 'minProficiency'] as const,
      { maxLength: 2 },
    ),
    kind: kinds,
    minLevel: levels,
  })
  .map(({ of, asked, kind, minLevel }) => ({
    kind,
    minLevel,
    ...Object.fromEntries(asked.map((key) => [key, of[key]])),
  }));

/** Groups in groups, three deep. */
const { node } = fc.letrec<{ node: RuleNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
    { arbitrary: requirement as fc.Arbitrary<RuleNode>, weight: 2 },
    {
      arbitrary: fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((allOf): RuleNode => ({ allOf })),
      weight: 1,
    },
    {
      arbitrary: fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((anyOf): RuleNode => ({ anyOf })),
      weight: 1,
    },
  ),
}));

export const sampleRule: fc.Arbitrary<CredentialRule> = fc.record({
  anyOf: fc.array(node, { maxLength: 3 }),
});

/** A held credential as the rule's own evaluation reads it. */
export function sampleEntry(one: SampleCredential, status: CredentialStatus = 'verified'): SnapshotEntry {
  return {
    ...one,
    credentialId: '00000000-0000-7000-8000-000000000000',
    title: one.kind,
    issuer: 'Board',
    status,
    years: yearsSince(one.issuedOn, SAMPLE_NOW),
    verificationId: null,
    verifiedOn: null,
  };
}
