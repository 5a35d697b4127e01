import { parseArgs } from 'node:util';
import {
  type ConsensusMethod,
  type ConsensusRunOptions,
  consensusMethods,
} from '#server/quality/choose-consensus.ts';
import { type ConfusionSmoothing, ordinalSmoothing } from '#server/quality/dawid-skene.ts';
import { decimalOf } from './numbers.ts';
import {
  choice,
  duplicatesRule,
  list,
  missingList,
  namedFile,
  onlyFile,
  seedOf,
  UsageProblem,
  wholeNumber,
} from './options.ts';
import { usualRepeats } from './repeats.ts';

/** Which methods take which option; `auto` passes each on to those that do. */
const takers = {
  starts: ['one-coin', 'dawid-skene', 'mace'],
  smoothing: ['one-coin', 'dawid-skene'],
  scale: ['dawid-skene'],
  'max-iterations': ['one-coin', 'dawid-skene', 'mace', 'glad'],
  'anchor-gold': ['one-coin', 'dawid-skene', 'mace', 'glad'],
} as const satisfies Record<string, readonly ConsensusMethod[]>;

export type ConsensusCommand = ReturnType<typeof parseConsensus>;

/** Reads the command line of `quality consensus`. Throws `UsageProblem` for an option that the method does not have. */
export function parseConsensus(argv: string[]) {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      method: { type: 'string', default: 'auto' },
      gold: { type: 'string' },
      'anchor-gold': { type: 'boolean', default: false },
      out: { type: 'string' },
      seed: { type: 'string', default: '1' },
      starts: { type: 'string' },
      smoothing: { type: 'string' },
      scale: { type: 'string' },
      'max-iterations': { type: 'string' },
      categories: { type: 'string' },
      missing: { type: 'string' },
      duplicates: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const method = choice('--method', values.method, [...consensusMethods, 'auto']) as ConsensusMethod | 'auto';
  for (const [option, methods] of Object.entries(takers) as Array<[keyof typeof takers, readonly string[]]>) {
    const isAsked = values[option] !== undefined && values[option] !== false;
    const isTaken = methods.includes(method) || (method === 'auto' && option !== 'anchor-gold');
    if (isAsked && !isTaken)
      throw new UsageProblem(`--${option} goes with --method ${methods.join(', ')}; found ${method}`);
  }
  if (values['anchor-gold'] && values.gold === undefined)
    throw new UsageProblem('--anchor-gold needs --gold FILE');
  return {
    file: onlyFile(positionals, 'quality consensus FILE.csv'),
    method,
    gold: namedFile('--gold', values.gold),
    isAnchored: values['anchor-gold'],
    out: namedFile('--out', values.out),
    seed: seedOf(values.seed),
    starts: values.starts === undefined ? null : wholeNumber('--starts', values.starts, 1, 1000),
    isOrdinal:
      values.scale !== undefined && choice('--scale', values.scale, ['nominal', 'ordinal']) === 'ordinal',
    smoothing: values.smoothing === undefined ? null : pseudoCounts(values.smoothing),
    maxIterations:
      values['max-iterations'] === undefined
        ? null
        : wholeNumber('--max-iterations', values['max-iterations'], 1, 1_000_000),
    categories: list('--categories', values.categories),
    missing: missingList(values.missing),
    duplicates: duplicatesRule(values.duplicates, usualRepeats.consensus.rule, [
      'keep',
      'first',
      'last',
      'refuse',
    ]),
    isJson: values.json,
  };
}

/** "DIAGONAL[,BESIDE]": pseudo-counts of right answers and of each wrong one. */
function pseudoCounts(text: string): { readonly diagonal: number; readonly offDiagonal: number } {
  const [diagonal = null, offDiagonal = 0, ...more] = text.split(',').map(decimalOf);
  if (diagonal !== null && offDiagonal !== null && diagonal >= 0 && offDiagonal >= 0 && more.length === 0)
    return { diagonal, offDiagonal };
  throw new UsageProblem(
    `--smoothing is one or two numbers of at least 0, for right and for each wrong answer, e.g. 1,0.1; found ${JSON.stringify(text)}`,
  );
}

/** What the methods get, gold aside. */
export function engineOptions(command: ConsensusCommand, nCategories: number): ConsensusRunOptions {
  const { seed, starts, maxIterations } = command;
  const smoothing = smoothingOf(command, nCategories);
  return {
    seed,
    ...(starts === null ? {} : { starts }),
    ...(maxIterations === null ? {} : { maxIterations }),
    ...(smoothing === null ? {} : { smoothing }),
  };
}

/** On the ordinal scale near levels get more than far ones: half as much for every level between. */
function smoothingOf(command: ConsensusCommand, nCategories: number): ConfusionSmoothing | null {
  const { isOrdinal, smoothing } = command;
  return isOrdinal ? ordinalSmoothing(nCategories, smoothing?.diagonal ?? 1) : smoothing;
}
