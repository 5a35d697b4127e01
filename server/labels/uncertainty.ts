import type { AnswerValue } from '#server/protocols/schemas.ts';
import type { FinalField } from './schemas.ts';

/** The leading answer must have more than this share of the reads, or the case could as well have gone otherwise. */
const CLEAR_SHARE = 2 / 3;

/**
 * Whether a settled field is ambiguous: its readers were divided so evenly (the leading answer has at most two thirds of two
 * reads or more), or nobody could settle it. A review or the panel decides what the label is, not that the case was clear,
 * so the flag stays with it.
 */
export function isAmbiguous(final: Pick<FinalField, 'path' | 'votes'>): boolean {
  if (final.path === 'undecided') return true;
  const given = final.votes.reduce((sum, vote) => sum + vote.n, 0);
  const most = Math.max(0, ...final.votes.map((vote) => vote.n));
  return given >= 2 && most / given <= CLEAR_SHARE + 1e-9;
}

/** The distribution of the reads, most first, as what is exported: each answer with its count and share. */
export function distributionOf(
  final: Pick<FinalField, 'votes'>,
): { value: AnswerValue; n: number; share: number }[] {
  const given = final.votes.reduce((sum, vote) => sum + vote.n, 0);
  return final.votes.map(({ value, n }) => ({ value, n, share: n / given }));
}
