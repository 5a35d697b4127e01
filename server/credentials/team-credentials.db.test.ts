import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { credentials } from '#db/schema/credentials.ts';
import { makeCredential } from '#db/seed/factories/credentials.ts';
import { makeMember, makeOrganisation, makePerson } from '#db/seed/factories/identity.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { readTeamCredentials } from './read-wallet.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
});
afterAll(() => t.drop());

test('in a team with more credentials than fit, those nobody has vouched for come up, the end of the alphabet too', async () => {
  const org = await makeOrganisation(t.db, { kind: 'vendor' });
  const join = async (name: string) => {
    const person = await makePerson(t.db, { name });
    return (await makeMember(t.db, { org, roles: ['vendor_annotator'], person })).actor.personId;
  };
  const [first, last] = [await join('Aaron First'), await join('Zoe Last')];
  const at = systemClock.now();
  await t.db.insert(credentials).values(
    Array.from({ length: 1000 }, (_, n) => ({
      id: newId(),
      personId: first,
      kind: 'training' as const,
      title: `Course ${n}`,
      issuer: 'Somewhere',
      status: 'verified' as const,
      level: 'vendor_attested' as const,
      createdAt: at,
      updatedAt: at,
    })),
  );
  const waiting = await makeCredential(t.db, { personId: last, level: 'self_claimed', status: 'claimed' });
  const rows = await readTeamCredentials(t.db, org.id);
  expect(rows).toHaveLength(1000);
  // By name all the same.
  expect([rows.at(0)?.personName, rows.at(-1)?.credentialId]).toEqual(['Aaron First', waiting]);
});
