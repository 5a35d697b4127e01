import { describe, expect, test } from 'vitest';
import { batchCosts, isCorrect } from './costs.ts';
import { readsPerActiveHour } from './throughput.ts';

describe('R12: cost has three denominators', () => {
  const base = { currency: 'USD', paidMinor: 900n, feeMinor: 100n, reads: 30, finalLabels: 10 };

  test('per read, per final label, per correct label, each with fee', () => {
    expect(batchCosts({ ...base, checked: { total: 5, right: 4 } })).toMatchObject({
      perReadMinor: 1000 / 30,
      perFinalLabelMinor: 100,
      perCorrectLabelMinor: 125,
      perCorrectReason: null,
    });
    // Wilson of 4 of 5 is [.3755, .9638]: 100 over each.
    const { perCorrectLabelInterval, checked } = batchCosts({ ...base, checked: { total: 5, right: 4 } });
    expect(perCorrectLabelInterval?.map(Math.round)).toEqual([104, 266]);
    expect(checked).toBe(5);
  });

  test('per correct label is null without a reference and when nothing is right', () => {
    expect(batchCosts({ ...base, checked: { total: 0, right: 0 } })).toMatchObject({
      perCorrectLabelMinor: null,
      perCorrectReason: 'no_reference',
    });
    expect(batchCosts({ ...base, checked: { total: 5, right: 0 } })).toMatchObject({
      perCorrectLabelMinor: null,
      perCorrectReason: 'none_correct',
    });
    expect(batchCosts({ ...base, reads: 0, finalLabels: 0, checked: { total: 0, right: 0 } })).toMatchObject({
      perReadMinor: null,
      perFinalLabelMinor: null,
    });
  });

  test('a label is correct when every gated field with a known answer is acceptable', () => {
    expect(isCorrect({ a: '1', b: 'x' }, { a: ['1', '2'], b: ['y'] }, ['a'])).toBe(true);
    expect(isCorrect({ a: '1', b: 'x' }, { a: ['1'], b: ['y'] }, ['a', 'b'])).toBe(false);
    expect(isCorrect({ a: '1' }, undefined, ['a'])).toBeNull();
    expect(isCorrect({ a: null }, { a: ['1'] }, ['a'])).toBe(false);
  });
});

describe('throughput', () => {
  test('is reads over active hours; reads without a measured time are left out and counted', () => {
    const reads = Array.from({ length: 40 }, (_, i) => ({ taskId: `t${i % 10}`, activeMs: 30_000 }));
    expect(readsPerActiveHour([...reads, { taskId: 't1', activeMs: 0 }])).toMatchObject({
      value: 120,
      n: 40,
      nExcluded: 1,
    });
    expect(readsPerActiveHour([{ taskId: 'a', activeMs: 0 }])).toMatchObject({
      value: null,
      reason: 'no_active_time',
    });
  });
});
