import { parseArgs } from 'node:util';
import { decisionProbabilities, goldCasesNeeded } from '#server/quality/sample-size.ts';
import { choice, level, noFile, UsageProblem, wholeNumber } from './options.ts';
import type { Output } from './output.ts';
import { bar, printRows } from './print.ts';

const mostNeeded = 5000;
const mostPlanned = 100_000;

function parse(argv: string[]) {
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
  noFile(positionals);
  if (values.truth === undefined || values.threshold === undefined) {
    throw new UsageProblem(
      'Expected --truth (the accuracy you believe in) and --threshold (the bound), e.g. 0.95 and 0.9',
    );
  }
  return {
    truth: level('--truth', values.truth),
    threshold: level('--threshold', values.threshold),
    power: level('--power', values.power),
    coverage: level('--ci', values.ci),
    direction: choice('--direction', values.direction, ['at_least', 'at_most']),
    n: values.n === undefined ? null : wholeNumber('--n', values.n, 1, mostPlanned),
    isJson: values.json,
  };
}

/**
 * `quality sample-size --truth 0.95 --threshold 0.9 [--power 0.8] [--n 100]`: how many gold cases decide, and how likely a plan of n
 * cases is to decide (exact binomial, Wilson bounds, R10). Returns the exit code.
 */
export function runSampleSize(argv: string[], output: Output): number {
  const { truth, threshold, power, coverage, direction, n, isJson } = parse(argv);
  // An error rate of at most x is an accuracy of at least 1 − x.
  const turn = (share: number) => (direction === 'at_least' ? share : 1 - share);
  const needed = goldCasesNeeded({
    truth: turn(truth),
    threshold: turn(threshold),
    power,
    level: coverage,
    maxN: mostNeeded,
  });
  const reason = needed.n !== null ? null : truth === threshold ? 'truth_equals_threshold' : 'more_than_5000';
  const planned = n ?? needed.n;
  const plan =
    planned === null
      ? null
      : {
          n: planned,
          ...decisionProbabilities({ n: planned, truth, threshold, direction, level: coverage }),
        };
  if (isJson) {
    output.line(
      JSON.stringify({
        truth,
        threshold,
        direction,
        level: coverage,
        power,
        n_needed: needed.n,
        reason,
        power_at_n: needed.power,
        plan,
      }),
    );
    return 0;
  }
  const against = `${truth} against ${threshold}`;
  if (needed.n !== null)
    output.line(`${needed.n} gold cases decide ${against} with ${(needed.power * 100).toFixed(1)} % power.`);
  else if (reason === 'truth_equals_threshold')
    output.line(`No number of gold cases decides ${against}: the truth lies on the threshold.`);
  else output.line(`No number of gold cases up to 5,000 decides ${against} with ${power * 100} % power.`);
  if (plan === null) return 0;
  output.line(`\nWith ${plan.n} gold cases:`);
  printRows(
    output,
    (['pass', 'fail', 'inconclusive'] as const).map((verdict) => [
      verdict,
      `${(plan[verdict] * 100).toFixed(1)} %`,
      bar(plan[verdict]).padEnd(30),
    ]),
  );
  return 0;
}
