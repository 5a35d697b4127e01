import type { IncidentView } from '#server/incidents/schemas.ts';

export const SOURCE_WORDS: Record<IncidentView['source'], string> = {
  phi_seen: 'seen by a reader',
  report: 'reported',
  audit_query: 'found in the access log',
};

export const DECISION_WORDS: Record<NonNullable<IncidentView['decision']>, string> = {
  breach: 'A breach',
  low_probability: 'Low probability of compromise',
  no_incident: 'No protected data was concerned',
};

export const FACTOR_WORDS = {
  identifiers: 'Identifiers, and how likely somebody is recognised',
  recipient: 'Who the unauthorised person was',
  acquired: 'Whether it was acquired or viewed',
  mitigation: 'How far the risk is mitigated',
} as const;

export const LETTER_WORDS: Record<IncidentView['draft']['kind'], string> = {
  first_notice: 'First notice',
  breach_notice: 'Notice of a breach',
  supplement: 'Supplement',
  closing: 'Closing letter',
};
