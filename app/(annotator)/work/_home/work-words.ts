import type { inferRouterOutputs } from '@trpc/server';
import { formatMoney } from '#app/_ui/format-money.ts';
import type { AppRouter } from '#server/routers/_app.ts';

export type WorkLine = inferRouterOutputs<AppRouter>['work']['listMine'][number];

/** What a line of each tier asks of the reader. */
export const TIER_WORDS: Record<WorkLine['tier'], string> = {
  label: 'Read cases',
  review: 'Review reads',
  audit: 'Audit reads',
  adjudicate: 'Decide split cases',
};

/** What one of them is called when it is paid. */
export const PER_WORDS: Record<WorkLine['tier'], string> = {
  label: 'per case',
  review: 'per review',
  audit: 'per audit',
  adjudicate: 'per decision',
};

const PATHS: Record<WorkLine['tier'], string | null> = {
  label: 'read',
  review: 'review',
  audit: null,
  adjudicate: 'adjudicate',
};

/** The page on which a line is worked; null when it has none. */
export function deskPath(line: Pick<WorkLine, 'tier' | 'batchId'>): string | null {
  const path = PATHS[line.tier];
  return path === null ? null : `/work/${path}/${line.batchId}`;
}

/** The server counts open cases to 1,000. */
export const MOST_COUNTED = 1_000;

export function openWords({ openCount, isOpenRough }: Pick<WorkLine, 'openCount' | 'isOpenRough'>): string {
  if (isOpenRough && openCount > 0) return `up to ${openCount.toLocaleString('en')}`;
  return openCount >= MOST_COUNTED ? '1,000 or more' : String(openCount);
}

/** True when there is something to take up: open cases, cases in hand, or one's own work returned. */
export function hasWork({ openCount, joined }: Pick<WorkLine, 'openCount' | 'joined'>): boolean {
  return openCount > 0 || (joined?.held ?? 0) > 0 || (joined?.returned ?? 0) > 0;
}

/** Work in the order of the page: what can be done now (what is begun first), what waits, what is refused. */
export function groupWork(lines: readonly WorkLine[]): {
  ready: WorkLine[];
  waiting: WorkLine[];
  refused: WorkLine[];
} {
  const begunFirst = (a: WorkLine, b: WorkLine) =>
    Number(b.joined !== null) - Number(a.joined !== null) || b.openCount - a.openCount;
  return {
    ready: lines.filter((line) => line.isAllowed && hasWork(line)).sort(begunFirst),
    waiting: lines.filter((line) => line.isAllowed && !hasWork(line)),
    refused: lines.filter((line) => !line.isAllowed),
  };
}

/** The page's answer in one sentence: how much there is to do now and for how much. */
export function answerOf(lines: readonly WorkLine[]): { before: string; figure: string; after: string } {
  const { ready, refused } = groupWork(lines);
  const [first] = ready;
  if (first === undefined) {
    return {
      before: 'There is ',
      figure: 'nothing open for you',
      after: refused.length > 0 ? ' just now; below is what stands in the way of the rest.' : ' just now.',
    };
  }
  const batches = ready.length === 1 ? 'one batch' : `${ready.length} batches`;
  const best = ready.reduce((most, line) => (line.priceMinor > most.priceMinor ? line : most), first);
  const pay =
    best.priceMinor === 0n
      ? ', as a member of the sponsor’s own staff.'
      : `, for up to ${formatMoney({ amountMinor: best.priceMinor, currency: best.currency }).full} ${PER_WORDS[best.tier]}.`;
  return { before: 'You can work in ', figure: batches, after: ` now${pay}` };
}
