import { describe, expect, test } from 'vitest';
import type { CredentialSnapshot } from '#server/credentials/schemas.ts';
import type { ReviewRule } from '#server/projects/tier-schemas.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { type RoutedRead, reviewReasons } from './review-rules.ts';

const option = (value: string) => ({ value, label: value });
const schema: LabelSchema = {
  fields: [
    {
      key: 'finding',
      label: 'F',
      type: 'categorical',
      definition: 'd',
      required: true,
      options: ['n', 'm', 'r'].map(option),
    },
    {
      key: 'more',
      label: 'M',
      type: 'multi_label',
      definition: 'd',
      required: false,
      options: ['x', 'y'].map(option),
    },
  ],
  rules: [],
  gatedFields: [],
};
const read = (over: Partial<RoutedRead> = {}): RoutedRead => ({
  answers: { finding: 'n' },
  confidence: 4,
  ordinal: 50,
  snapshot: null,
  ...over,
});
/** What somebody with a verified board certification in a specialty held on a day. */
const holding = (specialty: string): CredentialSnapshot => ({
  takenAt: '2026-11-02T09:00:00.000Z',
  credentials: [
    {
      credentialId: '00000000-0000-7000-8000-000000000000',
      kind: 'board_certification',
      title: specialty,
      issuer: 'Board',
      jurisdiction: 'US',
      specialty,
      taxonomyCode: null,
      region: null,
      proficiency: null,
      level: 'primary_source',
      status: 'verified',
      issuedOn: '2015-01-01',
      expiresOn: '2026-11-02',
      years: 11,
      verificationId: null,
      verifiedOn: null,
    },
  ],
});
const expert = {
  anyOf: [
    { kind: 'board_certification' as const, specialty: 'Radiology', minLevel: 'primary_source' as const },
  ],
};
const all = { sampleRateBasisPoints: 10_000 };
const reasons = (rule: ReviewRule, reads: RoutedRead[], taskId = 't', subgroups = {}) =>
  reviewReasons({ rules: [rule], shareBasisPoints: 0, seed: 7, taskId, schema, reads, subgroups });

describe('which cases a second person looks at', () => {
  const cases: [string, ReviewRule, RoutedRead[], RoutedRead[]][] = [
    [
      'low agreement',
      { kind: 'low_agreement', agreementBelow: 0.5, ...all },
      [read(), read({ answers: { finding: 'm' } })],
      [read(), read()],
    ],
    [
      'low confidence',
      { kind: 'low_confidence', confidenceAtMost: 2, ...all },
      [read(), read({ confidence: 2 })],
      [read({ confidence: 3 }), read()],
    ],
    [
      'a confidence that was not said, as low',
      { kind: 'low_confidence', confidenceAtMost: 1, ...all },
      [read(), read({ confidence: null })],
      [read({ confidence: 2 })],
    ],
    [
      'a new annotator',
      { kind: 'new_annotator', firstReads: 10, ...all },
      [read(), read({ ordinal: 10 })],
      [read({ ordinal: 11 })],
    ],
    [
      'technical staff, told by what they held when they took the case',
      { kind: 'technical_reader', expert, ...all },
      [read({ snapshot: holding('Radiology') }), read({ snapshot: holding('Pathology') })],
      [read({ snapshot: holding('Radiology') }), read({ snapshot: holding('radiology') })],
    ],
    [
      'a reader of whom nothing is known',
      { kind: 'technical_reader', expert, ...all },
      [read()],
      [read({ snapshot: holding('Radiology') })],
    ],
    [
      'a rare class, also among several',
      { kind: 'rare_class', field: 'more', value: 'y', ...all },
      [read({ answers: { finding: 'n', more: ['x', 'y'] } })],
      [read({ answers: { finding: 'n', more: ['x'] } })],
    ],
  ];
  test.each(cases)('%s', (_name, rule, met, notMet) => {
    expect(reasons(rule, met)).toEqual([rule.kind]);
    expect(reasons(rule, notMet)).toEqual([]);
  });

  test('a chosen subgroup', () => {
    const rule: ReviewRule = { kind: 'subgroup', column: 'site', value: 'north', ...all };
    expect(reasons(rule, [read()], 't', { site: 'north' })).toEqual(['subgroup']);
    expect(reasons(rule, [read()], 't', { site: 'south' })).toEqual([]);
  });

  test('each rule samples at its own rate, by a hash that gives the same answer again', () => {
    const rule: ReviewRule = { kind: 'low_confidence', confidenceAtMost: 4, sampleRateBasisPoints: 2_500 };
    const met = Array.from({ length: 4000 }, (_, at) => reasons(rule, [read()], `task ${at}`).length);
    const share = met.reduce((sum, n) => sum + n, 0) / met.length;
    expect(share).toBeGreaterThan(0.22);
    expect(share).toBeLessThan(0.28);
    expect(reasons(rule, [read()], 'task 1')).toEqual(reasons(rule, [read()], 'task 1'));
  });

  test('a case may have several reasons, each once', () => {
    const rules: ReviewRule[] = [
      { kind: 'low_confidence', confidenceAtMost: 4, ...all },
      { kind: 'low_confidence', confidenceAtMost: 3, ...all },
      { kind: 'new_annotator', firstReads: 100, ...all },
    ];
    const found = reviewReasons({
      rules,
      shareBasisPoints: 10_000,
      seed: 1,
      taskId: 't',
      schema,
      reads: [read()],
      subgroups: {},
    });
    expect(found).toEqual(['share', 'low_confidence', 'new_annotator']);
  });
});
