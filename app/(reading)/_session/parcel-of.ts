import type { LabelSchema } from '#server/protocols/schemas.ts';
import { activeMs } from './active-time.ts';
import { needsAnswers, sentAnswers } from './check-work.ts';
import type { Parcel } from './desk-calls.ts';
import type { DeskTier, Held } from './reading-types.ts';

/** What is sent of a case when it is handed in; a label that was taken back goes as its amendment (R22). */
export function parcelOf(
  held: Held,
  on: { tier: DeskTier; schema: LabelSchema; labelId: string; viewport: string; now: number },
): Parcel {
  const sent = {
    leaseId: held.leaseId,
    labelId: on.labelId,
    activeMs: activeMs(held.time, on.now),
    viewport: on.viewport,
    receipt: held.content?.receipt ?? '',
  };
  const answers = sentAnswers(on.schema, held.work);
  const { confidence, rationale, decisions, check } = held.work;
  if (on.tier === 'review')
    return {
      kind: 'review',
      on: sent,
      decisions,
      fixedAnswers: needsAnswers('review', held.work) ? answers : null,
    };
  if (on.tier === 'adjudicate') return { kind: 'adjudicate', on: sent, answers, rationale };
  if (on.tier === 'audit') {
    const isBlind = held.content?.asked?.purpose === 'reread';
    const outcome = isBlind ? 'read' : (check.outcome ?? 'agree');
    return {
      kind: 'audit',
      on: sent,
      outcome,
      errorKind: outcome === 'disagree' ? check.errorKind : null,
      answers: outcome === 'agree' ? null : answers,
      comment: rationale,
    };
  }
  return held.amends === null
    ? { kind: 'label', on: sent, answers, confidence }
    : { kind: 'amend', on: sent, amends: held.amends, answers, confidence };
}
