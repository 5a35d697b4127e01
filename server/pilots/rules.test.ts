import { describe, expect, test } from 'vitest';
import { decisionProblem, furtherCases, restsOnGold } from './rules.ts';

const line = (key: string, n: number, itemsInAll: number | null, verdict = 'inconclusive' as const) => ({
  key,
  verdict,
  itemsInAll,
  measurement: { n },
});

describe('how many further cases an extension orders (R10)', () => {
  const pilot = { cases: 20, goldCases: 10, goldLeft: 500, isEmbedded: true };

  test('what the helper asks for, at the items a case has given', () => {
    // Alpha over 20 cases needs 50; three reads of a case give three reads of accuracy.
    expect(furtherCases([line('reliability.grade', 20, 50)], pilot)).toBe(30);
    expect(furtherCases([line('throughput', 60, 90)], pilot)).toBe(10);
  });

  test('known cases come first where they are embedded, and on top where they are dealt', () => {
    const accuracy = line('accuracy.grade', 30, 90);
    expect(furtherCases([accuracy], pilot)).toBe(20);
    expect(furtherCases([accuracy], { ...pilot, goldLeft: 5 })).toBe(5);
    expect(furtherCases([accuracy], { ...pilot, isEmbedded: false })).toBe(40);
  });

  test('the line that asks for most decides; lines that have decided ask for nothing', () => {
    const lines = [line('reliability.grade', 20, 22), line('throughput', 60, 90)];
    expect(furtherCases(lines, pilot)).toBe(10);
    expect(furtherCases([{ ...line('throughput', 60, 900), verdict: 'pass' }], pilot)).toBe(1);
  });

  test('as many as before when the helper can’t say', () => {
    expect(furtherCases([line('reliability.grade', 20, null)], pilot)).toBe(20);
    expect(furtherCases([line('reliability.grade', 0, 0)], pilot)).toBe(20);
  });

  test('accuracy and the bounds of classes rest on known answers', () => {
    const keys = ['accuracy.g', 'sensitivity.g.1', 'specificity.g.1', 'reliability.g', 'throughput'];
    expect(keys.map((key) => restsOnGold({ key }))).toEqual([true, true, true, false, false]);
  });
});

describe('what stands in the way of a decision (R10)', () => {
  const reason = 'A written reason.';
  const code = (
    decision: 'award' | 'extend' | 'decline',
    verdict: 'pass' | 'inconclusive' | 'fail',
    says = reason,
  ) => decisionProblem({ attempt: 1, decision, verdict, reason: says })?.code ?? null;

  test('a failed card is not awarded; only an inconclusive one is extended', () => {
    expect(code('award', 'fail')).toBe('verdict_fail');
    expect([code('extend', 'pass'), code('extend', 'fail')]).toEqual(['verdict_decided', 'verdict_decided']);
    expect([code('award', 'pass'), code('award', 'inconclusive'), code('extend', 'inconclusive')]).toEqual([
      null,
      null,
      null,
    ]);
    expect(code('decline', 'pass')).toBeNull();
  });

  test('everything but an award on a clear pass needs a written reason', () => {
    expect(code('award', 'pass', '')).toBeNull();
    for (const [decision, verdict] of [
      ['award', 'inconclusive'],
      ['extend', 'inconclusive'],
      ['decline', 'fail'],
    ] as const)
      expect(code(decision, verdict, 'no')).toBe('reason_missing');
  });
});
