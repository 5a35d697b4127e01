import type { SAFEGUARDS } from './schemas.ts';

/** The safeguards of a yearly verification, as screens and the printed statement call them. */
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
