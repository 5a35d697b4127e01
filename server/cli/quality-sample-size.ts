import { parseArgs } from 'node:util';
import { decisionProbabilities, goldCasesNeeded } from '#server/quality/sample-size.ts';
import { choice, level, UsageProblem, wholeNumber } from './quality-options.ts';
import { bar, printRows } from './quality-print.ts';

/**
 * `quality sample-size --truth 0.95 --threshold 0.9 [--power 0.8] [--n 100]`: how many gold cases decide, and how likely a plan of n
 * cases is to decide (exact binomial, Wilson bounds, R10). Returns the exit code.
 */
export function runSampleSize(argv: string[]): number {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      truth: { type: 'string' },
      threshold: { type: 'string' },
      power: { type: 'string', default: '0.8' },
      ci: { type: 'string', default: '0.95' },
      n: { type: 'string' },
      direction: { type: 'string', default: 'at_least' },
      json: { type: 'boolean', default: false },
    },
  });
  if (positionals.length > 0)
    throw new UsageProblem(`Expected no file; found ${JSON.stringify(positionals[0])}`);
  if (values.truth === undefined || values.threshold === undefined) {
    throw new UsageProblem(
      'Expected --truth (the accuracy you believe in) and --threshold (the bound), e.g. 0.95 and 0.9',
    );
  }
  const direction = choice('--direction', values.direction, ['at_least', 'at_most']);
  // An error rate of at most x is an accuracy of at least 1 − x.
  const turn = (share: number) => (direction === 'at_least' ? share : 1 - share);
  const truth = level('--truth', values.truth);
  const threshold = level('--threshold', values.threshold);
  const power = level('--power', values.power);
  const coverage = level('--ci', values.ci);
  const needed = goldCasesNeeded({ truth: turn(truth), threshold: turn(threshold), power, level: coverage });
  const n = values.n === undefined ? needed.n : wholeNumber('--n', values.n, 1);
  const plan =
    n === null ? null : { n, ...decisionProbabilities({ n, truth, threshold, direction, level: coverage }) };
  const result = {
    truth,
    threshold,
    direction,
    level: coverage,
    power,
    n_needed: needed.n,
    power_at_n: needed.power,
    plan,
  };
  if (values.json) {
    console.log(JSON.stringify(result));
    return 0;
  }
  console.log(
    needed.n === null
      ? `No number of gold cases up to 5,000 decides ${truth} against ${threshold} with ${power * 100} % power.`
      : `${needed.n} gold cases decide ${truth} against ${threshold} with ${(needed.power * 100).toFixed(1)} % power.`,
  );
  if (plan !== null) {
    console.log(`\nWith ${plan.n} gold cases:`);
    printRows(
      (['pass', 'fail', 'inconclusive'] as const).map((verdict) => [
        verdict,
        `${(plan[verdict] * 100).toFixed(1)} %`,
        bar(plan[verdict]).padEnd(30),
      ]),
    );
  }
  return 0;
}
