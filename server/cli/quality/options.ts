import type { DuplicatePolicy } from '#server/quality/rating-table.ts';
import { missingWords } from './label-text.ts';
import { decimalOf } from './numbers.ts';

/** A wrong command line; the command prints it with its usage and ends with exit code 2. */
export class UsageProblem extends Error {}

/** The one file name the command takes. */
export function onlyFile(positionals: readonly string[], usage: string): string {
  const [file, more] = positionals;
  if (file === undefined || file === '' || more !== undefined)
    throw new UsageProblem(`Expected one file: ${usage}`);
  return file;
}

/** The file an option names, or null without the option. */
export function namedFile(name: string, value: string | undefined): string | null {
  if (value === '') throw new UsageProblem(`${name} names a file; found nothing`);
  return value ?? null;
}

/** A seed: the generator knows 32 bits of it, and two seeds that give the same draws are none. */
export function seedOf(value: string): number {
  return wholeNumber('--seed', value, 0, 2 ** 32 - 1);
}

/** Refuses a file name where the command takes none. */
export function noFile(positionals: readonly string[]): void {
  if (positionals.length > 0)
    throw new UsageProblem(`Expected no file; found ${JSON.stringify(positionals[0])}`);
}

/** One of a closed list of words. */
export function choice<const Words extends readonly string[]>(
  name: string,
  value: string,
  words: Words,
): Words[number] {
  if (words.includes(value)) return value;
  throw new UsageProblem(`${name} is one of ${words.join(', ')}; found ${JSON.stringify(value)}`);
}

/** A share strictly between 0 and 1, such as a coverage. */
export function level(name: string, value: string): number {
  const share = decimalOf(value);
  if (share !== null && share > 0 && share < 1) return share;
  throw new UsageProblem(
    `${name} is a number between 0 and 1, both excluded, e.g. 0.95; found ${JSON.stringify(value)}`,
  );
}

/** An overlap that a match must reach: above 0, at most 1. */
export function overlapShare(name: string, value: string): number {
  const share = decimalOf(value);
  if (share !== null && share > 0 && share <= 1) return share;
  throw new UsageProblem(
    `${name} is a number above 0 and at most 1, e.g. 0.5; found ${JSON.stringify(value)}`,
  );
}

/** A whole number of at least `least` and at most `most`. */
export function wholeNumber(
  name: string,
  value: string,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= least && number <= most) return number;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new UsageProblem(`${name} is a whole number ${range}; found ${JSON.stringify(value)}`);
}

/** The column to split by; not one that has a meaning of its own in the file. */
export function byColumn(value: string | undefined, taken: readonly string[]): string | null {
  if (value === undefined) return null;
  // A name that ends in "?" would be taken for an optional column.
  if (value.trim() === value && value !== '' && !value.endsWith('?') && !taken.includes(value)) return value;
  throw new UsageProblem(
    `--by names a further column of the file, none of ${taken.join(', ')}; found ${JSON.stringify(value)}`,
  );
}

/** A comma-separated list without repeats, or null. */
export function list(name: string, value: string | undefined): string[] | null {
  if (value === undefined) return null;
  const words = value.split(',').map((word) => word.trim());
  if (words.includes('') || new Set(words).size !== words.length) {
    throw new UsageProblem(
      `${name} is a comma-separated list without repeats; found ${JSON.stringify(value)}`,
    );
  }
  return words;
}

/** The words that stand for no answer: those named, the usual ones when nothing is said, none for an empty list. */
export function missingList(value: string | undefined): readonly string[] {
  if (value === undefined) return missingWords;
  return value.trim() === '' ? [] : (list('--missing', value) ?? []);
}

/** What repeated answers count for. */
export function duplicatesRule<const Rules extends readonly DuplicatePolicy[]>(
  value: string | undefined,
  usual: Rules[number],
  rules: Rules,
): Rules[number] {
  return value === undefined ? usual : choice('--duplicates', value, rules);
}
