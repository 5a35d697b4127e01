import { describe, expect, test } from 'vitest';
import { describeCases } from './describe-cases.ts';
import type { ParsedCase } from './read-cases.ts';
import { evidenceFaults, imageMediaType } from './rules.ts';
import type { DatasetEvidence } from './schemas.ts';

const one = (n: number, change: Partial<ParsedCase> = {}): ParsedCase => ({
  line: n,
  externalId: `c${n}`,
  patientKey: `p${n}`,
  site: 'north',
  split: null,
  subgroups: { sex: n % 2 ? 'F' : 'M' },
  context: {},
  assets: [{ kind: 'text', name: 'report', text: 'Benign.' }],
  gold: null,
  ...change,
});
const many = (n: number, change: (i: number) => Partial<ParsedCase> = () => ({})) =>
  Array.from({ length: n }, (_, i) => one(i, change(i)));
const codes = (cases: ParsedCase[], dataClass = 'public') =>
  describeCases(cases, dataClass).warnings.map((warning) => warning.code);

describe('composition report', () => {
  test('counts sites, subgroups and classes, largest first', () => {
    const cases = many(30, (i) => ({
      site: i < 20 ? 'north' : 'south',
      gold: { answers: { grade: [i < 18 ? '0' : '1'] }, source: 'panel' },
    }));
    expect(describeCases(cases, 'public')).toMatchObject({
      cases: 30,
      patients: 30,
      assets: { text: 30, image: 0 },
      sites: [
        { value: 'north', cases: 20 },
        { value: 'south', cases: 10 },
      ],
      subgroups: {
        sex: [
          { value: 'F', cases: 15 },
          { value: 'M', cases: 15 },
        ],
      },
      classes: {
        grade: [
          { value: '0', cases: 18 },
          { value: '1', cases: 12 },
        ],
      },
      goldCases: 30,
      warnings: [],
    });
  });

  test('warns about one site, a missing subgroup, a small class and repeated patients', () => {
    const cases = many(30, (i) => ({
      subgroups: { sex: i === 0 ? '' : 'F' },
      patientKey: `p${Math.floor(i / 2)}`,
      gold: { answers: { grade: [i < 3 ? '4' : '0'] }, source: 'panel' },
    }));
    expect(codes(cases)).toEqual(['one_site', 'subgroup_missing', 'class_small', 'patients_repeat']);
    expect(codes(many(30, (i) => ({ subgroups: {}, site: i % 2 ? 'a' : 'b' })))).toEqual(['no_subgroups']);
  });

  test('hints at identifiers in de-identified data only, by column and count, never by content', () => {
    const cases = many(20, (i) => ({
      site: i % 2 ? 'a' : 'b',
      context: { dob: '1960' },
      assets: [
        { kind: 'text', name: 'report', text: i < 2 ? 'Seen 03/04/2021, call 555-123-4567.' : 'Benign.' },
      ],
    }));
    expect(codes(cases)).toEqual([]);
    const { warnings } = describeCases(cases, 'deidentified_safe_harbor');
    expect(warnings.map((warning) => warning.code)).toEqual(Array(3).fill('possible_identifier'));
    expect(warnings.map((warning) => warning.message).join()).toContain('a full date in 2 cases');
    expect(JSON.stringify(warnings)).not.toContain('555-123');
  });
});

describe('evidence of the data class (R18)', () => {
  const licence: DatasetEvidence = {
    kind: 'licence',
    issuer: 'Hospital',
    reference: 'CC0-1.0',
    issuedOn: '2026-01-01',
    expiresOn: null,
    sha256: null,
  };
  const paths = (...args: Parameters<typeof evidenceFaults>) =>
    evidenceFaults(...args).map((fault) => fault.path);
  test('a licence is enough for public data, not for de-identified', () => {
    expect(evidenceFaults('public', licence, '2026-11-21')).toEqual([]);
    expect(paths('deidentified_safe_harbor', licence, '2026-11-21')).toEqual(['evidence.kind']);
  });
  test("an expert's determination needs an end date and must be in date", () => {
    const expert = { ...licence, kind: 'expert_determination' as const };
    expect(paths('deidentified_expert', expert, '2026-11-21')).toEqual(['evidence.expiresOn']);
    const past = { ...expert, expiresOn: '2026-11-21' };
    expect(evidenceFaults('deidentified_expert', past, '2026-11-21')[0]?.message).toMatch(/expired/);
    expect(
      evidenceFaults('deidentified_expert', { ...expert, expiresOn: '2027-11-21' }, '2026-11-21'),
    ).toEqual([]);
  });
});

test('images are told by their first bytes, not by their name', () => {
  expect(imageMediaType(Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))).toBe('image/png');
  expect(imageMediaType(Uint8Array.from([0xff, 0xd8, 0xff, 0xe0]))).toBe('image/jpeg');
  expect(imageMediaType(new TextEncoder().encode('<svg onload=alert(1)>'))).toBeNull();
});
