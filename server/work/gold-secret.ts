import { assert } from '#server/core/assert.ts';

/** The installation's secret for dealing gold (checked at start by server/env.ts). Never leaves the process. */
export function goldSecret(): string {
  const secret = process.env.READROOM_GOLD_SECRET ?? '';
  assert(secret.length >= 16, 'READROOM_GOLD_SECRET must have at least 16 characters');
  return secret;
}
