import type { LabelSchema } from '#server/protocols/schemas.ts';
import { activeMs } from './active-time.ts';
import { needsAnswers, sentAnswers } from './check-work.ts';
import type { Parcel } from './desk-calls.ts';
import { type DeskTier, type Held, NO_WORK, type Work } from './reading-types.ts';

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

/** What a parcel carries of what was put down, for one that is not taken; null of a skip, which carries nothing. */
export function workOfParcel(parcel: Parcel): Work | null {
  switch (parcel.kind) {
    case 'label':
    case 'amend':
      return { ...NO_WORK, answers: parcel.answers, confidence: parcel.confidence };
    case 'review':
      return { ...NO_WORK, answers: parcel.fixedAnswers ?? {}, decisions: parcel.decisions };
    case 'audit': {
      const { outcome, errorKind, answers, comment } = parcel;
      const check = { outcome: outcome === 'read' ? null : outcome, errorKind };
      return { ...NO_WORK, answers: answers ?? {}, rationale: comment, check };
    }
    case 'adjudicate':
      return { ...NO_WORK, answers: parcel.answers, rationale: parcel.rationale };
    case 'skip':
      return null;
    default:
      return parcel satisfies never;
  }
}
