import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { credentials } from '#db/schema/credentials.ts';
import { makeCredential } from '#db/seed/factories/credentials.ts';
import { makeMember, makeOrganisation, makePerson } from '#db/seed/factories/identity.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { readClaims, readTeamCredentials } from './read-wallet.ts';
import { type TeamCredentialsInput, teamCredentialsInput } from './view-schemas.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
});
afterAll(() => t.drop());

test('a team’s credentials are read by pages, each once, those nobody has vouched for first, the end of the alphabet too', async () => {
  const org = await makeOrganisation(t.db, { kind: 'vendor' });
  const join = async (name: string) => {
    const person = await makePerson(t.db, { name });
    return (await makeMember(t.db, { org, roles: ['vendor_annotator'], person })).actor.personId;
  };
  const [first, last] = [await join('Aaron First'), await join('Zoe Last')];
  const at = systemClock.now();
  // All of one moment and one person: the id alone tells them apart.
  await t.db.insert(credentials).values(
    Array.from({ length: 1100 }, (_, n) => ({
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
  const stranger = await makePerson(t.db, { name: 'Bert Elsewhere' });
  await makeCredential(t.db, { personId: stranger.personId });
  const read = (page: Partial<TeamCredentialsInput> = {}) =>
    readTeamCredentials(t.db, { ...teamCredentialsInput.parse(page), orgId: org.id });
  const seen: string[] = [];
  for (let after: string | null = null, isMore = true; isMore; ) {
    const page = await read({ after, limit: 200 });
    expect([page.total, page.toAttest]).toEqual([1101, 1]);
    seen.push(...page.items.map((one) => one.credentialId));
    after = page.next;
    isMore = after !== null;
  }
  expect(seen[0]).toBe(waiting);
  expect([seen.length, new Set(seen).size]).toEqual([1101, 1101]);
  const ids = async (page: Partial<TeamCredentialsInput>) =>
    (await read(page)).items.map((one) => one.credentialId);
  expect(await ids({ show: 'to_attest' })).toEqual([waiting]);
  expect(await ids({ text: 'zoe' })).toEqual([waiting]);
  expect((await read({ text: 'course 1099' })).items.map((one) => one.title)).toEqual(['Course 1099']);
  expect(await ids({ show: 'to_check', text: 'Zoe' })).toEqual([waiting]);
  const claims = await readClaims(t.db, { orgId: org.id, personIds: [last, stranger.personId] });
  expect(claims.map((one) => one.personId)).toEqual([last]);
});
