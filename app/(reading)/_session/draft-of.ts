import type { DraftWork } from '#server/work/draft-work.ts';
import { type DeskTier, NO_WORK, type PreparedCase, type Work } from './reading-types.ts';

/** What is put down about a case besides its answers, as the server keeps it. */
export function draftWorkOf(tier: DeskTier, work: Work): DraftWork {
  const { confidence, rationale, decisions, check } = work;
  switch (tier) {
    case 'label':
      return { tier, confidence, rationale: null };
    case 'review':
      return {
        tier,
        decisions: Object.entries(decisions).map(([labelId, one]) => ({
          labelId,
          ...one,
          to: one.to ?? 'author',
        })),
      };
    case 'audit':
      return { tier, outcome: check.outcome, errorKind: check.errorKind, comment: rationale };
    case 'adjudicate':
      return { tier, rationale };
    default:
      return tier satisfies never;
  }
}

/** What was put down, as the server kept it. */
export function workOf({ answers, work }: NonNullable<PreparedCase['draft']>): Work {
  const begun = { ...NO_WORK, answers };
  switch (work?.tier) {
    case undefined:
      return begun;
    case 'label':
      return { ...begun, confidence: work.confidence };
    case 'review':
      return {
        ...begun,
        decisions: Object.fromEntries(work.decisions.map(({ labelId, ...one }) => [labelId, one])),
      };
    case 'audit':
      return {
        ...begun,
        rationale: work.comment,
        check: { outcome: work.outcome, errorKind: work.errorKind },
      };
    case 'adjudicate':
      return { ...begun, rationale: work.rationale };
    default:
      return work satisfies never;
  }
}
