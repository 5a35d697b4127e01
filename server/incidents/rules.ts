import { isInEea } from '#server/agreements/rules.ts';
import { DAY, HOUR, plus } from '#server/core/clock.ts';
import { sayMinute } from '#server/notifications/say-day.ts';
import type { Affected, LETTER_KINDS } from './schemas.ts';

/** The agreements promise notice within this time of discovery (templates/baa.ts: 48 hours). */
export const CONTRACT_HOURS = 48;
/** GDPR 33(1), for data about people in the EEA. */
export const AUTHORITY_HOURS = 72;
/** 45 CFR 164.410(b): without unreasonable delay and in no case later. */
export const NOTIFY_DAYS = 60;

/** Data about people in the EEA: the hours towards the authority run, too. */
export const isOfEea = (dataset: { dataClass: string; subjectRegion: string | null }): boolean =>
  dataset.dataClass === 'eu_personal' || isInEea(dataset.subjectRegion);

/** Until when who must be told, from the first moment it was known (164.410(a)(2)). */
export function dueTimes(discoveredAt: Date, isEuPersonal: boolean) {
  return {
    contractDueAt: plus(discoveredAt, CONTRACT_HOURS * HOUR),
    authorityDueAt: isEuPersonal ? plus(discoveredAt, AUTHORITY_HOURS * HOUR) : null,
    notifyDueAt: plus(discoveredAt, NOTIFY_DAYS * DAY),
  };
}

export type IncidentFacts = {
  status: 'open' | 'assessed' | 'closed';
  decision: 'breach' | 'low_probability' | 'no_incident' | null;
  contractDueAt: Date;
  /** Of data about people in the EEA alone. */
  authorityDueAt: Date | null;
  notifyDueAt: Date;
  letterKinds: readonly (typeof LETTER_KINDS)[number][];
};

/**
 * The time by which the sponsor must be told next, or null when everything due was told. Of people in the EEA the notice of a breach is
 * due before the sponsor's own 72 hours towards its authority have run, not within the 60 days alone.
 */
export function nextDue(facts: IncidentFacts): Date | null {
  if (facts.status === 'closed' || facts.decision === 'no_incident') return null;
  if (facts.letterKinds.length === 0) return facts.contractDueAt;
  const wasNotified = facts.letterKinds.includes('breach_notice');
  if (wasNotified || facts.decision === 'low_probability') return null;
  const { authorityDueAt, notifyDueAt } = facts;
  return authorityDueAt !== null && authorityDueAt < notifyDueAt ? authorityDueAt : notifyDueAt;
}

/** Why an incident cannot be closed yet, or null. */
export function closingObstacle(facts: IncidentFacts): string | null {
  if (facts.decision === null)
    return 'Assess it first: a breach is presumed until the four factors say otherwise.';
  if (facts.decision === 'breach' && !facts.letterKinds.includes('breach_notice')) {
    return 'Send the notice of the breach to the sponsor first.';
  }
  return null;
}

/** The letter that comes next. */
export function nextLetter(facts: IncidentFacts): (typeof LETTER_KINDS)[number] {
  if (facts.letterKinds.length === 0 && facts.decision !== 'breach') return 'first_notice';
  if (facts.decision === 'breach' && !facts.letterKinds.includes('breach_notice')) return 'breach_notice';
  return facts.status === 'closed' ? 'closing' : 'supplement';
}

const OPENINGS: Record<(typeof LETTER_KINDS)[number], string> = {
  first_notice:
    'We tell you, as our agreement asks, of an incident with data that you have entrusted to us. We are looking into it.',
  breach_notice:
    'We notify you of a breach of unsecured protected health information within the meaning of 45 CFR 164.410.',
  supplement: 'We add to our earlier letter on the incident named below.',
  closing: 'The incident named below is closed.',
};

/** A letter from the facts, for a person to complete; it names nobody and repeats nothing of the data. */
export function draftLetter(
  kind: (typeof LETTER_KINDS)[number],
  facts: {
    datasetName: string;
    account: string;
    discoveredAt: Date;
    affected: Affected;
    decisionReason: string | null;
    correctiveAction: string | null;
  },
): string {
  const { affected } = facts;
  const openings = affected.people.reduce((sum, one) => sum + one.openings, 0);
  return [
    OPENINGS[kind],
    `Data set: ${facts.datasetName}. Discovered: ${sayMinute(facts.discoveredAt)}.`,
    `What happened: ${facts.account}`,
    `Concerned: ${affected.assetCount} files. By our access log ${affected.people.length} people opened them, ${openings} times in all; the list with times is in the product.`,
    'The files are shut for everyone since it was reported.',
    ...(facts.decisionReason === null ? [] : [`Our assessment: ${facts.decisionReason}`]),
    ...(facts.correctiveAction === null ? [] : [`What we changed: ${facts.correctiveAction}`]),
    'Which individuals are concerned you can tell from the case names in your own files; we supplement this letter as we learn more.',
  ].join('\n\n');
}
