import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dueShare, holdReason } from './checkpoint-rules.ts';

describe('when a batch stops', () => {
  const shares = [500, 2500, 5000];
  const due = (reads: number, held: number[] = []) => dueShare({ shares, reads, planned: 100, held });

  test('at the highest share that is reached, once', () => {
    expect(due(4)).toBeNull();
    expect(due(5)).toBe(500);
    expect(due(5, [500])).toBeNull();
    expect(due(60, [500])).toBe(5000);
    expect(due(99, [5000])).toBeNull();
    expect(dueShare({ shares, reads: 0, planned: 0, held: [] })).toBeNull();
  });

  test('whatever the progress, no share is due twice, and none before it is reached', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 30 });
    const some = fc.uniqueArray(fc.integer({ min: 1, max: 9999 }), { maxLength: 8 });
    fc.assert(
      fc.property(some, steps, (given, reads) => {
        const sorted = [...given].sort((a, b) => a - b);
        const held: number[] = [];
        for (const read of [...reads].sort((a, b) => a - b)) {
          const share = dueShare({ shares: sorted, reads: read, planned: 100, held });
          if (share === null) continue;
          expect(held).not.toContain(share);
          expect(share).toBeLessThanOrEqual(read * 100);
          held.push(share);
        }
        expect(held).toEqual([...held].sort((a, b) => a - b));
      }),
    );
  });

  test('readers and sponsor are told why', () => {
    expect(holdReason({ shareBasisPoints: 2550, about: null })).toMatch(
      /^Checkpoint at 25\.5 % of the batch\./,
    );
    expect(holdReason({ shareBasisPoints: null, about: 'krippendorff alpha' })).toMatch(
      /krippendorff alpha has crossed/,
    );
  });
});
