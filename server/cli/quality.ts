import { isAppError } from '#server/core/errors.ts';
import { runBoxes } from './quality-boxes.ts';
import { runConsensusCommand } from './quality-consensus.ts';
import { CsvProblem } from './quality-csv.ts';
import { UsageProblem } from './quality-options.ts';
import { runOverlap } from './quality-overlap.ts';
import { runReliability } from './quality-reliability.ts';
import { runSampleSize } from './quality-sample-size.ts';
import { runSpans } from './quality-spans.ts';

const commands: Record<string, (argv: string[]) => number> = {
  reliability: runReliability,
  consensus: runConsensusCommand,
  boxes: runBoxes,
  spans: runSpans,
  'sample-size': runSampleSize,
  overlap: runOverlap,
};

const usage = `Usage: npm run readroom -- quality COMMAND

  reliability FILE.csv [--scale nominal|ordinal|interval|ratio] [--weights none|linear|quadratic] [--ci 0.95]
              [--method analytic|bootstrap] [--seed 1] [--resamples 10000] [--categories a,b,c] [--by COLUMN] [--json]
  consensus   FILE.csv [--method auto|majority|wawa|one-coin|dawid-skene|mace|glad] [--gold FILE] [--out FILE]
              [--categories a,b,c] [--seed 1] [--json]
  boxes       FILE.csv --gold FILE [--iou 0.5] [--by COLUMN] [--seed 1] [--json]
  spans       FILE.csv --gold FILE [--json]
  sample-size --truth 0.95 --threshold 0.9 [--power 0.8] [--n 100] [--ci 0.95] [--direction at_least|at_most] [--json]
  overlap     --accuracy 0.8 [--classes 2] [--min 2] [--max 5] [--confidence 0.95] [--items 1000] [--json]

FILE.csv has the columns task,worker,label (boxes: image,worker,label,x1,y1,x2,y2; spans: document,worker,label,start,end);
gold files have no worker.`;

/**
 * The quality engine from the command line. With `--json` stdout is one JSON object and nothing else. Returns the exit code: 0, or 2 for
 * a wrong command line or a bad file, which is named on stderr with line, column and what was expected; nothing is written then.
 */
export async function runQuality(argv: string[]): Promise<number> {
  const [name = '', ...rest] = argv;
  if (name === 'help' || [name, ...rest].includes('--help')) {
    console.log(usage);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    console.error(usage);
    return 2;
  }
  try {
    return command(rest);
  } catch (error) {
    if (error instanceof CsvProblem || isAppError(error)) console.error(error.message);
    else if (error instanceof UsageProblem || isBadOption(error))
      console.error(`${error.message}\n\n${usage}`);
    else throw error;
    return 2;
  }
}

/** What node's option parser throws for an unknown option or a missing value. */
function isBadOption(error: unknown): error is Error {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
