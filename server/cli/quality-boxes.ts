import { parseArgs } from 'node:util';
import { type BoxAgreement, type LabelledBox, pooledBoxAgreement } from '#server/quality/box-agreement.ts';
import { boxProblem } from '#server/quality/box-overlap.ts';
import type { Measurement } from '#server/quality/measurement.ts';
import { sortIds } from '#server/quality/rating-table.ts';
import { CsvProblem, scanCsv } from './quality-csv.ts';
import { byColumn, level, onlyFile, UsageProblem, wholeNumber } from './quality-options.ts';
import { bounds, decimal, printRows, strip } from './quality-print.ts';

type ImageBox = LabelledBox & { readonly image: string };
type WorkerBoxes = { readonly group: string; readonly worker: string; readonly boxes: ImageBox[] };

/**
 * `quality boxes FILE.csv --gold FILE`: every worker's boxes against the gold boxes of the images that worker annotated, by optimal matching.
 * FILE has image,worker,label,x1,y1,x2,y2, gold the same without worker. Returns the exit code.
 */
export function runBoxes(argv: string[]): number {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      gold: { type: 'string' },
      iou: { type: 'string', default: '0.5' },
      by: { type: 'string' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const file = onlyFile(positionals, 'quality boxes FILE.csv --gold FILE');
  if (values.gold === undefined) throw new UsageProblem('Expected --gold FILE with image,label,x1,y1,x2,y2');
  const threshold = level('--iou', values.iou);
  const seed = wholeNumber('--seed', values.seed, 0);
  const by = byColumn(values.by, ['image', 'worker', 'label', 'x1', 'y1', 'x2', 'y2']);
  const gold = readGoldBoxes(values.gold);
  const workers = readWorkers(file, by);
  const rows = workers.map(({ group, worker, boxes }) => {
    const byImage = groupByImage(boxes);
    const images = [...byImage].map(([image, first]) => ({ first, second: gold.get(image) ?? [] }));
    const agreement = pooledBoxAgreement(images, { threshold, seed });
    return { group, worker, nImages: images.length, nBoxes: boxes.length, agreement };
  });
  if (values.json) console.log(JSON.stringify(toJson(rows, gold, threshold, by)));
  else print(rows, by);
  return 0;
}

type Row = {
  readonly group: string;
  readonly worker: string;
  readonly nImages: number;
  readonly nBoxes: number;
  readonly agreement: BoxAgreement;
};

function readWorkers(file: string, by: string | null): WorkerBoxes[] {
  const workers = new Map<string, WorkerBoxes>();
  const columns = ['image', 'label', 'x1', 'y1', 'x2', 'y2', 'worker', ...(by === null ? [] : [by])];
  scanCsv(file, columns, ({ cells, line }) => {
    const worker = cells[6] ?? '';
    if (worker === '') throw new CsvProblem(file, line, 'worker', 'expected an id, found nothing');
    const group = cells[7] ?? '';
    const key = JSON.stringify([group, worker]);
    const own = workers.get(key) ?? { group, worker, boxes: [] };
    workers.set(key, own);
    own.boxes.push(parseBox(file, line, cells));
  });
  const groups = sortIds([...new Set([...workers.values()].map(({ group }) => group))]);
  const ids = sortIds([...new Set([...workers.values()].map(({ worker }) => worker))]);
  return groups.flatMap((group) =>
    ids.flatMap((worker) => workers.get(JSON.stringify([group, worker])) ?? []),
  );
}

function readGoldBoxes(file: string): Map<string, ImageBox[]> {
  const boxes: ImageBox[] = [];
  scanCsv(file, ['image', 'label', 'x1', 'y1', 'x2', 'y2'], ({ cells, line }) => {
    boxes.push(parseBox(file, line, cells));
  });
  return groupByImage(boxes);
}

function groupByImage(boxes: readonly ImageBox[]): Map<string, ImageBox[]> {
  const images = new Map<string, ImageBox[]>();
  for (const box of boxes) {
    const own = images.get(box.image) ?? [];
    images.set(box.image, own);
    own.push(box);
  }
  return images;
}

const problems = {
  not_finite: 'expected four finite numbers',
  x2_before_x1: 'expected x2 of at least x1',
  y2_before_y1: 'expected y2 of at least y1',
} as const;

function parseBox(file: string, line: number, cells: readonly string[]): ImageBox {
  const [image = '', label = ''] = cells;
  if (image === '') throw new CsvProblem(file, line, 'image', 'expected an id, found nothing');
  if (label === '') throw new CsvProblem(file, line, 'label', 'expected a label, found nothing');
  const [x1 = Number.NaN, y1 = Number.NaN, x2 = Number.NaN, y2 = Number.NaN] = cells
    .slice(2, 6)
    .map(toNumber);
  const box = { image, label, x1, y1, x2, y2 };
  const problem = boxProblem(box);
  if (problem === null) return box;
  const column =
    problem === 'not_finite'
      ? ((['x1', 'y1', 'x2', 'y2'] as const).find((name) => !Number.isFinite(box[name])) ?? 'x1')
      : problem.slice(0, 2);
  throw new CsvProblem(file, line, column, problems[problem]);
}

function toNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

function toJson(rows: readonly Row[], gold: Map<string, ImageBox[]>, threshold: number, by: string | null) {
  const measure = ({ value, ci, n, reason }: Measurement) => ({ value, ci, n, reason });
  const toRow = ({ worker, nImages, nBoxes, agreement }: Row) => ({
    annotator: worker,
    n_images: nImages,
    n_boxes: nBoxes,
    tp: agreement.truePositives,
    fp: agreement.falsePositives,
    fn: agreement.falseNegatives,
    precision: measure(agreement.precision),
    recall: measure(agreement.recall),
    f1: measure(agreement.f1),
    mean_iou: measure(agreement.meanIou),
    label_accuracy: measure(agreement.labelAgreement),
  });
  const groups = [...new Set(rows.map(({ group }) => group))];
  return {
    iou: threshold,
    n_gold: [...gold.values()].reduce((sum, boxes) => sum + boxes.length, 0),
    n_gold_images: gold.size,
    n_annotators: new Set(rows.map(({ worker }) => worker)).size,
    n_boxes: rows.reduce((sum, { nBoxes }) => sum + nBoxes, 0),
    ...(by === null
      ? { mean: meansOf(rows), annotators: rows.map(toRow) }
      : {
          by: {
            column: by,
            groups: groups.map((group) => {
              const own = rows.filter((row) => row.group === group);
              return { value: group, mean: meansOf(own), annotators: own.map(toRow) };
            }),
          },
        }),
  };
}

/** Means over annotators; null where no annotator has the value. */
function meansOf(rows: readonly Row[]) {
  const mean = (pick: (agreement: BoxAgreement) => Measurement): number | null => {
    const values = rows.flatMap(({ agreement }) => pick(agreement).value ?? []);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  return {
    f1: mean(({ f1 }) => f1),
    mean_iou: mean(({ meanIou }) => meanIou),
    label_accuracy: mean(({ labelAgreement }) => labelAgreement),
  };
}

function print(rows: readonly Row[], by: string | null): void {
  printRows([
    [
      `${by === null ? '' : `${by} `}annotator`,
      'F1',
      '95 % interval',
      '0 … 1'.padEnd(32),
      'TP',
      'FP',
      'FN',
      'mean IoU',
      'label',
    ],
    ...rows.map(({ group, worker, agreement }) => [
      `${by === null ? '' : `${group} `}${worker}`,
      decimal(agreement.f1.value),
      bounds(agreement.f1.ci),
      strip(agreement.f1.value, agreement.f1.ci),
      `${agreement.truePositives}`,
      `${agreement.falsePositives}`,
      `${agreement.falseNegatives}`,
      decimal(agreement.meanIou.value),
      decimal(agreement.labelAgreement.value),
    ]),
  ]);
}
