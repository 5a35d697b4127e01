/** A share as typed, in basis points, exactly as it will be signed; null when it is none or has more than two decimals. */
export function basisPointsOf(text: string): number | null {
  const [, whole, fraction = ''] = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(text.trim()) ?? [];
  if (whole === undefined) return null;
  const points = Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
  return points >= 1 && points <= 10_000 ? points : null;
}
