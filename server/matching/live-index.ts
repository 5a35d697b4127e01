import type { Database } from '#db/client.ts';
import type { Clock } from '#server/core/clock.ts';
import { dayOf } from '#server/credentials/rules.ts';
import { errorFields, log } from '#server/log.ts';
import { loadEverybody, loadPeople } from './load-people.ts';
import { PeopleIndex } from './people-index.ts';
import { findNewestEvent, listTouchedPeople } from './people-queries.ts';
import { listVendors, type VendorRow } from './vendor-queries.ts';

/** A change is looked for this far back, because a transaction may end that long after its audit event was minted. */
const LOOK_BACK_MS = 60_000;
/** Events looked at in one statement. */
const EVENTS = 1000;
/** What is measured of people changes with every read and is not audited: built anew after so long. */
const VENDORS_AFTER_MS = 60_000;
/** Nobody waits for vendors' measures unless they are older than this: nobody has asked for long. */
const VENDORS_AT_MOST_MS = 5 * 60_000;
const REBUILD_AFTER_MS = 30 * 60_000;

/** What matching looks into. */
export type MatchIndex = { people: PeopleIndex; vendors: readonly VendorRow[] };

type Live = {
  index: PeopleIndex;
  vendors: readonly VendorRow[];
  vendorsAt: number;
  /** What a command has said of an organisation is not in `vendors` yet. */
  isVendorChanged: boolean;
  builtAt: number;
  /** The newest event that has been looked at, and those before it that are in already. */
  mark: string;
  seen: Set<string>;
  rebuilding: Promise<void> | null;
  measuring: Promise<void> | null;
  /** The refresh that is under way, and the one that starts after it for all who came since. */
  running: Promise<void> | null;
  next: Promise<void> | null;
};

type Source = { db: Database; clock: Clock };

const lives = new WeakMap<Database, Promise<Live>>();

/**
 * Everybody who may read and every vendor, up to date with every change that was committed before the call; built at the first call in
 * a process. Costs one look at the newest audit events; measures of vendors are at most a minute old, those of people half an
 * hour.
 */
export async function matchIndex(of: Source): Promise<MatchIndex> {
  const live = await (lives.get(of.db) ?? begin(of));
  await refreshed(of, live);
  if (of.clock.now().getTime() - live.builtAt > REBUILD_AFTER_MS) live.rebuilding ??= rebuild(of, live);
  return { people: live.index, vendors: live.vendors };
}

function begin(of: Source): Promise<Live> {
  const first = build(of).catch((error: unknown) => {
    lives.delete(of.db);
    throw error;
  });
  lives.set(of.db, first);
  return first;
}

async function build({ db, clock }: Source): Promise<Live> {
  const now = clock.now();
  const mark = await findNewestEvent(db);
  const index = new PeopleIndex();
  await loadEverybody(db, index, now);
  const vendors = await listVendors(db, dayOf(now));
  return {
    index,
    vendors,
    vendorsAt: now.getTime(),
    isVendorChanged: false,
    builtAt: now.getTime(),
    mark,
    seen: new Set(),
    rebuilding: null,
    measuring: null,
    running: null,
    next: null,
  };
}

/** Builds beside the old index, which answers meanwhile, and takes its place; a failure leaves the old one. */
async function rebuild(of: Source, live: Live): Promise<void> {
  try {
    const { index, vendors, vendorsAt, builtAt, mark, seen } = await build(of);
    Object.assign(live, { index, vendors, vendorsAt, builtAt, mark, seen });
  } catch (error) {
    log.error(errorFields(error), 'people index not rebuilt');
  } finally {
    live.rebuilding = null;
  }
}

/** A refresh that began after this call: one under way may have looked before the caller's change was there. */
function refreshed(of: Source, live: Live): Promise<void> {
  if (live.running === null) {
    live.running = refresh(of, live).finally(() => {
      live.running = null;
    });
    return live.running;
  }
  live.next ??= live.running
    .catch(() => {})
    .then(() => {
      live.next = null;
      return refreshed(of, live);
    });
  return live.next;
}

async function refresh({ db, clock }: Source, live: Live): Promise<void> {
  const { index } = live;
  let since = earlier(live.mark, LOOK_BACK_MS);
  const recent = new Set<string>();
  for (let n = EVENTS; n === EVENTS; ) {
    const events = await listTouchedPeople(db, { since, limit: EVENTS });
    n = events.length;
    const fresh = events.filter(({ eventId }) => !live.seen.has(eventId));
    const ids = [...new Set(fresh.flatMap((event) => event.personIds))];
    if (ids.length > 0) await loadPeople(db, index, { ids, now: clock.now() });
    if (fresh.some((event) => event.isOfOrganisation)) live.isVendorChanged = true;
    for (const { eventId } of events) recent.add(eventId);
    since = events.at(-1)?.eventId ?? since;
  }
  if (since > live.mark) live.mark = since;
  live.seen = recent;
  const age = clock.now().getTime() - live.vendorsAt;
  if (live.isVendorChanged || age > VENDORS_AT_MOST_MS) {
    await measureVendors({ db, clock }, live);
    live.isVendorChanged = false;
  } else if (age > VENDORS_AFTER_MS) {
    live.measuring ??= measureVendors({ db, clock }, live)
      .catch((error: unknown) => log.error(errorFields(error), 'measures of vendors not read'))
      .finally(() => {
        live.measuring = null;
      });
  }
}

/** Reads vendors' measures anew; one that began earlier and comes later changes nothing. */
async function measureVendors({ db, clock }: Source, live: Live): Promise<void> {
  const now = clock.now();
  const vendors = await listVendors(db, dayOf(now));
  if (now.getTime() < live.vendorsAt) return;
  live.vendors = vendors;
  live.vendorsAt = now.getTime();
}

/** The lowest UUID v7 of an instant so long before that of `id`. */
function earlier(id: string, ms: number): string {
  const at = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  const hex = Math.max(0, at - ms)
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
