import { describe, expect, test } from 'vitest';
import { costCeiling } from './batch-rules.ts';
import type { Batch } from './reads.ts';
import {
  canonicalJson,
  goldOrdinals,
  goldPlaces,
  goldSlotNo,
  isDealtGoldSlot,
  isInShare,
  labelHash,
  MOST_READERS,
  partialFee,
  partialPay,
  repeatSeat,
  repeatSlotNo,
  SLOT_BASE,
  SLOTS_PER_USE,
  secretOrder,
  shuffled,
} from './rules.ts';

const who = { secret: 'a-secret-of-the-tests', batchId: 'b', annotatorId: 'a' };

describe('rules of work', () => {
  test('a shuffle is a permutation, the same for a seed and another for another', () => {
    const items = Array.from({ length: 500 }, (_, i) => i);
    expect([...shuffled(items, 7)].sort((a, b) => a - b)).toEqual(items);
    expect(shuffled(items, 7)).toEqual(shuffled(items, 7));
    expect(shuffled(items, 7)).not.toEqual(shuffled(items, 8));
    expect(shuffled(items, 7)).not.toEqual(items);
  });

  test('gold comes at its share, decided per ordinal whatever the prefetch', () => {
    const one = (dealt: number) => goldOrdinals({ ...who, dealt, count: 1, shareBasisPoints: 1000 });
    const singly = Array.from({ length: 2000 }, (_, i) => one(i)).reduce((a, b) => a + b, 0);
    const together = goldOrdinals({ ...who, dealt: 0, count: 2000, shareBasisPoints: 1000 });
    expect(singly).toBe(together);
    expect(together).toBeGreaterThan(150);
    expect(together).toBeLessThan(250);
  });

  test('a reader goes round the gold pool twice, from a place of their own, no place twice in one look', () => {
    const look = (next: number, count: number) => goldPlaces({ ...who, next, count, poolSize: 40 });
    expect(look(0, 0)).toEqual({ places: [], firstPass: 0 });
    expect(look(0, 3).places).toHaveLength(11);
    const [first] = look(0, 1).places;
    expect(look(40, 1)).toMatchObject({ firstPass: 0, places: expect.arrayContaining([first]) });
    expect(look(30, 3).firstPass).toBe(10);
    expect(look(79, 3).places).toHaveLength(1);
    expect(look(80, 3).places).toEqual([]);
    expect(goldPlaces({ ...who, next: 0, count: 3, poolSize: 7 }).places).toHaveLength(7);
  });

  test('the order of a prefetch does not follow the order in which it was taken', () => {
    const items = Array.from({ length: 40 }, (_, i) => ({ leaseId: `lease-${i}` }));
    const order = secretOrder(who.secret, items);
    expect(new Set(order)).toEqual(new Set(items));
    expect(order).not.toEqual(items);
  });

  test('R27: partial pay is price × active ÷ median, at most the price, nothing for nothing', () => {
    expect(partialPay(120n, 1000, 4000)).toBe(30n);
    expect(partialPay(120n, 9000, 4000)).toBe(120n);
    expect(partialPay(120n, 500, null)).toBe(120n);
    expect(partialPay(120n, 0, 4000)).toBe(0n);
    const locked = { priceMinor: 110n, feeMinor: 17n };
    expect([0n, 27n, 55n, 110n].map((paid) => partialFee(locked, paid))).toEqual([0n, 4n, 9n, 17n]);
    expect(partialFee({ priceMinor: 0n, feeMinor: 0n }, 0n)).toBe(0n);
  });

  test('slot numbers say what a slot is for, however many readers there are', () => {
    expect(isDealtGoldSlot(goldSlotNo(4), 'label')).toBe(true);
    expect(isDealtGoldSlot(2, 'label')).toBe(false);
    expect(isDealtGoldSlot(repeatSlotNo(2, 4), 'label')).toBe(false);
    expect([repeatSlotNo(2, 4), repeatSlotNo(3, 4)].map(repeatSeat)).toEqual([4, 4]);
    expect(() => repeatSlotNo(21, 0)).toThrow();
    expect(() => goldSlotNo(MOST_READERS)).toThrow();
  });

  test('no use of slot numbers reaches into another, not with as many readers as a batch can have', () => {
    const { gold: _gold, repeat: _repeat, ...perCase } = SLOT_BASE;
    const ranges = [
      ...Object.values(perCase).map((base): [number, number] => [base, base + SLOTS_PER_USE - 1]),
      [goldSlotNo(0), goldSlotNo(MOST_READERS - 1)] as const,
      ...Array.from({ length: 19 }, (_, i): [number, number] => [
        repeatSlotNo(i + 2, 0),
        repeatSlotNo(i + 2, MOST_READERS - 1),
      ]),
    ].toSorted((a, b) => a[0] - b[0]);
    for (const [i, [from]] of ranges.entries()) expect(from).toBeGreaterThan(ranges[i - 1]?.[1] ?? -1);
    expect(ranges.at(-1)?.[1]).toBeLessThan(2 ** 31);
  });

  test('a review share chosen by hash is near its share and stays the same', () => {
    const ids = Array.from({ length: 4000 }, (_, i) => `task-${i}`);
    const chosen = ids.filter((id) => isInShare(3, id, 2000));
    expect(chosen.length).toBeGreaterThan(700);
    expect(chosen.length).toBeLessThan(900);
    expect(ids.filter((id) => isInShare(3, id, 2000))).toEqual(chosen);
    expect(ids.filter((id) => isInShare(3, id, 0))).toEqual([]);
    expect(ids.filter((id) => isInShare(3, id, 10_000))).toEqual(ids);
  });

  test('equal labels have equal hashes whatever the order of their fields', () => {
    const label = { confidence: null, rationale: null, labelOrigin: 'manual' };
    expect(labelHash({ ...label, answers: { a: 1, b: 'x' } })).toBe(
      labelHash({ ...label, answers: { b: 'x', a: 1 } }),
    );
    expect(labelHash({ ...label, answers: { a: 1 } })).not.toBe(labelHash({ ...label, answers: { a: 2 } }));
    expect(canonicalJson({ b: [2, { d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[2,{"c":2,"d":1}]}');
  });

  test('R29: what a batch may cost covers every read, review, panel read and the fee on them', () => {
    const batch = {
      taskCount: 100,
      overlap: 3,
      overlapRule: { mode: 'fixed' },
      reviewRules: [],
      rounds: 1,
      repeatShareBasisPoints: 10_000,
      goldMode: 'none',
      goldCount: 0,
      goldShareBasisPoints: 0,
      reviewShareBasisPoints: 10_000,
      pricePerReadMinor: 120n,
      pricePerReviewMinor: 200n,
      feeBasisPoints: 1500,
    } as Batch;
    const work = 300n * 120n + 100n * 200n + 100n * 200n;
    expect(costCeiling(batch, true)).toBe(work + (work * 15n) / 100n);
    // A fee of 0.6 is rounded up read by read, so the ceiling is above 15 % of the sum.
    expect(costCeiling({ ...batch, pricePerReadMinor: 4n, pricePerReviewMinor: 4n }, true)).toBe(500n * 5n);
    // Adaptive overlap may come to its most on every case.
    const overlapRule = { mode: 'adaptive', maxOverlap: 5, minConfidence: 0.9 };
    expect(costCeiling({ ...batch, overlapRule, feeBasisPoints: 0 }, false)).toBe(500n * 120n + 100n * 200n);
    expect(costCeiling({ ...batch, pricePerReadMinor: 0n, pricePerReviewMinor: 0n }, true)).toBe(0n);
  });
});
