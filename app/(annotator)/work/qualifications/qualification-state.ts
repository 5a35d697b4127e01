import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '#server/routers/_app.ts';

type WorkLine = inferRouterOutputs<AppRouter>['work']['listMine'][number];

const SOON_MS = 30 * 24 * 3_600_000;

/** Whether a training or exam counts now, soon no more, or no more. */
export function qualificationState(
  one: { validUntil: Date | null },
  now: Date,
): 'active' | 'expiring' | 'expired' {
  if (one.validUntil === null) return 'active';
  const left = one.validUntil.getTime() - now.getTime();
  if (left <= 0) return 'expired';
  return left < SOON_MS ? 'expiring' : 'active';
}

/** The work that waits for a training, with the sentence that says so. */
export function blockedByTraining<T extends Pick<WorkLine, 'reasons'>>(
  lines: readonly T[],
): (T & { because: string })[] {
  return lines.flatMap((line) => {
    const reason = line.reasons.find((one) => one.code === 'training.missing');
    return reason === undefined ? [] : [{ ...line, because: reason.message }];
  });
}
