import { type Measurement, measured, unmeasured } from './measurement.ts';

/** A stretch that an observer marked: `start` included, `end` not, in whole units (characters, tokens, milliseconds). */
export type Unit = { readonly start: number; readonly end: number; readonly label: string };

/** One document or recording with what each observer marked in it, the observers in the same order everywhere. */
export type Continuum = {
  readonly start: number;
  readonly end: number;
  readonly marks: readonly (readonly Unit[])[];
};

type Stretch = { readonly start: number; readonly length: number; readonly isUnit: boolean };

const METHOD = 'krippendorff_alpha_u';

/**
 * Krippendorff's alpha for unitizing (u-alpha): do observers mark the same stretches with the same categories? 1 is perfect, 0 is what
 * chance placement of the same stretches would give. `alpha = 1 - D_o / D_e`, both summed over the categories; the difference of two
 * overlapping units is the sum of their squared end differences, of a unit inside a gap its squared length. Several continua are laid end
 * to end, and no gap reaches across a border, so that their order does not matter. `n` counts units.
 *
 * Null with `one_annotator`, `no_units`, `overlapping_units` (one observer marked a place twice in one category) or `no_variation`.
 *
 * Source: Krippendorff 2004, Content Analysis, 2nd ed., section 11.6, with the example of p. 254 as test.
 *
 * @example unitizingAlpha([{ start: 0, end: 10, marks: [[{ start: 2, end: 4, label: 'drug' }], [{ start: 2, end: 4, label: 'drug' }]] }]).overall.value // 1
 */
export function unitizingAlpha(continua: readonly Continuum[]): {
  overall: Measurement;
  perCategory: readonly { readonly category: string; readonly alpha: Measurement }[];
} {
  const units = continua.flatMap((continuum) => continuum.marks.flat());
  const categories = [...new Set(units.map((unit) => unit.label))].sort();
  const observers = Math.min(...continua.map((continuum) => continuum.marks.length));
  const undefinedBecause = (reason: string) => ({
    overall: unmeasured({ reason, n: units.length, method: METHOD }),
    perCategory: [],
  });
  if (units.length === 0) return undefinedBecause('no_units');
  if (observers < 2) return undefinedBecause('one_annotator');
  if (continua.some(hasOverlap)) return undefinedBecause('overlapping_units');

  const total = continua.reduce((sum, { start, end }) => sum + end - start, 0);
  const parts = categories.map((category) => {
    const stretches = continua.map((continuum) =>
      continuum.marks.map((own) => cut(continuum, own, category)),
    );
    return {
      category,
      n: units.filter((unit) => unit.label === category).length,
      observed: observedDisagreement(stretches) / (observers * (observers - 1) * total ** 2),
      expected: expectedDisagreement(stretches.flat(2), observers, total),
    };
  });
  const alpha = (observed: number, expected: number, n: number) =>
    expected > 0
      ? measured({ value: 1 - observed / expected, n, method: METHOD })
      : unmeasured({ reason: 'no_variation', n, method: METHOD });
  const sum = (pick: (part: (typeof parts)[number]) => number) =>
    parts.reduce((before, part) => before + pick(part), 0);
  return {
    overall: alpha(
      sum((part) => part.observed),
      sum((part) => part.expected),
      units.length,
    ),
    perCategory: parts.map(({ category, observed, expected, n }) => ({
      category,
      alpha: alpha(observed, expected, n),
    })),
  };
}

function hasOverlap({ marks }: Continuum): boolean {
  return marks.some((own) => {
    const inOrder = own.toSorted((a, b) =>
      a.label < b.label ? -1 : a.label > b.label ? 1 : a.start - b.start,
    );
    return inOrder.some((unit, at) => {
      const before = inOrder[at - 1];
      return before !== undefined && before.label === unit.label && unit.start < before.end;
    });
  });
}

/** One observer's continuum as units of the category and the gaps between them, in order. */
function cut({ start, end }: Continuum, own: readonly Unit[], category: string): Stretch[] {
  const stretches: Stretch[] = [];
  let at = start;
  const units = own.filter((unit) => unit.label === category).sort((a, b) => a.start - b.start);
  for (const unit of units) {
    if (unit.start > at) stretches.push({ start: at, length: unit.start - at, isUnit: false });
    stretches.push({ start: unit.start, length: unit.end - unit.start, isUnit: true });
    at = unit.end;
  }
  if (end > at) stretches.push({ start: at, length: end - at, isUnit: false });
  return stretches;
}

function observedDisagreement(continua: readonly (readonly (readonly Stretch[])[])[]): number {
  let sum = 0;
  for (const observers of continua) {
    for (const [i, own] of observers.entries()) {
      for (const [j, other] of observers.entries()) if (i !== j) sum += distance(own, other);
    }
  }
  return sum;
}

/** Each pair of stretches that meet is looked at once: both lists are walked in step. */
function distance(own: readonly Stretch[], other: readonly Stretch[]): number {
  let sum = 0;
  let [i, j] = [0, 0];
  for (let a = own[i], b = other[j]; a !== undefined && b !== undefined; a = own[i], b = other[j]) {
    const [endA, endB] = [a.start + a.length, b.start + b.length];
    if (a.isUnit && b.isUnit) sum += (a.start - b.start) ** 2 + (endA - endB) ** 2;
    else if (a.isUnit && a.start >= b.start && endA <= endB) sum += a.length ** 2;
    else if (b.isUnit && b.start >= a.start && endB <= endA) sum += b.length ** 2;
    if (endA <= endB) i += 1;
    if (endB <= endA) j += 1;
  }
  return sum;
}

function expectedDisagreement(stretches: readonly Stretch[], observers: number, total: number): number {
  const units = stretches.filter((stretch) => stretch.isUnit);
  const roomFor = roomInGaps(stretches.filter((stretch) => !stretch.isUnit).map((gap) => gap.length));
  let sum = 0;
  let own = 0;
  for (const { length } of units) {
    sum +=
      ((units.length - 1) / 3) * (2 * length ** 3 - 3 * length ** 2 + length) + length ** 2 * roomFor(length);
    own += length * (length - 1);
  }
  const places = observers * total;
  return ((2 / total) * sum) / (places * (places - 1) - own);
}

/** In how many places of all gaps a unit of a length fits: one sort for all, one search for each. */
function roomInGaps(gaps: readonly number[]): (length: number) => number {
  const ascending = Float64Array.from(gaps).sort();
  const sumFrom = new Float64Array(ascending.length + 1);
  for (let at = ascending.length - 1; at >= 0; at -= 1)
    sumFrom[at] = (sumFrom[at + 1] ?? 0) + (ascending[at] ?? 0);
  return (length) => {
    let [low, high] = [0, ascending.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ascending[middle] ?? 0) < length) low = middle + 1;
      else high = middle;
    }
    return (sumFrom[low] ?? 0) - (ascending.length - low) * (length - 1);
  };
}
