import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { examVerdict, leastCases, leastRight, readsCapOf } from './claim-rules.ts';
import {
  growPools,
  LANES_PER_POOL,
  lanesFrom,
  lanesToSweep,
  lateLaneOf,
  planLanes,
  planPools,
  poolsFor,
  shareFaults,
} from './pool-rules.ts';

const vendor = (orgId: string, shareBasisPoints: number) => ({
  orgId,
  name: orgId,
  shareBasisPoints,
  pricePerReadMinor: 100n,
  feeBasisPoints: 1500,
});
const poolOf = (lane: number) => Math.floor((lane - 1) / LANES_PER_POOL);

describe('pools', () => {
  test('a batch that grows again and again keeps every share, its onshore part and the limit per vendor and case', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 60 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 500, max: 5000 }), { minLength: 2, maxLength: 4 }),
        fc.constantFrom(0, 1700, 10_000),
        fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 6 }),
        (tasks, overlap, shares, onshore, more) => {
          const total = shares.reduce((a, b) => a + b, 0);
          const limit = Math.max(...shares.map((share) => Math.ceil((overlap * share) / total)));
          const vendors = shares.map((share, i) => vendor(`v${i}`, share));
          const of = { overlap, maxReadsPerVendor: limit };
          let pools = planPools({ ...of, tasks, vendors, onshoreShareBasisPoints: onshore })!;
          let size = tasks;
          for (const [turn, n] of more.entries()) {
            const grown = growPools({ ...of, pools, tasks: n });
            expect(grown.added.every((one) => one >= 0)).toBe(true);
            expect(grown.added.reduce((a, b) => a + b, 0)).toBe(n * overlap);
            const slots = grown.added.map((one) => ({ slots: one }));
            const lanes = planLanes({ tasks: n, overlap, pools: slots, seed: turn });
            for (const { orgId } of vendors) {
              const mine = pools.flatMap((one, no) => (one.orgId === orgId ? [no + 1] : []));
              for (let task = 0; task < n; task += 1) {
                const ofTask = lanes.slice(task * overlap, (task + 1) * overlap);
                expect(ofTask.filter((lane) => mine.includes(poolOf(lane))).length).toBeLessThanOrEqual(
                  limit,
                );
              }
            }
            ({ pools } = grown);
            size += n;
          }
          for (const [i, { orgId }] of vendors.entries()) {
            const own = pools.filter((one) => one.orgId === orgId);
            const reads = own.reduce((sum, one) => sum + one.slots, 0);
            // Rounding only, which does not add up; the limit per case can hold back a read or two of the last growth.
            expect(Math.abs(reads - (size * overlap * shares[i]!) / total)).toBeLessThan(3);
            const kept = own.find((one) => one.isOnshore)?.slots ?? 0;
            expect(kept).toBeGreaterThanOrEqual((reads * onshore) / 10_000 - 3);
          }
        },
      ),
    );
  });

  test('every pool has exactly its reads, its average of any one task rounded down or up, and every slot its own lane', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 2, maxLength: 5 }),
        fc.integer({ min: 0, max: 10_000 }),
        fc.nat(),
        (tasks, overlap, shares, onshore, seed) => {
          const vendors = shares.map((share, i) => vendor(`v${i}`, share));
          const pools = planPools({
            tasks,
            overlap,
            vendors,
            onshoreShareBasisPoints: onshore,
            maxReadsPerVendor: null,
          })!;
          const lanes = planLanes({ tasks, overlap, pools, seed });
          expect(lanes).toHaveLength(tasks * overlap);
          pools.forEach((one, i) => {
            expect(lanes.filter((lane) => poolOf(lane) === i + 1)).toHaveLength(one.slots);
          });
          const total = shares.reduce((a, b) => a + b, 0);
          for (const [i, one] of vendors.entries()) {
            const mine = pools.flatMap((p, no) => (p.orgId === one.orgId ? [no + 1] : []));
            const reads = mine.reduce((sum, no) => sum + pools[no - 1]!.slots, 0);
            expect(Math.abs(reads - (tasks * overlap * shares[i]!) / total)).toBeLessThan(1);
            for (let task = 0; task < tasks; task += 1) {
              const ofTask = lanes.slice(task * overlap, (task + 1) * overlap);
              expect(new Set(ofTask.map((lane) => (lane - 1) % LANES_PER_POOL)).size).toBe(overlap);
              const n = ofTask.filter((lane) => mine.includes(poolOf(lane))).length;
              expect(n).toBeGreaterThanOrEqual(Math.floor(reads / tasks));
              expect(n).toBeLessThanOrEqual(Math.ceil(reads / tasks));
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test('a limit of one read per vendor and case holds for halves, and for thirds in spite of their rounding', () => {
    for (const shares of [
      [5000, 5000],
      [3333, 3333, 3334],
    ]) {
      const vendors = shares.map((share, i) => vendor(`v${i}`, share));
      const overlap = shares.length;
      expect(shareFaults({ tasks: 10_000, overlap, vendors, maxReadsPerVendor: 1 })).toEqual([]);
      const pools = planPools({
        tasks: 10_000,
        overlap,
        vendors,
        onshoreShareBasisPoints: 0,
        maxReadsPerVendor: 1,
      })!;
      expect(pools.map((one) => one.slots)).toEqual(shares.map(() => 10_000));
    }
    const lopsided = [vendor('Iris', 7000), vendor('Nova', 3000)];
    expect(shareFaults({ tasks: 10, overlap: 2, vendors: lopsided, maxReadsPerVendor: 1 })).toMatchObject([
      {
        code: 'batch.share_too_large',
        message: expect.stringContaining('Iris has 70 % of 2 reads per case: up to 2'),
      },
    ]);
  });

  test('a limit that nothing would keep, because nobody shares the batch, is refused', () => {
    const faults = (vendors: ReturnType<typeof vendor>[], maxReadsPerVendor: number | null) =>
      shareFaults({ tasks: 10, overlap: 3, vendors, maxReadsPerVendor }).map((one) => one.code);
    expect(faults([], 1)).toEqual(['batch.limit_unshared']);
    expect(faults([], null)).toEqual([]);
  });

  test('a reader has the pools of their organisation, the onshore one only when they are there, and others none', () => {
    const vendors = [vendor('a', 6000), vendor('b', 4000)];
    const pools = planPools({
      tasks: 10,
      overlap: 2,
      vendors,
      onshoreShareBasisPoints: 5000,
      maxReadsPerVendor: null,
    });
    const batch = { pools, onshoreCountry: 'US' };
    expect(pools?.map((one) => one.slots)).toEqual([6, 6, 4, 4]);
    expect(poolsFor(batch, { orgId: 'a', country: 'US', isIndependent: false })).toEqual({ from: 1, to: 2 });
    expect(poolsFor(batch, { orgId: 'b', country: 'DE', isIndependent: false })).toEqual({ from: 3, to: 3 });
    expect(poolsFor(batch, { orgId: 'b', country: null, isIndependent: false })).toEqual({ from: 3, to: 3 });
    expect(poolsFor(batch, { orgId: 'c', country: 'US', isIndependent: true })).toBeNull();
    expect(
      poolsFor({ pools: null, onshoreCountry: null }, { orgId: 'c', country: null, isIndependent: true }),
    ).toEqual({
      from: 0,
      to: 0,
    });
  });

  test('R17: the direct share is for people on their own account alone, keeps its part as the batch grows, and has no vendor’s limit', () => {
    const direct = { ...vendor('', 4000), orgId: null, name: 'People on their own account' };
    const vendors = [vendor('a', 6000), direct];
    const of = { overlap: 2, vendors, onshoreShareBasisPoints: 0, maxReadsPerVendor: null };
    const pools = planPools({ ...of, tasks: 10 })!;
    expect(pools.map((one) => [one.orgId, one.isDirect, one.slots])).toEqual([
      ['a', false, 12],
      [null, true, 8],
    ]);
    const batch = { pools, onshoreCountry: null };
    expect(poolsFor(batch, { orgId: 'a', country: null, isIndependent: false })).toEqual({ from: 1, to: 1 });
    expect(poolsFor(batch, { orgId: 'z', country: null, isIndependent: false })).toBeNull();
    expect(poolsFor(batch, { orgId: 'z', country: null, isIndependent: true })).toEqual({ from: 2, to: 2 });
    expect(growPools({ pools, tasks: 10, overlap: 2, maxReadsPerVendor: null }).added).toEqual([12, 8]);
    // One vendor and the direct share are two; a vendor alone is not; the direct share alone is a batch.
    const faults = (some: typeof vendors, most: number | null = null) =>
      shareFaults({ tasks: 10, overlap: 2, vendors: some, maxReadsPerVendor: most }).map((one) => one.code);
    expect(faults(vendors)).toEqual([]);
    expect(faults([vendor('a', 6000)])).toEqual(['batch.one_share']);
    expect(faults([direct])).toEqual([]);
    const mostly = [vendor('a', 4000), { ...direct, shareBasisPoints: 6000 }];
    expect(faults(mostly, 1)).toEqual([]);
    expect(
      planPools({ ...of, vendors: mostly, tasks: 10, maxReadsPerVendor: 1 })?.map((one) => one.slots),
    ).toEqual([8, 12]);
  });

  test('lanes are gone through from the reader’s own on, and what comes late stays in its pool', () => {
    expect(lanesFrom(2, { from: 0, to: 0 }, 3)).toEqual([2, 3, 1]);
    expect(lanesFrom(202, { from: 1, to: 2 }, 2)).toEqual([202, 201, 102, 101]);
    expect(lanesToSweep({ from: 0, to: 0 }, 2)).toEqual([0, 1, 2]);
    expect(lanesToSweep({ from: 1, to: 2 }, 1)).toEqual([0, -1, -2, 101, 201]);
    expect([1, 100, 101, 200, 201, 0, -3].map(lateLaneOf)).toEqual([0, 0, -1, -1, -2, 0, -3]);
  });
});

describe('exams and caps', () => {
  test('R10: a pass needs the near bound, a fail the far bound, and a too short exam passes nobody', () => {
    expect(examVerdict(95, 100, 0.9).verdict).toBe('inconclusive');
    expect(examVerdict(99, 100, 0.9).verdict).toBe('pass');
    expect(examVerdict(70, 100, 0.9).verdict).toBe('fail');
    for (const level of [0.5, 0.8, 0.9, 0.95]) {
      const n = leastCases(level);
      expect(leastRight(n, level)).toBe(n);
      expect(leastRight(n - 1, level)).toBeNull();
    }
  });

  test('a cap is the lower of the number and the share, and a share allows at least one read', () => {
    const none = {
      maxReadsPerReader: null,
      maxReaderShareBasisPoints: null,
      slotCount: 300,
      askedRepeats: 0,
    };
    expect(readsCapOf(none)).toBeNull();
    expect(readsCapOf({ ...none, maxReadsPerReader: 50, maxReaderShareBasisPoints: 1000 })).toBe(30);
    expect(readsCapOf({ ...none, maxReadsPerReader: 20, maxReaderShareBasisPoints: 1000 })).toBe(20);
    expect(readsCapOf({ ...none, maxReaderShareBasisPoints: 1 })).toBe(1);
    // R23: what one reader is asked to read again is nobody's share.
    const asked = { ...none, slotCount: 500, askedRepeats: 200 };
    expect(readsCapOf({ ...asked, maxReaderShareBasisPoints: 1000 })).toBe(30);
  });
});
