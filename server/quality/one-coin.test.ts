import { describe, expect, it } from 'vitest';
import { oneCoin } from './one-coin.ts';
import { readsOf } from './published-reads.fixture.ts';
import { buildRatingTable } from './rating-table.ts';
import { goldAccuracy, readSharedReads } from './shared-data.fixture.ts';

describe('oneCoin', () => {
  it('converges to the reference skills on the toy example (crowd-kit)', () => {
    const table = buildRatingTable(readsOf(['nyyyy', 'yynyn', '.ynyn', 'ynyyn', 'nnnyn']), {
      categories: ['n', 'y'],
    });
    const skills = oneCoin(table).annotators.map(({ accuracy }) => accuracy!);
    for (const [index, skill] of [0.400001, 0.999999, 1, 0.599999, 0.600001].entries()) {
      expect(Math.abs(skills[index]! - skill)).toBeLessThan(1e-3);
    }
  });
});

describe.each([
  { folder: 'rte', logLikelihood: -4295.569, accuracy: 0.925 },
  { folder: 'bluebird', logLikelihood: -2328.6504, accuracy: 0.5833 },
])('oneCoin on $folder', ({ folder, logLikelihood, accuracy }) => {
  const reads = readSharedReads(folder);
  it.skipIf(reads === null)('matches the oracle in log-likelihood and accuracy on gold', () => {
    const result = oneCoin(buildRatingTable(reads!, { categories: [0, 1] }));
    expect(result.logLikelihood).toBeCloseTo(logLikelihood, 2);
    expect(goldAccuracy(folder, result.items, result.label)).toBeCloseTo(accuracy, 4);
  });
});
