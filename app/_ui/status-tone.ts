import type { Tone } from './tone.ts';

/** The state words of the story and the tone each carries wherever it is shown. */
const tones: Record<string, Tone> = {
  // Going well or done.
  verified: 'good',
  active: 'good',
  awarded: 'good',
  accepted: 'good',
  passed: 'good',
  pass: 'good',
  final: 'good',
  settled: 'good',
  completed: 'good',
  confirmed: 'good',
  reconciled: 'good',
  agreed: 'good',
  allowed: 'good',
  paid: 'good',
  signed: 'good',
  ready: 'good',
  overturned: 'good',
  // Under way.
  open: 'information',
  piloting: 'information',
  shortlisted: 'information',
  submitted: 'information',
  leased: 'information',
  verifying: 'information',
  in_review: 'information',
  in_adjudication: 'information',
  monitoring: 'information',
  labelled: 'information',
  payable: 'information',
  sent: 'information',
  partially_signed: 'information',
  closing: 'information',
  invited: 'information',
  // Someone should look.
  unverified: 'attention',
  paused: 'attention',
  inconclusive: 'attention',
  discrepancy: 'attention',
  unable: 'attention',
  disputed: 'attention',
  returned: 'attention',
  expiring: 'attention',
  termination_noticed: 'attention',
  ambiguous: 'attention',
  unknown: 'attention',
  calibration_only: 'attention',
  pending: 'attention',
  // Stopped or wrong.
  refused: 'critical',
  suspended: 'critical',
  adverse: 'critical',
  expired: 'critical',
  revoked: 'critical',
  rejected: 'critical',
  failed: 'critical',
  fail: 'critical',
  terminated: 'critical',
  voided: 'critical',
  unusable: 'critical',
  quarantined: 'critical',
  blocked: 'critical',
};

/** The tone of a state word; words that carry no meaning of their own (draft, declined, archived) are plain. */
export function statusTone(state: string): Tone {
  return tones[state] ?? 'neutral';
}

/** A state word as people read it: `in_adjudication` → "In adjudication". */
export function statusWords(state: string): string {
  const words = state.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
