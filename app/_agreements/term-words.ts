import type { SAFEGUARDS, WIND_DOWN_METHODS } from '#server/agreements/schemas.ts';

export const METHOD_WORDS: Record<(typeof WIND_DOWN_METHODS)[number], string> = {
  nothing_held: 'Nothing was held outside of the product',
  returned: 'Returned',
  clear: 'Cleared (NIST SP 800-88)',
  purge: 'Purged (NIST SP 800-88)',
  destroy: 'Media destroyed (NIST SP 800-88)',
  infeasible: 'Neither return nor destruction is feasible',
};

export const SAFEGUARD_WORDS: Record<(typeof SAFEGUARDS)[number], string> = {
  risk_analysis: 'Risk analysis of the last 12 months',
  access_control: 'Access by role, named accounts',
  second_factor: 'Second factor at sign-in',
  encryption: 'Encryption in transit and at rest',
  audit_controls: 'Audit trail, reviewed',
  contingency_plan: 'Backups and a tested contingency plan',
  training: 'Workforce trained in privacy and security',
  subcontractors: 'Subcontractors bound and verified',
};
