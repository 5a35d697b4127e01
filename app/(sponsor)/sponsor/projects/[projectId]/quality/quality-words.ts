import type { Decided, Decision, Disagreement, ErrorKind, Route } from '#server/scores/governance-schemas.ts';

export const METRIC_WORDS: Record<string, string> = {
  krippendorff_alpha: 'Reliability (Krippendorff’s α)',
  weighted_kappa: 'Reliability (Fleiss’ κ)',
  accuracy: 'Accuracy on gold',
  balanced_accuracy: 'Balanced accuracy on gold',
  sensitivity: 'Sensitivity',
  specificity: 'Specificity',
  within_one: 'Within one level of gold',
  consensus_agreement: 'Agreement with the others',
};

export const REFERENCE_WORDS: Record<'gold' | 'others' | 'final', string> = {
  gold: 'Gold',
  others: 'What most others gave',
  final: 'Final label',
};

export const DISAGREEMENT_WORDS: Record<Disagreement, string> = {
  guideline_gap: 'The guideline leaves it open',
  perceptual_miss: 'Somebody did not see it',
  boundary: 'The line between two answers',
  image_quality: 'The image does not show it',
  slip: 'A slip of the hand',
};

export const ERROR_WORDS: Record<ErrorKind, string> = {
  mislabel: 'Wrong label',
  omission: 'Something left out',
  extra: 'Something too much',
  boundary: 'Wrong extent or level by one',
  inconsistency: 'Answers contradict each other',
};

export const ROUTE_WORDS: Record<Route, string> = {
  protocol_change: 'Change the protocol',
  training: 'Train readers',
  adjudication: 'Let the panel decide such cases',
};

export const DECISION_WORDS: Record<Decision, { label: string; hint: string; done: string }> = {
  acknowledge: {
    label: 'Note it',
    hint: 'Nothing changes. It comes back on new evidence.',
    done: 'Noted.',
  },
  back_to_work: {
    label: 'Back to work',
    hint: 'The person reads new cases again.',
    done: 'The person can read new cases again and was told.',
  },
  keep_calibrating: {
    label: 'Calibrate more',
    hint: 'Another paid calibration; you decide within one more business day.',
    done: 'Another paid calibration is open.',
  },
  pause_person: {
    label: 'Pause the person',
    hint: 'No new cases in this batch. They read your reason.',
    done: 'The person is paused in this batch and was told why.',
  },
  resume_batch: {
    label: 'Go on reading',
    hint: 'People can claim cases again, unless something else holds the batch.',
    done: 'The batch is open again.',
  },
  keep_paused: {
    label: 'Keep it stopped',
    hint: 'No new claims until you resume the batch.',
    done: 'New claims stay stopped.',
  },
};

/** What keeps a batch still though the stop that was decided on is lifted. */
export const STILL_WORDS: Record<NonNullable<Decided['batchWaitsFor']>, string> = {
  checkpoint: 'This stop is lifted. The batch goes on once the clinical lead has signed its checkpoint.',
  stop: 'This stop is lifted. The batch goes on once its other stop is decided on too.',
  project: 'This stop is lifted. The batch opens again with its project.',
  pause: 'This stop is lifted. Somebody has paused the batch; it is resumed on its page.',
};

export const VERDICT_WORDS: Record<'effective' | 'not_effective' | 'inconclusive', string> = {
  effective: 'It worked',
  not_effective: 'It did not work',
  inconclusive: 'Can’t be told yet',
};

/** A stored answer in the words of its field; `right` and `wrong` stand for numbers. */
export function answerWordsOf(options: readonly { value: string; label: string }[], value: string): string {
  if (value === '') return 'No answer';
  return options.find((option) => option.value === value)?.label ?? value;
}
