/**
 * Whether a gold answer `gold` counts for the reader `annotator`: until it is withdrawn, and then until what they owe to it is
 * taken back. True or false under a lock of the answer's row, which every submission and amendment of gold shares.
 */
export const countsFor = (gold: string, annotator: string) =>
  `(${gold}.withdrawn_at is null or coalesce(${annotator} > ${gold}.uncounted_to, false))`;
