import type { FindingCode } from '#server/datasets/intake-schemas.ts';

/** What was found, for headings and counts. */
export const FINDING_WORDS: Record<FindingCode, string> = {
  corrupt: 'Corrupt',
  unreadable: 'Unreadable',
  missing_view: 'Missing view',
  duplicate: 'Duplicate',
  near_duplicate: 'Near duplicate',
  patient_split: 'Patient in another split',
  wrong_modality: 'Other modality',
  wrong_anatomy: 'Other anatomy',
  other: 'Other reason',
};
