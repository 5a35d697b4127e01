/** Tables that the app's role may only read and add to (design rule 4); a correction is a new row. */
export const APPEND_ONLY_TABLES = [
  'public.agreement_signatures',
  'public.asset_openings',
  'public.audit_events',
  'public.audit_results',
  'public.case_flags',
  'public.exam_attempts',
  'public.final_labels',
  'public.labels',
  'public.pilot_batches',
  'public.reviews',
  'public.root_cause_findings',
  'public.scorecards',
  'public.scores',
  'public.signatures',
  'public.slot_releases',
  'public.staff_rates',
  'public.terms',
  'public.verifications',
  'ledger.accruals',
  'ledger.entries',
  'ledger.transfers',
] as const;

/** Tables distributed by `batch_id` at crowd scale; their keys start with it. */
export const HOT_TABLES = [
  'tasks',
  'slots',
  'readers',
  'terms',
  'slot_releases',
  'reader_exclusions',
  'drafts',
  'labels',
  'reviews',
  'gold_answers',
  'final_labels',
] as const;
