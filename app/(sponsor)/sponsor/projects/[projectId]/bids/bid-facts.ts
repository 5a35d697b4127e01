/** What the comparison needs of a bid, made plain; amounts in minor units. */
export type BidFacts = {
  bidId: string;
  vendor: string;
  perFinalLabelMinor: number;
  readsPerDay: number;
  startOn: string;
};

/** Days of reading for all cases at the bid's pace. */
export function daysToRead(cases: number, overlap: number, readsPerDay: number): number {
  return Math.max(1, Math.ceil((cases * overlap) / readsPerDay));
}

/** The cheapest by final label and the fastest by pace; ties to the first given. Null without bids. */
export function bestOf<T extends BidFacts>(bids: readonly T[]): { cheapest: T; fastest: T } | null {
  const [first, ...rest] = bids;
  if (!first) return null;
  return {
    cheapest: rest.reduce(
      (best, bid) => (bid.perFinalLabelMinor < best.perFinalLabelMinor ? bid : best),
      first,
    ),
    fastest: rest.reduce((best, bid) => (bid.readsPerDay > best.readsPerDay ? bid : best), first),
  };
}
