import { describe, expect, test } from 'vitest';
import type { Candidate } from '#server/work/selection-rules.ts';
import { choosePilotCases } from './choose-cases.ts';

const caseOf = (id: number, over: Partial<Candidate> = {}): Candidate => ({
  id: `c${id}`,
  externalId: `${id}`,
  patientKey: `p${id}`,
  site: id % 2 === 0 ? 'north' : 'south',
  split: null,
  subgroups: {},
  isGold: false,
  classes: {},
  final: null,
  readers: [],
  isAsked: false,
  ...over,
});
const gold = (id: number, className: string) => caseOf(id, { isGold: true, classes: { finding: className } });
const terms = (over: Partial<Parameters<typeof choosePilotCases>[0]> = {}) => ({
  cases: 4,
  strata: null,
  goldPerClass: [],
  goldMode: 'none' as const,
  ...over,
});

describe('which cases a pilot has (R15)', () => {
  const plain = Array.from({ length: 10 }, (_, at) => caseOf(at));

  test('the first of the dataset where nothing else is agreed; fewer when it has fewer', () => {
    expect(choosePilotCases(terms(), plain)).toEqual({ caseIds: ['c0', 'c1', 'c2', 'c3'], faults: [] });
    expect(choosePilotCases(terms({ cases: 40 }), plain).caseIds).toHaveLength(10);
  });

  test('so many of each stratum, in the dataset’s order; a stratum that is too small is named', () => {
    const strata = { by: ['site'], counts: { north: 3, south: 1 } };
    expect(choosePilotCases(terms({ strata }), plain).caseIds).toEqual(['c0', 'c1', 'c2', 'c4']);
    const tooMany = { by: ['site'], counts: { north: 6, west: 1 } };
    expect(choosePilotCases(terms({ cases: 7, strata: tooMany }), plain).faults).toMatchObject([
      { code: 'pilot.stratum_small', message: 'The terms ask for 6 cases of north and the dataset has 5.' },
      { code: 'pilot.stratum_small', message: 'The terms ask for 1 cases of west and the dataset has 0.' },
    ]);
  });

  test('known cases of the named classes come first, then other known ones', () => {
    const frame = [...plain, gold(10, 'no'), gold(11, 'no'), gold(12, 'yes'), gold(13, 'yes')];
    const asked = terms({
      goldMode: 'embedded',
      goldPerClass: [{ field: 'finding', className: 'yes', cases: 2 }],
    });
    expect(choosePilotCases({ ...asked, cases: 3 }, frame)).toEqual({
      caseIds: ['c10', 'c12', 'c13'],
      faults: [],
    });
    const short = { ...asked, goldPerClass: [{ field: 'finding', className: 'yes', cases: 3 }] };
    expect(choosePilotCases(short, frame).faults).toEqual([
      {
        code: 'pilot.gold_short',
        message:
          'The terms ask for 3 gold cases of finding “yes” and only 2 can be in this pilot. Sign more gold of that class.',
      },
    ]);
  });

  test('strata and classes together: the class is found within the strata', () => {
    const frame = [...plain, gold(10, 'yes'), gold(11, 'yes'), gold(12, 'no')];
    const { caseIds, faults } = choosePilotCases(
      terms({
        cases: 3,
        goldMode: 'embedded',
        strata: { by: ['site'], counts: { north: 1, south: 2 } },
        goldPerClass: [{ field: 'finding', className: 'yes', cases: 2 }],
      }),
      frame,
    );
    expect({ caseIds, faults }).toEqual({ caseIds: ['c1', 'c10', 'c11'], faults: [] });
  });

  test('gold that is dealt on top is counted where it is', () => {
    const asked = terms({
      goldMode: 'dealt',
      goldPerClass: [{ field: 'finding', className: 'yes', cases: 1 }],
    });
    expect(choosePilotCases(asked, plain, [gold(20, 'yes')]).faults).toEqual([]);
    expect(choosePilotCases(asked, plain, [gold(20, 'no')]).faults).toHaveLength(1);
  });
});
