import type { Database } from '#db/client.ts';
import { type Clock, SECOND } from '#server/core/clock.ts';
import { spokenFor } from './join-queries.ts';

/*
 * What is spoken for of a batch's reserve (R29) is a sum over all of its readers, and every reader's look asks for it once a minute: each
 * process makes the sum once for all who ask.
 */

type Asks = { db: Database; clock: Clock };
type Sum = { at: number; minor: Promise<bigint> };
type Sums = {
  /** The sum that was begun last, by batch. */
  last: Map<string, Sum>;
  /** The one that is under way, and the one that begins when it ends. */
  running: Map<string, Promise<bigint>>;
  next: Map<string, Promise<bigint>>;
};

/** How old a sum may be that says that money is left. */
export const SUM_KEPT_SECONDS = 15;
const MOST_KEPT = 2000;
const kept = new WeakMap<Database, Sums>();

function sumsOf(db: Database): Sums {
  const found = kept.get(db) ?? { last: new Map(), running: new Map(), next: new Map() };
  kept.set(db, found);
  return found;
}

/** As `spokenFor`, by a sum that was begun at most `SUM_KEPT_SECONDS` ago; null when there is none. */
export function spokenLately({ db, clock }: Asks, batchId: string): Promise<bigint> | null {
  const known = sumsOf(db).last.get(batchId);
  const isKept = known !== undefined && clock.now().getTime() - known.at < SUM_KEPT_SECONDS * SECOND;
  return isKept ? known.minor : null;
}

/**
 * As `spokenFor`, exact: by a sum that is begun after it was asked for. Who asks while one is under way shares the next with all
 * others who do, so that a process never makes two of a batch at a time.
 */
export function spokenNow(asks: Asks, batchId: string): Promise<bigint> {
  const { running, next } = sumsOf(asks.db);
  const waiting = next.get(batchId);
  if (waiting !== undefined) return waiting;
  const before = running.get(batchId);
  if (before === undefined) return begin(asks, batchId);
  const follow = () => {
    next.delete(batchId);
    return begin(asks, batchId);
  };
  const shared = before.then(follow, follow);
  next.set(batchId, shared);
  return shared;
}

function begin({ db, clock }: Asks, batchId: string): Promise<bigint> {
  const { last, running } = sumsOf(db);
  const minor = spokenFor(db, batchId);
  const sum = { at: clock.now().getTime(), minor };
  if (last.size >= MOST_KEPT) last.delete(last.keys().next().value ?? '');
  last.set(batchId, sum);
  running.set(batchId, minor);
  const end = () => {
    if (running.get(batchId) === minor) running.delete(batchId);
  };
  minor.then(end, () => {
    end();
    if (last.get(batchId) === sum) last.delete(batchId);
  });
  return minor;
}
