const DAY_MS = 86_400_000;

/** Reads a week that a group of people has taken on, or was asked for. */
export type Promised = { people: number; readsPerWeek: number };

export type DirectShareFacts = {
  /** Reads of the whole work that the call is about. */
  reads: number;
  shareBasisPoints: number;
  /** Reads of the share that are in batches which have been opened, and how many of them are read. */
  placed: number;
  read: number;
  accepted: Promised;
  waiting: Promised;
  /** Today and the project's deadline, YYYY-MM-DD. */
  today: string;
  deadline: string;
};

export type DirectShareNeed = {
  /** Reads of the share: rounded down, as what is left over is the vendors'. */
  shareReads: number;
  /** Of these not yet read. */
  left: number;
  weeksLeft: number;
  /** Reads a week that would be done by the deadline; null once it has passed. */
  neededPerWeek: number | null;
  /** Of these nobody has taken on; with and without the offers that wait for an answer. Null once the deadline has passed. */
  unfilledPerWeek: number | null;
  openPerWeek: number | null;
  /** The week's end by which those who have accepted would be done; null when nobody has. */
  weeksAtPace: number | null;
};

/**
 * What is unfilled of a direct share (R17): the reads a week that are needed until the deadline, less what people on their own
 * account have accepted. The number of weeks counts the days that are left, at least one day; a share that is read needs nothing.
 */
export function directShareNeed(facts: DirectShareFacts): DirectShareNeed {
  const shareReads = Math.floor((facts.reads * facts.shareBasisPoints) / 10_000);
  const left = Math.max(0, shareReads - facts.read);
  const days = (Date.parse(facts.deadline) - Date.parse(facts.today)) / DAY_MS + 1;
  const weeksLeft = Math.max(0, days / 7);
  const neededPerWeek = left === 0 ? 0 : days < 1 ? null : Math.ceil(left / Math.max(weeksLeft, 1));
  const unfilled = (promised: number) =>
    neededPerWeek === null ? null : Math.max(0, neededPerWeek - promised);
  return {
    shareReads,
    left,
    weeksLeft,
    neededPerWeek,
    unfilledPerWeek: unfilled(facts.accepted.readsPerWeek),
    openPerWeek: unfilled(facts.accepted.readsPerWeek + facts.waiting.readsPerWeek),
    weeksAtPace: facts.accepted.readsPerWeek === 0 ? null : Math.ceil(left / facts.accepted.readsPerWeek),
  };
}

/** How many more people would fill what is open, each taking on so many reads a week; null where it is not known. */
export function peopleToOffer(openPerWeek: number | null, readsPerWeek: number): number | null {
  if (openPerWeek === null || !(readsPerWeek > 0)) return null;
  return Math.ceil(openPerWeek / readsPerWeek);
}
