import type { AuthorisationRow } from './authorisation-matrix.ts';

export const staffingRows: AuthorisationRow[] = [
  { path: 'staffing.margins', can: 'vendor.money', otherOrg: 'own-data-only' },
  {
    path: 'staffing.setRate',
    can: 'vendor.money',
    input: async (w) => ({
      personId: (await w.member('a', 'vendor', ['vendor_annotator'])).actor.personId,
      basis: 'per_read',
      amountMinor: 80n,
      currency: 'USD',
    }),
    otherOrg: 'not_found',
  },
];
