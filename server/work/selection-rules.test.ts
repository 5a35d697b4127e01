import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSequestered } from '#server/datasets/split-rules.ts';
import {
  allocateDraw,
  type Candidate,
  drawSample,
  fitsFilter,
  isTestData,
  splitFaults,
  weightOf,
} from './selection-rules.ts';
import type { Sampling } from './selection-schemas.ts';

const caseOf = (n: number, more: Partial<Candidate> = {}): Candidate => ({
  id: `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`,
  externalId: String(n),
  patientKey: `p${n}`,
  site: 'north',
  split: null,
  subgroups: {},
  isGold: false,
  classes: {},
  final: null,
  readers: [],
  isAsked: false,
  ...more,
});

/** A frame of strata of given sizes, mixed up. */
const frameOf = (sizes: readonly number[]): Candidate[] =>
  sizes
    .flatMap((size, s) => Array.from({ length: size }, (_, i) => ({ s, i })))
    .sort((a, b) => a.i - b.i)
    .map(({ s }, n) => caseOf(n, { subgroups: { sex: `g${s}` } }));

const stratified = (
  allocation: Extract<Sampling, { kind: 'stratified' }>['allocation'],
  whenShort: 'refuse' | 'take_all' = 'refuse',
): Sampling => ({ kind: 'stratified', by: ['subgroup:sex'], allocation, whenShort });

const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 });
const seed = fc.integer({ min: 0, max: 2_147_483_647 });

describe('drawing the cases of a batch', () => {
  test('a proportional draw has its size, something of every stratum, no more than there is, and weights that add up to the population', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 400 }), seed, (groups, wanted, s) => {
        const frame = frameOf(groups);
        const count = Math.max(groups.length, Math.min(wanted, frame.length));
        const draw = drawSample(frame, stratified({ kind: 'proportional', count }), s);
        expect(draw.faults).toEqual([]);
        expect(draw.chosen).toHaveLength(count);
        expect(new Set(draw.chosen.map((one) => one.id)).size).toBe(count);
        const strata = draw.strata ?? [];
        for (const one of strata) {
          expect(one.drawn).toBeGreaterThan(0);
          expect(one.drawn).toBeLessThanOrEqual(one.population);
        }
        // Horvitz–Thompson: the weights of the drawn cases add up to the frame.
        const total = draw.stratumOf.reduce((sum, place) => sum + (weightOf(strata[place]!) ?? 0), 0);
        expect(total).toBeCloseTo(frame.length, 6);
        draw.chosen.forEach((one, i) => {
          expect(strata[draw.stratumOf[i]!]!.key).toBe(one.subgroups.sex);
        });
      }),
    );
  });

  test('the same seed draws the same cases, in whatever order the frame comes; a larger draw contains the smaller', () => {
    fc.assert(
      fc.property(sizes, seed, fc.integer({ min: 1, max: 50 }), (groups, s, some) => {
        const frame = frameOf(groups);
        const count = Math.min(some, frame.length);
        const ids = (of: readonly Candidate[], n: number) =>
          drawSample(of, { kind: 'random', count: n }, s).chosen.map((one) => one.id);
        const drawn = ids(frame, count);
        expect(ids([...frame].reverse(), count).sort()).toEqual([...drawn].sort());
        const larger = new Set(ids(frame, Math.min(frame.length, count + 7)));
        expect(drawn.every((id) => larger.has(id))).toBe(true);
      }),
    );
  });

  test('every case is as likely as every other to be drawn at random', () => {
    const frame = frameOf([40]);
    const hits = new Map<string, number>();
    for (let s = 0; s < 2000; s += 1)
      for (const one of drawSample(frame, { kind: 'random', count: 10 }, s).chosen)
        hits.set(one.id, (hits.get(one.id) ?? 0) + 1);
    // 2,000 × ¼ = 500, sd ≈ 19; five of them either way.
    for (const one of frame) {
      expect(hits.get(one.id)).toBeGreaterThan(400);
      expect(hits.get(one.id)).toBeLessThan(600);
    }
  });

  test('an equal draw oversamples the rare, and a stratum that is too small says so or is taken whole', () => {
    const frame = frameOf([900, 100, 12]);
    const equal = drawSample(frame, stratified({ kind: 'equal', count: 30 }), 1);
    expect(equal.strata).toEqual([
      { key: 'g0', population: 900, drawn: 10 },
      { key: 'g1', population: 100, drawn: 10 },
      { key: 'g2', population: 12, drawn: 10 },
    ]);
    expect(equal.strata?.map(weightOf)).toEqual([90, 10, 1.2]);
    const short = drawSample(frame, stratified({ kind: 'equal', count: 60 }), 1);
    expect(short.chosen).toEqual([]);
    expect(short.faults.map((one) => one.message)).toEqual([
      '“g2” has 12 of the 20 cases asked for. Ask for fewer, or take all that such strata have.',
    ]);
    const all = drawSample(frame, stratified({ kind: 'equal', count: 60 }, 'take_all'), 1);
    expect(all.strata?.map((one) => one.drawn)).toEqual([20, 20, 12]);
    expect(all.warnings[0]?.message).toContain('“g2” has 12 of the 20');
  });

  test('counts by stratum name strata that exist, and one left out is said to speak for nobody', () => {
    const groups = [
      { key: 'F', population: 5 },
      { key: 'M', population: 9 },
    ];
    const how = (counts: Record<string, number>): Parameters<typeof allocateDraw>[1] => ({
      kind: 'stratified',
      by: ['subgroup:sex'],
      allocation: { kind: 'counts', counts },
      whenShort: 'refuse',
    });
    expect(allocateDraw(groups, how({ F: 5, M: 2 })).drawn).toEqual([5, 2]);
    expect(allocateDraw(groups, how({ X: 1 })).faults[0]?.message).toBe('No case that fits is in “X”.');
    expect(allocateDraw(groups, how({ F: 1 })).warnings[0]?.message).toContain('Nothing is drawn from “M”');
    expect(weightOf({ key: 'M', population: 9, drawn: 0 })).toBeNull();
  });

  test('a draw that is smaller than its strata, or larger than what there is, is refused in words', () => {
    const frame = frameOf([3, 3, 3]);
    const refused = (how: Sampling) => drawSample(frame, how, 1).faults[0]?.message;
    expect(refused(stratified({ kind: 'proportional', count: 2 }))).toContain('at least 3 cases');
    expect(refused({ kind: 'random', count: 10 })).toContain('“all” has 9 of the 10');
  });
});

