import type { AuthorisationRow } from './authorisation-matrix.ts';

export const healthRows: AuthorisationRow[] = [
  { path: 'health.view', can: 'operator.health', otherOrg: 'forbidden' },
  { path: 'health.checkLedger', can: 'operator.health', otherOrg: 'forbidden' },
];
