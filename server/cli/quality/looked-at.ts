import { CsvProblem, quoted } from './problem.ts';

/** Which images (documents) of a worker can be scored: those that are in the gold and that the worker looked at. */
export type Looked = {
  readonly scored: readonly string[];
  /** Looked at by the worker, not in the gold: nobody knows what is there. */
  readonly nWithoutGold: number;
  /** What the worker marked in those. */
  readonly nMarksWithoutGold: number;
  /** In the gold, without a row of the worker: not looked at, so nothing was missed. */
  readonly nNotLookedAt: number;
};

/**
 * Holds a gold file to one author. A file of several workers given as gold would count each mark once per worker, and nobody could be right.
 */
export class OneAuthor {
  private readonly file: string;
  private first: string | null = null;

  constructor(file: string) {
    this.file = file;
  }

  /** Throws `CsvProblem` where the column `worker`, if there is one, names a second one. */
  check(worker: string, line: number): void {
    this.first ??= worker;
    if (worker === this.first) return;
    const message = `expected gold of one author, or no column worker; found ${quoted(worker)} after ${quoted(this.first)}`;
    throw new CsvProblem(this.file, line, 'worker', message);
  }
}

type Marks = ReadonlyMap<string, readonly unknown[]>;

export function lookedAt(own: Marks, gold: Marks): Looked {
  const scored = [...own.keys()].filter((place) => gold.has(place));
  let nMarksWithoutGold = 0;
  for (const [place, marks] of own) if (!gold.has(place)) nMarksWithoutGold += marks.length;
  return {
    scored,
    nWithoutGold: own.size - scored.length,
    nMarksWithoutGold,
    nNotLookedAt: gold.size - scored.length,
  };
}

/** For JSON: how many were scored, and how many left out for which reason. */
export function lookedToJson(looked: Looked, places: 'images' | 'documents', marks: 'boxes' | 'spans') {
  return {
    [`n_${places}`]: looked.scored.length,
    [`n_${places}_excluded`]: looked.nWithoutGold + looked.nNotLookedAt,
    excluded: { no_gold: looked.nWithoutGold, not_looked_at: looked.nNotLookedAt },
    [`n_${marks}_without_gold`]: looked.nMarksWithoutGold,
  };
}

/** What was left out over all workers, in sentences. */
export function lookedSentences(all: readonly Looked[], place: 'image' | 'document'): string[] {
  const sum = (pick: (looked: Looked) => number) => all.reduce((total, looked) => total + pick(looked), 0);
  const sentences: string[] = [];
  const without = sum(({ nWithoutGold }) => nWithoutGold);
  if (without > 0)
    sentences.push(
      `${without} times a worker looked at ${place === 'image' ? 'an' : 'a'} ${place} without gold: left out, with what was marked there. (A gold row with the ${place} ` +
        'alone says that there is nothing in it.)',
    );
  const unseen = sum(({ nNotLookedAt }) => nNotLookedAt);
  if (unseen > 0)
    sentences.push(
      `${unseen} times a worker has no row for a gold ${place}: taken as not looked at and left out. (A row without the numbers says ` +
        '"looked at, nothing found".)',
    );
  return sentences;
}
