/** Cases that a checkpoint shows, drawn by chance from those that are read. */
export const SAMPLE_CASES = 20;

/**
 * The share at which a batch stops now: the highest that its progress has reached, unless a checkpoint at that share or
 * beyond was there already. When several are passed at once one stop is enough. Null when none is due.
 */
export function dueShare(input: {
  shares: readonly number[];
  /** Reads that are in, and reads that the batch is planned to have. */
  reads: number;
  planned: number;
  /** Shares at which the batch has stopped before. */
  held: readonly number[];
}): number | null {
  if (input.planned <= 0) return null;
  const reached = (10_000 * input.reads) / input.planned;
  const passed = Math.max(-1, ...input.held);
  const due = input.shares.filter((share) => share <= reached && share > passed);
  return due.length === 0 ? null : Math.max(...due);
}

/** A share in words, without trailing zeros: 2550 is "25.5 %". */
export const shareWords = (basisPoints: number) => `${basisPoints / 100} %`;

/** Why the batch stands still, as its readers and its sponsor are told. */
export function holdReason(checkpoint: { shareBasisPoints: number | null; about: string | null }): string {
  const when =
    checkpoint.shareBasisPoints === null
      ? `Checkpoint: ${checkpoint.about ?? 'a measure'} has crossed its bound`
      : `Checkpoint at ${shareWords(checkpoint.shareBasisPoints)} of the batch`;
  return `${when}. The clinical lead looks at a sample before new cases are given out.`;
}

/** What the signature says (21 CFR 11.50), shown before signing and kept with it. */
export function checkpointMeaning(decision: 'go_on' | 'stop', batchName: string): string {
  return decision === 'go_on'
    ? `I have looked at the sample and the trends of ${batchName} and approve that reading goes on.`
    : `I have looked at the sample and the trends of ${batchName}; no new cases are given out until I sign otherwise.`;
}
