const MINUTE = 60_000;

/** How often held cases are prolonged: well before a lease of `leaseSeconds` ends, at most once in 15 s. */
export function heartbeatMs(leaseSeconds: number): number {
  return Math.min(MINUTE, Math.max(15_000, Math.round((leaseSeconds * 1000) / 4)));
}

/**
 * Milliseconds left on a case when that is short enough to say (under two minutes, or a third of a shorter lease); null
 * while there is time. There is no countdown while the lease can simply be prolonged.
 */
export function shortLeaseMs(leaseUntil: number, leaseSeconds: number, now: number): number | null {
  const left = Math.max(0, leaseUntil - now);
  return left < Math.min(2 * MINUTE, (leaseSeconds * 1000) / 3) ? left : null;
}

/** Clocks that differ by less are taken as equal: a message is under way for about so long. */
const SAME_MS = 30_000;

/**
 * By how many milliseconds this device's clock is ahead of the server's, told by a lease that has just been given: the
 * server ends it `leaseSeconds` from its own now. 0 when they agree.
 */
export function clockAhead(leaseUntil: number, leaseSeconds: number, now: number): number {
  const ahead = now + leaseSeconds * 1000 - leaseUntil;
  return Math.abs(ahead) < SAME_MS ? 0 : ahead;
}
