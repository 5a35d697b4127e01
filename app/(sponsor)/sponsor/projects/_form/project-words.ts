import type { RadioCard } from '#app/_ui/radio-cards.tsx';
import type { DataClass, IntendedUse, ThresholdAction } from '#server/projects/schemas.ts';

export const USE_WORDS: Record<IntendedUse, { label: string; hint: string }> = {
  research: { label: 'Research', hint: 'Three reads, majority; nothing is fixed.' },
  training: { label: 'Training', hint: 'Two reads, some gold mixed in, a tenth reviewed.' },
  tuning: { label: 'Tuning', hint: 'Three reads, some gold mixed in, a tenth reviewed.' },
  test_reference: {
    label: 'Test reference',
    hint: 'At least three blind reads, the panel settles; fixed before the first read.',
  },
  post_market: { label: 'Post-market', hint: 'Three reads and gold, to watch a model in use.' },
};

export const useOptions: readonly RadioCard[] = Object.entries(USE_WORDS).map(([value, words]) => ({
  value,
  ...words,
}));

export const DATA_CLASS_WORDS: Record<DataClass, string> = {
  phi: 'Protected health information (PHI)',
  limited_data_set: 'Limited data set',
  deidentified_safe_harbor: 'De-identified, Safe Harbor',
  deidentified_expert: 'De-identified, expert determination',
  eu_personal: 'Personal data of people in the EU',
  synthetic: 'Synthetic',
  public: 'Public',
};

/** What each class asks of everybody before the first case opens (R18). */
export const DATA_CLASS_NEEDS: Record<DataClass, string> = {
  phi: 'Business associate agreements on every hop, and each reader attested as workforce or under their own agreement.',
  limited_data_set: 'A data use agreement to the source, flowed down to every reader.',
  deidentified_safe_harbor: 'A completed Safe Harbor checklist, and everybody undertakes not to re-identify.',
  deidentified_expert: 'An expert’s determination in date, and everybody undertakes not to re-identify.',
  eu_personal: 'Processing agreements on every hop, and readers in the EEA or under standard clauses.',
  synthetic: 'The name of the generator, or a licence.',
  public: 'A licence.',
};

export const ACTION_WORDS: Record<ThresholdAction, string> = {
  notify: 'Tell me',
  calibration_only: 'Paid calibration only',
  checkpoint: 'Stop at a checkpoint',
  stop_claims: 'Stop new claims',
};
