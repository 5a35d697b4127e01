/** What a decision takes from one reader of a case that is read in rounds (R23), and what it leaves them. */
export type LostReads = {
  /** How often the batch has its cases read, at least 2. */
  rounds: number;
  /** Rounds of the reads that do not stand any more. */
  lost: readonly number[];
  /** Rounds of their repeats that were taken back unread. */
  dropped: readonly number[];
  /** Their other slots of the case; not in force are those that were rejected or skipped before. */
  others: readonly { round: number; isInForce: boolean }[];
  /** The lost first read is read by somebody else under its own number, rather than in a slot of its own. */
  isGivenOn: boolean;
};

/**
 * By how much the reads change that the case waits for or has. What its reader had made, held or was still to make goes, but for what stays
 * in force and paid; whoever reads instead of a first read is to make all rounds. Of a read that is given on only those before the first
 * repeat that exists: repeats have the number of its place, and a number is taken once. Of a repeat nobody reads instead.
 */
export function changeOfReads(p: LostReads): number {
  const kept = p.others.filter((one) => one.isInForce).length;
  const unmade = p.dropped.reduce((sum, round) => sum + p.rounds - round, 0);
  const before = kept + p.lost.length + p.dropped.length + unmade;
  return kept + readsInstead(p) - before;
}

function readsInstead(p: LostReads): number {
  if (!p.lost.includes(1)) return 0;
  const repeats = p.others.map((one) => one.round).filter((round) => round > 1);
  // A share of the cases alone may be read again: the repeat is made with the submit, so who has none was to make none.
  const isRepeated = repeats.length > 0 || p.dropped.length > 0 || p.lost.some((round) => round > 1);
  if (!isRepeated) return 1;
  return p.isGivenOn ? Math.min(p.rounds, ...repeats.map((round) => round - 1)) : p.rounds;
}
