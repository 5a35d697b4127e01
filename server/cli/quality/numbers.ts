const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The grammar in words, for error messages and help. */
export const decimalGrammar =
  'a number in decimal form (an optional sign, digits with at most one point, an optional exponent: 2, -0.5, 1.5e3; no hexadecimal, ' +
  'no separators of thousands)';

/**
 * The number that the text spells in decimal form, white space around it aside; null for anything else, infinity included.
 *
 * @example decimalOf(' 1.0') // 1
 */
export function decimalOf(text: string): number | null {
  const bare = text.trim();
  if (!decimal.test(bare)) return null;
  const number = Number(bare);
  return Number.isFinite(number) ? number : null;
}

/** The one spelling of a number; that of −0 is "0". */
export function spelled(number: number): string {
  return String(number === 0 ? 0 : number);
}
