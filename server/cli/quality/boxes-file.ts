import type { LabelledBox } from '#server/quality/box-agreement.ts';
import { boxProblem } from '#server/quality/box-overlap.ts';
import { sortIds } from '#server/quality/rating-table.ts';
import { scanCsv } from './csv.ts';
import { OneAuthor } from './looked-at.ts';
import { decimalGrammar, decimalOf } from './numbers.ts';
import { CsvProblem } from './problem.ts';

/** What someone found in each image that they looked at; no boxes: looked, and found nothing. */
export type BoxesByImage = Map<string, LabelledBox[]>;

export type WorkerBoxes = { readonly group: string; readonly worker: string; readonly images: BoxesByImage };

/** Above this one image's matching would take minutes. */
const mostBoxes = 20_000;

/**
 * Reads image,worker,label,x1,y1,x2,y2 into one entry per group and worker, in canonical order. A row without the four numbers says that
 * the worker looked at the image and found nothing. Throws `CsvProblem` with line and column for an empty id, a box that is
 * none, and a box beside "found nothing".
 */
export function readWorkerBoxes(file: string, by: string | null): WorkerBoxes[] {
  const workers = new Map<string, WorkerBoxes>();
  const columns = ['image', 'label', 'x1', 'y1', 'x2', 'y2', 'worker', ...(by === null ? [] : [by])];
  const sayings = new Sayings(file);
  scanCsv(file, columns, ({ cells, line }) => {
    const worker = cells[6] ?? '';
    if (worker.trim() === '') throw new CsvProblem(file, line, 'worker', 'expected an id, found nothing');
    const group = cells[7] ?? '';
    const key = JSON.stringify([group, worker]);
    let own = workers.get(key);
    if (own === undefined) {
      own = { group, worker, images: new Map() };
      workers.set(key, own);
    }
    sayings.add(own.images, line, cells);
  });
  const groups = sortIds([...new Set([...workers.values()].map(({ group }) => group))]);
  const ids = sortIds([...new Set([...workers.values()].map(({ worker }) => worker))]);
  return groups.flatMap((group) =>
    ids.flatMap((worker) => workers.get(JSON.stringify([group, worker])) ?? []),
  );
}

/** Reads the gold boxes image,label,x1,y1,x2,y2; a row with the image alone says that there is nothing in it. */
export function readGoldBoxes(file: string): BoxesByImage {
  const images: BoxesByImage = new Map();
  const sayings = new Sayings(file);
  const author = new OneAuthor(file);
  scanCsv(file, ['image', 'label', 'x1', 'y1', 'x2', 'y2', 'worker?'], ({ cells, line }) => {
    author.check(cells[6] ?? '', line);
    sayings.add(images, line, cells);
  });
  return images;
}

/** Adds rows to images and holds what has been said of each to account. */
class Sayings {
  private readonly file: string;
  /** Image lists of which it was said that there is nothing in them. */
  private readonly empty = new WeakSet<LabelledBox[]>();

  constructor(file: string) {
    this.file = file;
  }

  add(images: BoxesByImage, line: number, cells: readonly string[]): void {
    const image = cells[0] ?? '';
    if (image.trim() === '') throw new CsvProblem(this.file, line, 'image', 'expected an id, found nothing');
    let boxes = images.get(image);
    if (boxes === undefined) {
      boxes = [];
      images.set(image, boxes);
    }
    const box = parseBox(this.file, line, cells);
    if ((box === null && boxes.length > 0) || (box !== null && this.empty.has(boxes))) {
      const message = 'expected boxes or one row that says "nothing found" for an image, found both';
      throw new CsvProblem(this.file, line, 'x1', message);
    }
    if (box === null) this.empty.add(boxes);
    else if (boxes.push(box) > mostBoxes) {
      const message = `expected at most ${mostBoxes.toLocaleString('en')} boxes of one person in one image`;
      throw new CsvProblem(this.file, line, 'image', message);
    }
  }
}

const corners = ['x1', 'y1', 'x2', 'y2'] as const;
const turned = { x2_before_x1: 'x1', y2_before_y1: 'y1' } as const;

/** The box of a row, null where all four numbers are empty. */
function parseBox(file: string, line: number, cells: readonly string[]): LabelledBox | null {
  const texts = cells.slice(2, 6);
  if (texts.every((text) => text.trim() === '')) return null;
  const label = cells[1] ?? '';
  if (label.trim() === '') throw new CsvProblem(file, line, 'label', 'expected a label, found nothing');
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = texts.map((text, index) => {
    const number = decimalOf(text);
    if (number !== null) return number;
    const expected = `expected four finite numbers (or four empty cells for "looked at, nothing found"), each ${decimalGrammar}`;
    throw new CsvProblem(file, line, corners[index] ?? 'x1', `${expected}; found ${JSON.stringify(text)}`);
  });
  const box = { label, x1, y1, x2, y2 };
  const problem = boxProblem(box);
  if (problem === 'x2_before_x1' || problem === 'y2_before_y1')
    throw new CsvProblem(
      file,
      line,
      problem.slice(0, 2),
      `expected ${problem.slice(0, 2)} of at least ${turned[problem]}`,
    );
  return box;
}
