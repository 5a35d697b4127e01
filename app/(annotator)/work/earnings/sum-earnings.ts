type Line = { accruedMinor: bigint; activeMs: number; currency: string };
type Sum = Line & { perActiveHourMinor: bigint | null };

/** Earnings summed per currency, most first; the hourly rate is null under a minute of active time. */
export function sumEarnings(lines: readonly Line[]): Sum[] {
  const sums = new Map<string, Line>();
  for (const { accruedMinor, activeMs, currency } of lines) {
    const sum = sums.get(currency) ?? { accruedMinor: 0n, activeMs: 0, currency };
    sums.set(currency, {
      currency,
      accruedMinor: sum.accruedMinor + accruedMinor,
      activeMs: sum.activeMs + activeMs,
    });
  }
  return [...sums.values()]
    .filter((sum) => sum.accruedMinor > 0n)
    .sort((a, b) => (a.accruedMinor < b.accruedMinor ? 1 : -1))
    .map((sum) => ({
      ...sum,
      perActiveHourMinor:
        sum.activeMs < 60_000 ? null : (sum.accruedMinor * 3_600_000n) / BigInt(Math.round(sum.activeMs)),
    }));
}
