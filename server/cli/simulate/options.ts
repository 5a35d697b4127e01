import { parseArgs } from 'node:util';

export const SIMULATE_USAGE = `Usage: npm run readroom -- simulate --annotators 10000 --minutes 5 [--seed 1] [--spammers 0.05] [--json] [--any-database]

  A crowd with skill, speed, drift, fatigue and spammers joins, claims, opens, reads and submits through the API, half of it on
  batches with five reads a case, half with adaptive overlap, and the two are compared: accuracy, labels, cost per correct label.
  Its organisations, people and sessions are made for it and stay in the database, named "Simulation …".`;

export type SimulateOptions = {
  annotators: number;
  /** Minutes of the crowd's own time. */
  minutes: number;
  seed: number;
  spammers: number;
  json: boolean;
  anyDatabase: boolean;
};

/** A wrong command line; the message is a sentence for a person. */
export class BadOption extends Error {}

/** Reads the command line; throws `BadOption` that says what is wrong and what is possible. */
export function parseSimulate(argv: readonly string[]): SimulateOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      annotators: { type: 'string', default: '200' },
      minutes: { type: 'string', default: '5' },
      seed: { type: 'string', default: '1' },
      spammers: { type: 'string', default: '0.05' },
      json: { type: 'boolean', default: false },
      'any-database': { type: 'boolean', default: false },
    },
    allowPositionals: false,
  });
  const annotators = numberOf('annotators', values.annotators, { least: 12, most: 100_000, isWhole: true });
  const minutes = numberOf('minutes', values.minutes, { least: 1, most: 600, isWhole: false });
  if (annotators * minutes > 2_000_000)
    throw new BadOption(
      `${annotators.toLocaleString('en')} people for ${minutes} minutes are more reads than a batch engine on one machine makes in an hour. Take fewer people or minutes: their product is at most 2,000,000.`,
    );
  return {
    annotators,
    minutes,
    seed: numberOf('seed', values.seed, { least: 0, most: 2 ** 31 - 1, isWhole: true }),
    spammers: numberOf('spammers', values.spammers, { least: 0, most: 0.9, isWhole: false }),
    json: values.json,
    anyDatabase: values['any-database'],
  };
}

function numberOf(name: string, text: string, is: { least: number; most: number; isWhole: boolean }): number {
  const value = Number(text);
  const isRight =
    text.trim() !== '' &&
    Number.isFinite(value) &&
    value >= is.least &&
    value <= is.most &&
    (!is.isWhole || Number.isInteger(value));
  if (!isRight)
    throw new BadOption(
      `--${name} is ${is.isWhole ? 'a whole number' : 'a number'} from ${is.least.toLocaleString('en')} to ${is.most.toLocaleString('en')}, not "${text}".`,
    );
  return value;
}
