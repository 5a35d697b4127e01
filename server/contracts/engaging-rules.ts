import type { ErrorDetail } from '#server/core/errors.ts';
import { sayDay } from '#server/notifications/say-day.ts';

/** Work of a person through one side of a contract, and what the contract says of engaging such people. */
export type ProtectedWork = {
  contractId: string;
  /** Whose person it is: the vendor's named people, or the sponsor's panel. */
  of: 'vendor' | 'sponsor';
  /** The other side, who may not engage them directly. */
  counterpartOrgId: string;
  months: number;
  /** Null while it goes on. */
  lastWorkAt: Date | null;
};

/** The day from which the other side may engage the person; null while they still work together. */
export function freeFrom(work: Pick<ProtectedWork, 'months' | 'lastWorkAt'>): Date | null {
  if (work.lastWorkAt === null) return null;
  const day = new Date(work.lastWorkAt);
  const month = day.getUTCMonth() + work.months;
  const lastOfMonth = new Date(Date.UTC(day.getUTCFullYear(), month + 1, 0)).getUTCDate();
  return new Date(
    Date.UTC(
      day.getUTCFullYear(),
      month,
      Math.min(day.getUTCDate(), lastOfMonth),
      day.getUTCHours(),
      day.getUTCMinutes(),
      day.getUTCSeconds(),
    ),
  );
}

/**
 * Why an organisation may not engage a person now, and from when it may; null when it may. The strictest contract holds.
 * The person is not named: who asks has named them.
 */
export function engagingProblem(
  works: readonly ProtectedWork[],
  at: { byOrgId: string; now: Date },
): ErrorDetail | null {
  const binding = works.filter((work) => {
    const from = freeFrom(work);
    return work.counterpartOrgId === at.byOrgId && (from === null || at.now < from);
  });
  const [strictest] = binding.toSorted(
    (a, b) =>
      (freeFrom(b)?.getTime() ?? Number.POSITIVE_INFINITY) -
      (freeFrom(a)?.getTime() ?? Number.POSITIVE_INFINITY),
  );
  if (!strictest) return null;
  const until = freeFrom(strictest);
  const who =
    strictest.of === 'vendor'
      ? 'reads for you through a vendor'
      : 'sits on the panel of a sponsor you work for';
  const past =
    strictest.of === 'vendor'
      ? 'has read for you through a vendor'
      : 'has sat on the panel of a sponsor you work for';
  return {
    code: 'engaging_not_yet',
    message:
      until === null
        ? `This person ${who}, and the contract lets you engage them directly only ${strictest.months} months after that work has ended. Ask the other side for its leave by an amendment.`
        : `This person ${past}; the contract lets you engage them directly from ${sayDay(until)} on. Ask the other side for its leave by an amendment.`,
  };
}
