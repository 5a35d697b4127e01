import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '#server/routers/_app.ts';

type WorkLine = inferRouterOutputs<AppRouter>['work']['listMine']['lines'][number];

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

const WAITS_FOR = ['training.missing', 'exam.missing', 'exam.none_open'];

/** The work that waits for a training or an exam, with the sentence that says so. */
export function blockedByTraining<T extends Pick<WorkLine, 'reasons'>>(
  lines: readonly T[],
): (T & { because: string })[] {
  return lines.flatMap((line) => {
    const reason = line.reasons.find((one) => WAITS_FOR.includes(one.code));
    return reason === undefined ? [] : [{ ...line, because: reason.message }];
  });
}

/** Trainings and exams that the person can take now. */
export function takeable<T extends Pick<WorkLine, 'kind' | 'isAllowed' | 'tier'>>(lines: readonly T[]): T[] {
  return lines.filter(
    (line) => line.isAllowed && line.tier === 'label' && (line.kind === 'exam' || line.kind === 'training'),
  );
}
