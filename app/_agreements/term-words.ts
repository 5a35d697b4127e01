import type { WIND_DOWN_METHODS } from '#server/agreements/schemas.ts';

export const METHOD_WORDS: Record<(typeof WIND_DOWN_METHODS)[number], string> = {
  nothing_held: 'Nothing was held outside of the product',
  returned: 'Returned',
  clear: 'Cleared (NIST SP 800-88)',
  purge: 'Purged (NIST SP 800-88)',
  destroy: 'Media destroyed (NIST SP 800-88)',
  infeasible: 'Neither return nor destruction is feasible',
};
