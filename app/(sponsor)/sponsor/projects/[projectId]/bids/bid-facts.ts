/** Bids that are no longer to be decided on. */
export const GONE: readonly string[] = ['declined', 'withdrawn', 'expired'];
