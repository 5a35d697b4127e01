type Line = { acceptedMinor: bigint; waitingMinor: bigint; activeMs: number; currency: string };
type Sum = Line & { perActiveHourMinor: bigint | null };

/**
 * Earnings summed per currency, most first. The hourly rate counts what is accepted and what waits, because the time was
 * spent on both; null under a minute of active time.
 */
export function sumEarnings(lines: readonly Line[]): Sum[] {
  const sums = new Map<string, Line>();
  for (const { acceptedMinor, waitingMinor, activeMs, currency } of lines) {
    const sum = sums.get(currency) ?? { acceptedMinor: 0n, waitingMinor: 0n, activeMs: 0, currency };
    sums.set(currency, {
      currency,
      acceptedMinor: sum.acceptedMinor + acceptedMinor,
      waitingMinor: sum.waitingMinor + waitingMinor,
      activeMs: sum.activeMs + activeMs,
    });
  }
  const whole = (sum: Line) => sum.acceptedMinor + sum.waitingMinor;
  return [...sums.values()]
    .filter((sum) => whole(sum) > 0n)
    .sort((a, b) => (whole(a) < whole(b) ? 1 : -1))
    .map((sum) => ({
      ...sum,
      perActiveHourMinor:
        sum.activeMs < 60_000 ? null : (whole(sum) * 3_600_000n) / BigInt(Math.round(sum.activeMs)),
    }));
}
