import { isAppError } from '#server/core/errors.ts';
import { runBoxes } from './quality/boxes.ts';
import { runConsensusCommand } from './quality/consensus.ts';
import { usageOf } from './quality/help.ts';
import { UsageProblem } from './quality/options.ts';
import { type KeptOutput, keptOutput, type Output, OutputProblem, writeOut } from './quality/output.ts';
import { runOverlap } from './quality/overlap.ts';
import { CsvProblem } from './quality/problem.ts';
import { runReliability } from './quality/reliability.ts';
import { runSampleSize } from './quality/sample-size.ts';
import { runSpans } from './quality/spans.ts';

const commands: Record<string, (argv: string[], output: Output) => number> = {
  reliability: runReliability,
  consensus: runConsensusCommand,
  boxes: runBoxes,
  spans: runSpans,
  'sample-size': runSampleSize,
  overlap: runOverlap,
};

/**
 * The quality engine from the command line. With `--json` stdout is one JSON object and nothing else. Returns the exit code: 0, 2 for
 * a wrong command line or a bad file, which is named on stderr with line, column and what was expected (nothing is written then), or 1
 * when the result cannot be written to stdout.
 */
export async function runQuality(argv: string[], write = writeOut): Promise<number> {
  const output = keptOutput(write, (text) => console.error(`Note: ${text}`));
  try {
    const code = dispatch(argv, output);
    output.flush();
    return code;
  } catch (error) {
    if (error instanceof OutputProblem) {
      console.error(error.message);
      return 1;
    }
    throw error;
  }
}

function dispatch([name = '', ...rest]: string[], output: KeptOutput): number {
  if (name === 'help' || name === '--help' || rest.includes('--help')) {
    output.line(usageOf(name === 'help' ? (rest[0] ?? '') : name));
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    if (name !== '') console.error(`There is no quality command ${JSON.stringify(name)}.\n`);
    console.error(usageOf(''));
    return 2;
  }
  try {
    return command(rest, output);
  } catch (error) {
    if (error instanceof CsvProblem || isAppError(error)) console.error(error.message);
    else if (error instanceof UsageProblem || isBadOption(error))
      console.error(`${error.message}\n(npm run readroom -- quality ${name} --help)`);
    else throw error;
    return 2;
  }
}

/** What node's option parser throws for an unknown option or a missing value. */
function isBadOption(error: unknown): error is Error {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
