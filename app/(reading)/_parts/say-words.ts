import type { FlagKind, ReviewOutcome, SkipReason } from '#app/(reading)/_session/reading-types.ts';

/** Words for why a case is passed on. */
export const SKIP_WORDS: Record<SkipReason, string> = {
  unreadable: 'It cannot be read',
  poor_quality: 'The images are too poor to tell',
  incomplete_study: 'A view or series is missing',
  wrong_anatomy: 'It shows something else than asked',
  not_qualified: 'It is outside my field',
  conflict_of_interest: 'I know the patient or have an interest',
  unclear_task: 'The protocol does not cover it',
  other: 'Another reason',
};

/** R24: what can be said about a case. */
export const FLAG_WORDS: Record<
  FlagKind,
  { key: string; title: string; short: string; says: string; label: string; send: string }
> = {
  ask: {
    key: 'A',
    title: 'Ask the clinical lead',
    short: 'Ask',
    says: 'They see the case and your question, not your name. You can go on reading meanwhile.',
    label: 'Your question',
    send: 'Send question',
  },
  phi_seen: {
    key: 'P',
    title: 'Report protected health information',
    short: 'PHI seen',
    says: 'The case is shut for everyone at once. You are paid for it in full. Do not write the information itself.',
    label: 'Where is it, and of what kind?',
    send: 'Report and shut the case',
  },
  incidental_finding: {
    key: 'I',
    title: 'Report an incidental finding',
    short: 'Incidental',
    says: 'It goes to the clinical lead, who must look at it within a day.',
    label: 'What did you see?',
    send: 'Report finding',
  },
  technical: {
    key: 'T',
    title: 'Report a technical problem',
    short: 'Technical',
    says: 'It goes to whoever keeps the sponsor’s data.',
    label: 'What does not work?',
    send: 'Report problem',
  },
};

export const OUTCOME_WORDS: Record<ReviewOutcome, string> = {
  accept: 'Accept',
  fix_accept: 'Fix and accept',
  return: 'Return for correction',
  reject: 'Reject, unpaid',
};
export const OUTCOMES: readonly ReviewOutcome[] = ['accept', 'fix_accept', 'return', 'reject'];
