import { describe, expect, it } from 'vitest';
import { counterUniform } from './counter-hash.ts';
import { dawidSkene } from './dawid-skene.ts';
import { buildRatingTable, inferCategories, type Read } from './rating-table.ts';
import { goldAccuracy, readSharedReads } from './shared-data.fixture.ts';

// Why the product's consensus (server/labels/consensus-of-batch.ts) starts EM from the votes alone, with the smoothing used there.

const smoothing = { diagonal: 0.25, offDiagonal: 0.025 };

type Design = { classes: number; readers: number; items: number; overlap: number; accuracy: number };

/** Reads of a batch: readers around an accuracy, errors spread evenly, one class common where there are two. */
function batchOf(design: Design, seed: number): { reads: Read[]; truth: number[] } {
  const { classes, readers, items, overlap, accuracy } = design;
  const truth = Array.from({ length: items }, (_, item) =>
    classes === 2
      ? Number(counterUniform(1, item, seed) < 0.1)
      : Math.floor(counterUniform(1, item, seed) * classes),
  );
  const reads = truth.flatMap((own, item) =>
    Array.from({ length: overlap }, (_, turn) => {
      const rater = (Math.floor(counterUniform(2, item, seed) * readers) + turn) % readers;
      const draw = item * 10 + turn;
      const skill = Math.min(0.98, accuracy + 0.3 * (counterUniform(6, rater, seed) - 0.5));
      const slip = 1 + Math.floor(counterUniform(4, draw, seed) * (classes - 1));
      const value = counterUniform(3, draw, seed) < skill ? own : (own + slip) % classes;
      return { item: `${item}`, rater: `${rater}`, value };
    }),
  );
  return { reads, truth };
}

describe('several starts of Dawid–Skene, as the product settles batches', () => {
  it('are likelier, but right no more often than the start from the votes', () => {
    const designs: Design[] = [
      { classes: 2, readers: 4, items: 60, overlap: 3, accuracy: 0.8 },
      { classes: 4, readers: 3, items: 40, overlap: 2, accuracy: 0.7 },
      { classes: 5, readers: 8, items: 150, overlap: 3, accuracy: 0.7 },
      { classes: 5, readers: 20, items: 300, overlap: 3, accuracy: 0.82 },
    ];
    let [one, three, differ, n] = [0, 0, 0, 0];
    for (const design of designs) {
      for (let batch = 0; batch < 30; batch += 1) {
        const { reads, truth } = batchOf(design, batch + 1);
        const categories = Array.from({ length: design.classes }, (_, k) => k);
        const table = buildRatingTable(reads, { categories });
        const first = dawidSkene(table, { smoothing });
        const best = dawidSkene(table, { smoothing, starts: 3 });
        expect(best.meanDiagonal).toBeGreaterThan(1 / design.classes);
        for (const [item, id] of table.items.entries()) {
          n += 1;
          one += Number(first.label[item] === truth[Number(id)]);
          three += Number(best.label[item] === truth[Number(id)]);
          differ += Number(first.label[item] !== best.label[item]);
        }
      }
    }
    expect(differ).toBeGreaterThan(0);
    expect(differ / n).toBeLessThan(0.02);
    expect(one).toBeGreaterThanOrEqual(three);
  });

  const sets = (['rte', 'bluebird'] as const).map((folder) => ({
    folder,
    reads: readSharedReads(folder) ?? [],
  }));
  const isThere = sets.every(({ reads }) => reads.length > 0);
  it.skipIf(!isThere).each(sets)('change nothing on $folder, whose gold is known', ({ folder, reads }) => {
    const table = buildRatingTable(reads, { categories: inferCategories(reads), duplicates: 'keep' });
    const one = dawidSkene(table, { smoothing });
    const several = dawidSkene(table, { smoothing, starts: 5 });
    expect(several.label).toEqual(one.label);
    expect(goldAccuracy(folder, table.items, one.label)).toBeGreaterThanOrEqual(
      folder === 'rte' ? 0.9275 : 0.888,
    );
  });
});
