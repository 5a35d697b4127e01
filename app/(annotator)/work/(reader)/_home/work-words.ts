import type { inferRouterOutputs } from '@trpc/server';
import { formatMoney } from '#app/_ui/format-money.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import { hasWork } from '#server/work/has-work.ts';

export type WorkLine = inferRouterOutputs<AppRouter>['work']['listMine']['lines'][number];

/** What a line of each tier asks of the reader. */
export const TIER_WORDS: Record<WorkLine['tier'], string> = {
  label: 'Read cases',
  review: 'Review reads',
  audit: 'Audit final labels',
  adjudicate: 'Decide split cases',
};

/** What one of them is called when it is paid. */
export const PER_WORDS: Record<WorkLine['tier'], string> = {
  label: 'per case',
  review: 'per review',
  audit: 'per audit',
  adjudicate: 'per decision',
};

const PATHS: Record<WorkLine['tier'], string> = {
  label: 'read',
  review: 'review',
  audit: 'audit',
  adjudicate: 'adjudicate',
};

/** The page on which a line is worked. */
export function deskPath(line: Pick<WorkLine, 'tier' | 'batchId'>): string {
  return `/work/${PATHS[line.tier]}/${line.batchId}`;
}

/** The server counts open cases to 100. */
export const MOST_COUNTED = 100;

export function openWords({ openCount, isOpenRough }: Pick<WorkLine, 'openCount' | 'isOpenRough'>): string {
  if (isOpenRough && openCount > 0) return `up to ${openCount}`;
  return openCount >= MOST_COUNTED ? '100 or more' : String(openCount);
}

/** The server counts repeats to 100. */
const MOST_REPEATS = 100;

/** How many cases the person could read once more now (R23); null when there are none. */
export function repeatWords(line: Pick<WorkLine, 'dueRepeats' | 'isDueRough'>): string | null {
  const { dueRepeats: n, isDueRough } = line;
  if (n === 0) return null;
  // What is above 50 is rounded up to where the server stops counting.
  const words = isDueRough
    ? n >= MOST_REPEATS
      ? 'more than 50'
      : `up to ${n}`
    : n >= MOST_REPEATS
      ? '100 or more'
      : n;
  return `${words} to read once more`;
}

/** Work in the order of the server's list (own returned work, priority, deadline): what can be done now, what waits, what is refused. */
export function groupWork(lines: readonly WorkLine[]): {
  ready: WorkLine[];
  waiting: WorkLine[];
  refused: WorkLine[];
} {
  return {
    ready: lines.filter((line) => line.isAllowed && hasWork(line)),
    waiting: lines.filter((line) => line.isAllowed && !hasWork(line)),
    refused: lines.filter((line) => !line.isAllowed),
  };
}

/** From this priority on a batch is said to be needed first; 0 is what a batch has that nobody ranked. */
const NEEDED_FIRST = 50;

/** How urgent a line is, in a word; null for what nobody hurries. */
export function urgencyOf(line: Pick<WorkLine, 'priority' | 'dueAt'>, now: Date): string | null {
  const days = line.dueAt === null ? null : (line.dueAt.getTime() - now.getTime()) / 86_400_000;
  if (days !== null && days <= 0) return 'overdue';
  if (days !== null && days < 3) return 'due soon';
  return line.priority >= NEEDED_FIRST ? 'needed first' : null;
}

/** What is kept for the person or comes later, in words; empty when there is nothing to say. */
export function remarksOf(line: Pick<WorkLine, 'keptDrafts' | 'nextRepeatAt' | 'dueRepeats'>): string[] {
  const { keptDrafts, nextRepeatAt, dueRepeats } = line;
  return [
    ...(keptDrafts > 0
      ? [
          `Time ran out on ${keptDrafts === 1 ? 'one case' : `${keptDrafts} cases`}; your answers are kept and come back if the ${keptDrafts === 1 ? 'case does' : 'cases do'}.`,
        ]
      : []),
    ...(nextRepeatAt === null
      ? []
      : [
          `You read ${dueRepeats > 0 ? 'further' : 'some'} cases once more, from ${sayDay(nextRepeatAt)} on.`,
        ]),
  ];
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
