import { parseArgs } from 'node:util';
import { evenConfusion } from '#server/quality/adaptive-overlap.ts';
import { adaptiveForecast } from '#server/quality/overlap-forecast.ts';
import { level, noFile, UsageProblem, wholeNumber } from './options.ts';
import type { Output } from './output.ts';
import { bar, decimal, printRows } from './print.ts';

function parse(argv: string[]) {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      accuracy: { type: 'string' },
      classes: { type: 'string', default: '2' },
      min: { type: 'string', default: '2' },
      max: { type: 'string', default: '5' },
      confidence: { type: 'string', default: '0.95' },
      items: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  noFile(positionals);
  if (values.accuracy === undefined)
    throw new UsageProblem('Expected --accuracy, how often one annotator is right, e.g. 0.8');
  const accuracy = level('--accuracy', values.accuracy);
  const classes = wholeNumber('--classes', values.classes, 2, 1000);
  if (accuracy * classes <= 1) {
    const chance = `1/${classes} (${Number((1 / classes).toPrecision(3))})`;
    throw new UsageProblem(
      `--accuracy is more than ${chance}, what guessing among ${classes} classes gives: reads that are no better say nothing, ` +
        `however many; found ${values.accuracy}`,
    );
  }
  const minimum = wholeNumber('--min', values.min, 1, 100);
  const maximum = wholeNumber('--max', values.max, 1, 100);
  if (minimum > maximum) throw new UsageProblem(`--min is at most --max; found ${minimum} and ${maximum}`);
  return {
    accuracy,
    classes,
    minimum,
    maximum,
    minConfidence: level('--confidence', values.confidence),
    items: wholeNumber('--items', values.items, 1),
    isJson: values.json,
  };
}

/**
 * `quality overlap --accuracy 0.8 [--classes 2] [--min 2] [--max 5] [--confidence 0.95] [--items 1]`: how many reads per item to expect,
 * and how many items to have right, when reading stops as soon as the label is sure enough; beside it every fixed overlap up to
 * the maximum. Returns the exit code.
 */
export function runOverlap(argv: string[], output: Output): number {
  const { accuracy, classes, minimum, maximum, minConfidence, items, isJson } = parse(argv);
  const confusion = evenConfusion(accuracy, classes);
  const prior = new Float64Array(classes).fill(1 / classes);
  const of = (least: number, most: number) =>
    adaptiveForecast(confusion, prior, { minimum: least, maximum: most, minConfidence });
  const adaptive = of(minimum, maximum);
  const fixed = Array.from({ length: maximum }, (_, index) => ({
    overlap: index + 1,
    accuracy: of(index + 1, index + 1).accuracy,
  }));
  if (isJson) {
    output.line(
      JSON.stringify({
        accuracy,
        classes,
        minimum,
        maximum,
        min_confidence: minConfidence,
        n_items: items,
        expected_reads_per_item: adaptive.reads,
        expected_labels: adaptive.reads * items,
        expected_accuracy: adaptive.accuracy,
        unsure: adaptive.unsure,
        tied: adaptive.tied,
        reads_share: Object.fromEntries(adaptive.readsShare.map((share, n) => [n, share]).slice(1)),
        fixed,
      }),
    );
    return 0;
  }
  output.line(
    `${adaptive.reads.toFixed(2)} reads per item, ${(adaptive.accuracy * 100).toFixed(1)} % of labels right, ` +
      `${(adaptive.unsure * 100).toFixed(1)} % of items not sure enough at ${maximum} reads` +
      (adaptive.tied < 0.0005
        ? ''
        : ` (a tie on ${(adaptive.tied * 100).toFixed(1)} %, counted as a guess)`) +
      (items === 1 ? '' : `; ${Math.round(adaptive.reads * items)} labels for ${items} items`),
  );
  output.line('\nReads per item');
  printRows(
    output,
    adaptive.readsShare
      .map((share, n) => [`${n}`, `${(share * 100).toFixed(1)} %`, bar(share).padEnd(30)])
      .slice(1),
  );
  output.line('\nFixed overlap');
  printRows(
    output,
    fixed.map((one) => [`${one.overlap}`, decimal(one.accuracy), bar(one.accuracy).padEnd(30)]),
  );
  return 0;
}
