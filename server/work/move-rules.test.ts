import { describe, expect, test } from 'vitest';
import { pilotTermsOf } from '#db/seed/factories/bids.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { noAdjudication } from './batch-rules.ts';
import { faultsOfMove, type Moving } from './move-rules.ts';

const schemaOf = (levels: number, key = 'grade') => ({
  fields: [gradeField(levels, key)],
  rules: [],
  gatedFields: [key],
});
const batch = {
  projectId: 'p',
  kind: 'pilot',
  taskCount: 10,
  overlap: 2,
  rounds: 1,
  overlapRule: { mode: 'fixed' },
  consensusMethod: 'majority',
  reviewRules: [],
  missRule: null,
  adjudicationRule: noAdjudication,
  pools: null,
} as unknown as Moving['batch'];
const of: Moving = { batch, intendedUse: 'training', gold: [], terms: null };
const codesOf = (over: Partial<Moving>, from: number, to: number, key?: string) =>
  faultsOfMove({ ...of, ...over }, { from: schemaOf(from), to: schemaOf(to, key), number: 2 }).map(
    (fault) => fault.code,
  );

describe('what a draft asks of the protocol version that it moves to (R6)', () => {
  test('a pilot is judged by fields and classes that the version has', () => {
    const base = pilotTermsOf();
    const accuracy = { field: 'grade', threshold: 0.9 };
    const perClass = [{ field: 'grade', className: '4', sensitivity: 0.8, specificity: null }];
    const terms = { ...base, criteria: { ...base.criteria, reliability: null, accuracy, perClass } };
    expect(codesOf({ terms }, 5, 5)).toEqual([]);
    expect(codesOf({ terms }, 5, 3)).toEqual(['batch.terms_of_version']);
    // The field and its class.
    expect(codesOf({ terms }, 5, 5, 'score').every((code) => code === 'batch.terms_of_version')).toBe(true);
    expect(codesOf({ terms }, 5, 5, 'score').length).toBeGreaterThan(0);
  });

  test('known answers are answers of the version; what was wrong before either is no news', () => {
    const gold = [{ grade: ['1'] }, { grade: ['4'] }];
    expect(codesOf({ gold }, 5, 5)).toEqual([]);
    expect(codesOf({ gold }, 5, 3)).toEqual(['batch.gold_of_version']);
    expect(codesOf({ gold }, 3, 3)).toEqual([]);
  });
});
