/** Splits that hold what a model is tested on, by their names. */
export function isSequestered(split: string | null): boolean {
  return (
    split !== null &&
    /^(test|hold[-_ ]?out|held[-_ ]?out|external[-_ ]?(test|validation))/i.test(split.trim())
  );
}

/** Whether a split, or having none, makes cases test data: all of a test reference are (R5) unless their split says that they are for training. */
export function isTestSplit(split: string | null, intendedUse: string): boolean {
  if (isSequestered(split)) return true;
  return intendedUse === 'test_reference' && !/^(train|tun|dev)/i.test(split?.trim() ?? '');
}

/**
 * Whether a patient may not be in both (R3). Any two splits that are named are apart. Cases without a split are apart from test data and
 * from nothing else: where nothing is sequestered, they may belong to whatever there is.
 */
export function areApart(a: string | null, b: string | null, intendedUse: string): boolean {
  if (a === b) return false;
  return (a !== null && b !== null) || isTestSplit(a, intendedUse) !== isTestSplit(b, intendedUse);
}

/** A split in a sentence. */
export const splitWords = (split: string | null): string =>
  split === null ? 'no split' : `the split “${split}”`;
