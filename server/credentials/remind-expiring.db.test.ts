import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { notifications } from '#db/schema/notifications.ts';
import { makeCredential } from '#db/seed/factories/credentials.ts';
import { makePerson } from '#db/seed/factories/identity.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { systemContext } from '#server/command/context.ts';
import { DAY, manualClock, plus } from '#server/core/clock.ts';
import { remindExpiring } from './remind-expiring.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
});
afterAll(() => t.drop());

it('tells the holder at 90 and at 30 days, once each, and nobody whose credential does not count', async () => {
  const clock = manualClock('2026-09-01T12:00:00Z');
  const { personId } = await makePerson(t.db, { clock });
  const expiresOn = plus(clock.now(), 90 * DAY)
    .toISOString()
    .slice(0, 10);
  await makeCredential(t.db, { personId, expiresOn, clock });
  await makeCredential(t.db, { personId, expiresOn, status: 'revoked', clock });
  await makeCredential(t.db, { personId, expiresOn: null, clock });
  const run = () => remindExpiring(systemContext({ db: t.db, clock, name: 'test', requestId: 'test' }));
  const told = async () =>
    (
      await t.db
        .select()
        .from(notifications)
        .where(and(eq(notifications.personId, personId), eq(notifications.kind, 'credential.expiring')))
    ).length;
  clock.advance(-DAY);
  await run();
  expect(await told()).toBe(0);
  clock.advance(DAY);
  await Promise.all([run(), run()]);
  await run();
  expect(await told()).toBe(1);
  clock.advance(59 * DAY);
  await run();
  expect(await told()).toBe(1);
  clock.advance(DAY);
  await run();
  await run();
  expect(await told()).toBe(2);
});
