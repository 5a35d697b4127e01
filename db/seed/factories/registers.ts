import type { Database } from '#db/client.ts';
import { registerImports, screeningHits, screeningRuns } from '#db/schema/registers.ts';
import { type Clock, systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import type { ExclusionRecord, HitStatus } from '#server/registers/schemas.ts';

/** A person's hit on a record of the LEIE, open unless told otherwise, with the list and run it came from. */
export async function makeHit(
  db: Database,
  input: { personId: string; status?: HitStatus; record?: Partial<ExclusionRecord>; clock?: Clock },
): Promise<string> {
  const now = (input.clock ?? systemClock).now();
  const [id, runId] = [newId(), newId()];
  const list = {
    source: 'leie' as const,
    importId: newId(),
    fileName: 'UPDATED.csv',
    fileSha256: 'a'.repeat(64),
    asOf: now.toISOString().slice(0, 10),
    rows: 1,
  };
  await db.insert(registerImports).values({
    id: list.importId,
    source: 'leie',
    mode: 'full',
    status: 'replaced',
    fileName: list.fileName,
    fileSha256: list.fileSha256,
    fileBytes: 1000,
    asOf: list.asOf,
    startedAt: now,
    endedAt: now,
    clearedAt: now,
  });
  await db.insert(screeningRuns).values({
    id: runId,
    cause: 'operator',
    personId: input.personId,
    status: 'done',
    lists: [list],
    peopleScreened: 1,
    hitsNew: 1,
    startedAt: now,
    endedAt: now,
  });
  const record: ExclusionRecord = {
    source: 'leie',
    lastName: 'EXAMPLE',
    firstName: 'ANN',
    middleName: null,
    npi: null,
    birthDate: '1960-03-14',
    city: 'COLUMBUS',
    state: 'OH',
    country: 'US',
    specialty: 'PHYSICIAN (MD, DO)',
    reason: '1128a1',
    agency: 'HHS OIG',
    excludedOn: '2020-03-19',
    excludedUntil: null,
    waiverOn: null,
    waiverState: null,
    recordNumber: null,
    remarks: null,
    ...input.record,
  };
  await db.insert(screeningHits).values({
    id,
    runId,
    personId: input.personId,
    source: 'leie',
    recordHash: id.replaceAll('-', ''),
    record,
    basis: 'name',
    score: 0.9,
    comparison: [
      { element: 'npi', result: 'unknown' },
      { element: 'last_name', result: 'agree' },
      { element: 'first_name', result: 'agree' },
      { element: 'middle_name', result: 'unknown' },
      { element: 'birth_date', result: 'unknown' },
      { element: 'place', result: 'unknown' },
    ],
    personVersion: 'of the factory',
    status: input.status ?? 'open',
    openedAt: now,
    decidedAt: (input.status ?? 'open') === 'open' ? null : now,
  });
  return id;
}
