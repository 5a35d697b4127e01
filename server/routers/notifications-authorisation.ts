import type { AuthorisationRow } from './authorisation-matrix.ts';

export const notificationsRows: AuthorisationRow[] = [
  { path: 'notifications.list', can: 'self', input: () => ({ limit: 10 }), otherOrg: 'own-data-only' },
  { path: 'notifications.markRead', can: 'self', input: () => ({}), otherOrg: 'own-data-only' },
  { path: 'notifications.mailbox', can: 'public', input: () => ({ limit: 1 }), otherOrg: 'own-data-only' },
];
