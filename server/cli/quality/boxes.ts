import { parseArgs } from 'node:util';
import { type BoxAgreement, pooledBoxAgreement } from '#server/quality/box-agreement.ts';
import type { Measurement } from '#server/quality/measurement.ts';
import { withRealInterval } from '#server/quality/real-interval.ts';
import { type BoxesByImage, readGoldBoxes, readWorkerBoxes, type WorkerBoxes } from './boxes-file.ts';
import { type Looked, lookedAt, lookedSentences, lookedToJson } from './looked-at.ts';
import { byColumn, namedFile, onlyFile, overlapShare, seedOf, UsageProblem } from './options.ts';
import type { Output } from './output.ts';
import { axisTitle, bounds, decimal, printRows, strip } from './print.ts';

/**
 * `quality boxes FILE.csv --gold FILE`: every worker's boxes against the gold boxes, by optimal matching, on the images that are in the
 * gold and that the worker looked at. FILE has image,worker,label,x1,y1,x2,y2, gold the same without worker; a row without the four
 * numbers is "looked at, nothing found". Returns the exit code.
 */
export function runBoxes(argv: string[], output: Output): number {
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
  const goldFile = namedFile('--gold', values.gold);
  if (goldFile === null) throw new UsageProblem('Expected --gold FILE with image,label,x1,y1,x2,y2');
  const threshold = overlapShare('--iou', values.iou);
  const seed = seedOf(values.seed);
  const by = byColumn(values.by, ['image', 'worker', 'label', 'x1', 'y1', 'x2', 'y2']);
  const gold = readGoldBoxes(goldFile);
  const rows = readWorkerBoxes(file, by).map((own) => scoreOf(own, gold, { threshold, seed }));
  for (const sentence of lookedSentences(
    rows.map((row) => row.looked),
    'image',
  ))
    output.warn(sentence);
  if (values.json) output.line(JSON.stringify(toJson(rows, gold, threshold, by)));
  else print(output, rows, by);
  return 0;
}

type Row = {
  readonly group: string;
  readonly worker: string;
  readonly looked: Looked;
  readonly nBoxes: number;
  readonly agreement: BoxAgreement;
};

function scoreOf(
  { group, worker, images }: WorkerBoxes,
  gold: BoxesByImage,
  options: { threshold: number; seed: number },
): Row {
  const looked = lookedAt(images, gold);
  const pairs = looked.scored.map((image) => ({
    first: images.get(image) ?? [],
    second: gold.get(image) ?? [],
  }));
  const nBoxes = pairs.reduce((sum, { first }) => sum + first.length, 0);
  return { group, worker, looked, nBoxes, agreement: pooledBoxAgreement(pairs, options) };
}

function measureToJson(measurement: Measurement) {
  const { value, ci, ciReason, n, reason } = withRealInterval(measurement);
  return { value, ci, n, reason, ci_reason: ciReason };
}

function rowToJson({ worker, looked, nBoxes, agreement }: Row) {
  return {
    annotator: worker,
    ...lookedToJson(looked, 'images', 'boxes'),
    n_boxes: nBoxes,
    tp: agreement.truePositives,
    fp: agreement.falsePositives,
    fn: agreement.falseNegatives,
    precision: measureToJson(agreement.precision),
    recall: measureToJson(agreement.recall),
    f1: measureToJson(agreement.f1),
    mean_iou: measureToJson(agreement.meanIou),
    label_accuracy: measureToJson(agreement.labelAgreement),
  };
}

function toJson(rows: readonly Row[], gold: BoxesByImage, threshold: number, by: string | null) {
  const groups = [...new Set(rows.map(({ group }) => group))];
  return {
    iou: threshold,
    n_gold: [...gold.values()].reduce((sum, boxes) => sum + boxes.length, 0),
    n_gold_images: gold.size,
    n_annotators: new Set(rows.map(({ worker }) => worker)).size,
    n_boxes: rows.reduce((sum, { nBoxes }) => sum + nBoxes, 0),
    ...(by === null
      ? { mean: meansOf(rows), annotators: rows.map(rowToJson) }
      : {
          by: {
            column: by,
            groups: groups.map((group) => {
              const own = rows.filter((row) => row.group === group);
              return { value: group, mean: meansOf(own), annotators: own.map(rowToJson) };
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

function print(output: Output, rows: readonly Row[], by: string | null): void {
  printRows(output, [
    [
      by === null ? 'annotator' : `${by} annotator`,
      'F1',
      '95 % interval',
      axisTitle(0),
      'TP',
      'FP',
      'FN',
      'mean IoU',
      'label',
      'images',
    ],
    ...rows.map(({ group, worker, looked, agreement }) => {
      const f1 = withRealInterval(agreement.f1);
      return [
        `${by === null ? '' : `${group} `}${worker}`,
        decimal(f1.value),
        bounds(f1.ci) || (f1.ciReason ?? ''),
        f1.value === null ? `  ${f1.reason}`.padEnd(32) : strip(f1.value, f1.ci),
        `${agreement.truePositives}`,
        `${agreement.falsePositives}`,
        `${agreement.falseNegatives}`,
        decimal(agreement.meanIou.value),
        decimal(agreement.labelAgreement.value),
        `${looked.scored.length}`,
      ];
    }),
  ]);
}
