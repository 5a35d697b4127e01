import type { Database } from '#db/client.ts';
import { newId } from '#server/core/ids.ts';
import { GATE_REQUIREMENTS } from './gate-requirements.ts';
import { insertGateRequirements, listGateRequirementKeys } from './queries.ts';

/** From when the first rows hold: before anything was stored, so that tests may set the clock as they like. */
const FIRST_DAY = '2000-01-01';

/**
 * Writes the rows of R18's table that were never written; one that an operator has ended stays ended. Idempotent; run
 * by every start and by tests that open assets.
 */
export async function ensureGateRequirements(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    const known = new Set(await listGateRequirementKeys(tx));
    const missing = GATE_REQUIREMENTS.filter((row) => !known.has(`${row.dataClass}|${row.requirement}`));
    await insertGateRequirements(
      tx,
      missing.map((row) => ({ id: newId(), ...row, validFrom: FIRST_DAY })),
    );
  });
}
