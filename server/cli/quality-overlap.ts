import { parseArgs } from 'node:util';
import { adaptiveForecast, evenConfusion } from '#server/quality/adaptive-overlap.ts';
import { level, UsageProblem, wholeNumber } from './quality-options.ts';
import { bar, decimal, printRows } from './quality-print.ts';

/**
 * `quality overlap --accuracy 0.8 [--classes 2] [--min 2] [--max 5] [--confidence 0.95] [--items 1]`: how many reads per item to expect,
 * and how many items to have right, when reading stops as soon as the label is sure enough; beside it every fixed overlap up to
 * the maximum. Returns the exit code.
 */
export function runOverlap(argv: string[]): number {
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
  if (positionals.length > 0)
    throw new UsageProblem(`Expected no file; found ${JSON.stringify(positionals[0])}`);
  if (values.accuracy === undefined)
    throw new UsageProblem('Expected --accuracy, how often one annotator is right, e.g. 0.8');
  const accuracy = level('--accuracy', values.accuracy);
  const classes = wholeNumber('--classes', values.classes, 2);
  const minimum = wholeNumber('--min', values.min, 1);
  const maximum = wholeNumber('--max', values.max, 1);
  const minConfidence = level('--confidence', values.confidence);
  const items = wholeNumber('--items', values.items, 1);
  if (minimum > maximum || maximum > 100)
    throw new UsageProblem(`--min is at most --max, and that at most 100; found ${minimum} and ${maximum}`);
  const confusion = evenConfusion(accuracy, classes);
  const prior = new Float64Array(classes).fill(1 / classes);
  const of = (least: number, most: number) =>
    adaptiveForecast(confusion, prior, { minimum: least, maximum: most, minConfidence });
  const adaptive = of(minimum, maximum);
  const fixed = Array.from({ length: maximum }, (_, index) => ({
    overlap: index + 1,
    accuracy: of(index + 1, index + 1).accuracy,
  }));
  const result = {
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
    reads_share: Object.fromEntries(adaptive.readsShare.map((share, n) => [n, share]).slice(1)),
    fixed,
  };
  if (values.json) {
    console.log(JSON.stringify(result));
    return 0;
  }
  console.log(
    `${adaptive.reads.toFixed(2)} reads per item, ${(adaptive.accuracy * 100).toFixed(1)} % of labels right, ` +
      `${(adaptive.unsure * 100).toFixed(1)} % of items not sure enough at ${maximum} reads` +
      (items === 1 ? '' : `; ${Math.round(adaptive.reads * items)} labels for ${items} items`),
  );
  console.log('\nReads per item');
  printRows(
    adaptive.readsShare
      .map((share, n) => [`${n}`, `${(share * 100).toFixed(1)} %`, bar(share).padEnd(30)])
      .slice(1),
  );
  console.log('\nFixed overlap');
  printRows(fixed.map((one) => [`${one.overlap}`, decimal(one.accuracy), bar(one.accuracy).padEnd(30)]));
  return 0;
}
