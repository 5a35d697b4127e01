/** A wrong command line; the command prints it with its usage and ends with exit code 2. */
export class UsageProblem extends Error {}

/** The one file name the command takes. */
export function onlyFile(positionals: readonly string[], usage: string): string {
  const [file, more] = positionals;
  if (file === undefined || more !== undefined) throw new UsageProblem(`Expected one file: ${usage}`);
  return file;
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
  const share = Number(value);
  if (value.trim() !== '' && share > 0 && share < 1) return share;
  throw new UsageProblem(`${name} is a number between 0 and 1, e.g. 0.95; found ${JSON.stringify(value)}`);
}

/** A whole number of at least `least`. */
export function wholeNumber(name: string, value: string, least: number): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && Number.isSafeInteger(number) && number >= least) return number;
  throw new UsageProblem(`${name} is a whole number of at least ${least}; found ${JSON.stringify(value)}`);
}

/** The column to split by; not one that has a meaning of its own in the file. */
export function byColumn(value: string | undefined, taken: readonly string[]): string | null {
  if (value === undefined) return null;
  if (value.trim() !== '' && !taken.includes(value)) return value;
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
