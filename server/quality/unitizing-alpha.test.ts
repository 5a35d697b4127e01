import { describe, expect, it } from 'vitest';
import { type Unit, unitizingAlpha } from './unitizing-alpha.ts';

const unit = (start: number, length: number, label: string): Unit => ({ start, end: start + length, label });

/** Krippendorff 2004, Content Analysis, 2nd ed., p. 254: two observers, a continuum from 150 to 450. */
const published = {
  start: 150,
  end: 450,
  marks: [
    [unit(225, 70, 'c'), unit(370, 30, 'c'), unit(180, 60, 'k'), unit(300, 50, 'k')],
    [unit(220, 80, 'c'), unit(355, 20, 'c'), unit(400, 20, 'c'), unit(180, 60, 'k'), unit(300, 50, 'k')],
  ],
};

describe('alpha for unitizing', () => {
  it('is the published value on the published example, overall and per category', () => {
    const { overall, perCategory } = unitizingAlpha([published]);
    expect(overall.value).toBeCloseTo(0.8591, 3);
    expect(overall.n).toBe(9);
    expect(perCategory.map(({ category }) => category)).toEqual(['c', 'k']);
    expect(perCategory[0]?.alpha.value).toBeCloseTo(0.7286, 4);
    expect(perCategory[1]?.alpha.value).toBe(1);
  });

  it('does not depend on the order of observers, units or continua, nor on where a continuum begins', () => {
    const moved = {
      start: 0,
      end: 300,
      marks: published.marks.map((own) =>
        own.map((one) => unit(one.start - 150, one.end - one.start, one.label)),
      ),
    };
    const other = { start: 0, end: 40, marks: [[unit(3, 5, 'c')], [unit(4, 6, 'c')]] };
    const turned = { ...published, marks: published.marks.map((own) => own.toReversed()).toReversed() };
    expect(unitizingAlpha([moved]).overall.value).toBeCloseTo(
      unitizingAlpha([published]).overall.value ?? 0,
      12,
    );
    expect(unitizingAlpha([turned]).overall.value).toBeCloseTo(
      unitizingAlpha([published]).overall.value ?? 0,
      12,
    );
    expect(unitizingAlpha([published, other])).toEqual(unitizingAlpha([other, published]));
  });

  it('falls as a boundary moves away and is low where units miss each other', () => {
    const shifted = (by: number) =>
      unitizingAlpha([{ start: 0, end: 100, marks: [[unit(20, 10, 'x')], [unit(20 + by, 10, 'x')]] }]).overall
        .value ?? 0;
    expect(shifted(0)).toBe(1);
    expect(shifted(2)).toBeLessThan(shifted(1));
    expect(shifted(9)).toBeLessThan(shifted(2));
    expect(shifted(40)).toBeLessThan(0.1);
  });

  it('is null with a reason where it is undefined, and leaves its input as it was', () => {
    const frozen = Object.freeze({
      start: 0,
      end: 10,
      marks: Object.freeze([Object.freeze([]), Object.freeze([])]),
    });
    expect(unitizingAlpha([frozen]).overall).toMatchObject({ value: null, reason: 'no_units' });
    expect(unitizingAlpha([{ start: 0, end: 10, marks: [[unit(1, 2, 'x')]] }]).overall.reason).toBe(
      'one_annotator',
    );
    const twice = [unit(1, 4, 'x'), unit(3, 4, 'x')];
    expect(unitizingAlpha([{ start: 0, end: 10, marks: [twice, []] }]).overall.reason).toBe(
      'overlapping_units',
    );
    expect(
      unitizingAlpha([{ start: 0, end: 10, marks: [[unit(1, 4, 'x')], [unit(3, 4, 'y')]] }]).overall.value,
    ).not.toBeNull();
  });
});
