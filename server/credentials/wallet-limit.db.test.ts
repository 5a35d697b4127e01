import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { credentials } from '#db/schema/credentials.ts';
import { makeCredential } from '#db/seed/factories/credentials.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { DAY, manualClock, plus } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { claimCredential } from './claim-credential.ts';
import { snapshotCredentials } from './reads.ts';

const clock = manualClock('2026-11-21T12:00:00Z');
let t: TestDatabase;
let people: OrgContext[];

beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  const org = await makeOrganisation(t.db, { kind: 'vendor', clock });
  const join = () => makeMember(t.db, { org, roles: ['vendor_annotator'], clock });
  people = [await join(), await join()].sort((a, b) => (a.actor.personId < b.actor.personId ? -1 : 1));
});
afterAll(() => t.drop());

const training = (n: number, at: { personId: string; status: 'claimed' | 'expired'; daysAgo: number }) => {
  const createdAt = plus(clock.now(), -at.daysAgo * DAY);
  const { personId, status } = at;
  return {
    id: newId(),
    personId,
    status,
    kind: 'training',
    title: `Course ${n}`,
    issuer: 'Somewhere',
    createdAt,
    updatedAt: createdAt,
  };
};

test('a long wallet empties nobody else’s, gives what is not over first, and takes no more than a hundred of that', async () => {
  const [long, short] = people.map((one) => one.actor.personId) as [string, string];
  const proven = await makeCredential(t.db, { personId: long, clock });
  const own = await makeCredential(t.db, { personId: short, clock });
  const rows = Array.from({ length: 299 }, (_, n) =>
    training(n, { personId: long, status: n < 201 ? 'expired' : 'claimed', daysAgo: n < 201 ? 10 : 500 }),
  );
  await t.db.insert(credentials).values(rows);
  const held = async () => {
    const snapshots = await snapshotCredentials(t.db, [long, short], clock.now());
    return [long, short].map((id) => snapshots.get(id)?.credentials ?? []);
  };
  const [first, second] = await held();
  expect(second?.map((one) => one.credentialId)).toEqual([own]);
  expect(first).toHaveLength(100);
  expect(first?.filter((one) => one.status === 'claimed')).toHaveLength(98);
  expect(first?.map((one) => one.credentialId)).toContain(proven);
  const claim = (title: string) =>
    claimCredential(people[0]!, { kind: 'training', title, issuer: 'Somewhere' });
  const { id: hundredth } = await claim('The hundredth');
  expect((await held())[0]?.map((one) => one.credentialId)).toContain(hundredth);
  await expect(claim('One more')).rejects.toMatchObject({ kind: 'limit', reason: 'wallet_full' });
});