describe('the filter', () => {
  const work = (final: Partial<NonNullable<Candidate['final']>> = {}, readers: string[] = []) =>
    caseOf(1, {
      final: { batchId: 'b', protocolVersionId: 'v', isUncertain: false, isDisputed: false, ...final },
      readers,
    });

  test('everything that is given must hold', () => {
    const one = caseOf(1, {
      site: 'south',
      split: 'train',
      subgroups: { sex: 'F', age: '' },
      classes: { grade: '2' },
      isGold: true,
    });
    expect(fitsFilter(one, {})).toBe(true);
    expect(fitsFilter(one, { sites: ['south'], subgroups: { sex: ['F'], age: [''] }, gold: 'only' })).toBe(
      true,
    );
    expect(fitsFilter(one, { split: 'test' })).toBe(false);
    expect([null, 'test'].map((split) => fitsFilter({ ...one, split }, { split: null }))).toEqual([
      true,
      false,
    ]);
    expect(fitsFilter({ ...one, isReadAgain: true }, { work: { isReadAgain: false } })).toBe(false);
    expect(fitsFilter(one, { work: { isReadAgain: false } })).toBe(true);
    expect(fitsFilter(one, { subgroups: { scanner: ['A'] } })).toBe(false);
    expect(fitsFilter(one, { classes: [{ field: 'grade', values: ['2', '3'] }] })).toBe(true);
    expect(fitsFilter(one, { classes: [{ field: 'grade', values: ['3'] }] })).toBe(false);
    expect(fitsFilter(one, { gold: 'never' })).toBe(false);
    expect(fitsFilter(one, { finalLabel: 'has' })).toBe(false);
  });

  test('earlier work: by batch, protocol version, uncertain, disputed, and who read it', () => {
    expect(fitsFilter(work(), { work: { batchIds: ['b'], protocolVersionIds: ['v'] } })).toBe(true);
    expect(fitsFilter(work(), { work: { protocolVersionIds: ['w'] } })).toBe(false);
    expect(fitsFilter(work({ isUncertain: true }), { work: { isUncertain: true } })).toBe(true);
    expect(fitsFilter(work(), { work: { isDisputed: true } })).toBe(false);
    expect(fitsFilter(caseOf(1), { work: { isDisputed: false } })).toBe(false);
    expect(fitsFilter(work({}, ['b|R02']), { work: { readers: [{ batchId: 'b', alias: 'R02' }] } })).toBe(
      true,
    );
    expect(fitsFilter(work({}, ['b|R02']), { work: { readers: [{ batchId: 'b', alias: 'R01' }] } })).toBe(
      false,
    );
  });
});

describe('splits', () => {
  test('a batch draws from one split, and test data is told by its name', () => {
    expect(splitFaults(new Map([['train', 10]]))).toEqual([]);
    expect(
      splitFaults(
        new Map([
          ['train', 10],
          ['test', 2],
        ]),
      )[0]?.message,
    ).toContain('train (10), test (2)');
    for (const name of ['test', 'Test set', 'holdout', 'hold-out', 'held out', 'external validation'])
      expect(isSequestered(name)).toBe(true);
    for (const name of ['train', 'tune', 'validation', null]) expect(isSequestered(name)).toBe(false);
  });

  test('R5: all cases of a test reference are test data, but those of a split for training', () => {
    const of = (split: string | null, kind = 'production') => ({ split, kind });
    for (const name of [null, 'A', 'validation', 'test'])
      expect(isTestData(of(name), 'test_reference')).toBe(true);
    for (const name of ['train', 'Training', 'tune', 'tuning', 'dev'])
      expect(isTestData(of(name), 'test_reference')).toBe(false);
    expect([isTestData(of(null), 'training'), isTestData(of('test'), 'training')]).toEqual([false, true]);
  });

  test('R17: what people qualify on in a test reference is no test data; elsewhere it can be drawn from another split', () => {
    for (const kind of ['exam', 'training'])
      for (const split of [null, 'A', 'test'])
        expect([
          isTestData({ split, kind }, 'test_reference'),
          isTestData({ split, kind }, 'training'),
        ]).toEqual([false, split === 'test']);
  });
});
