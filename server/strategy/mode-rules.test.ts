import { describe, expect, test } from 'vitest';
import { type ModeFacts, modelQuality, modeRemarks } from './mode-rules.ts';

const good = { name: 'Model 3', costPerCaseMinor: 2n, checked: 1000, right: 970 };
const facts = (over: Partial<ModeFacts> = {}): ModeFacts => ({
  intendedUse: 'training',
  isForSubmission: false,
  model: good,
  leastAccuracy: 0.9,
  ...over,
});
const blocks = (of: ModeFacts) =>
  Object.fromEntries(
    Object.entries(modeRemarks(of)).map(([mode, remarks]) => [
      mode,
      remarks.filter((one) => one.weight === 'blocks').map((one) => one.code),
    ]),
  );

describe('who may read, from what the labels are for', () => {
  test('a test reference is read by people alone, whatever the model (R5)', () => {
    expect(blocks(facts({ intendedUse: 'test_reference' }))).toEqual({
      human: [],
      hybrid: ['no_prelabels'],
      automated: ['reference_by_people'],
    });
  });

  test('training takes a checked model, and a model alone only where it is shown to be good enough', () => {
    expect(blocks(facts())).toEqual({ human: [], hybrid: [], automated: [] });
    expect(blocks(facts({ model: { ...good, right: 905 } })).automated).toEqual(['model_below']);
    expect(blocks(facts({ model: { ...good, checked: 29, right: 29 } })).automated).toEqual([
      'model_unmeasured',
    ]);
    expect(blocks(facts({ model: null }))).toEqual({
      human: [],
      hybrid: ['no_model'],
      automated: ['no_model'],
    });
  });

  test('a submission and a watch over a model need people', () => {
    expect(blocks(facts({ isForSubmission: true })).automated).toEqual(['submission_people']);
    expect(blocks(facts({ intendedUse: 'post_market' })).automated).toEqual(['circular']);
    expect(blocks(facts({ intendedUse: 'tuning' })).automated).toEqual(['circular']);
  });

  test('every remark names the rule or source it rests on', () => {
    for (const intendedUse of ['research', 'training', 'tuning', 'test_reference', 'post_market'] as const)
      for (const isForSubmission of [true, false])
        for (const model of [null, good, { ...good, checked: 0, right: 0 }])
          for (const remark of Object.values(
            modeRemarks(facts({ intendedUse, isForSubmission, model })),
          ).flat()) {
            expect(remark.source.length).toBeGreaterThan(1);
            expect(remark.message).toMatch(/\.$/);
          }
  });

  test('a model is as good as its interval, not as its share (R8, R10)', () => {
    const { lower, upper, n } = modelQuality({ ...good, checked: 100, right: 95 }) ?? {};
    // Wilson's 95 % interval of 95 of 100.
    expect(lower).toBeCloseTo(0.888, 3);
    expect(upper).toBeCloseTo(0.978, 3);
    expect(n).toBe(100);
    expect(modelQuality({ ...good, checked: 29, right: 29 })).toBeNull();
  });
});
