import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { datasets } from '#db/schema/datasets.ts';
import { makePlatform } from '#db/seed/factories/agreements.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { HOUR, plus } from '#server/core/clock.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { closeIncident } from '#server/work/close-incident.ts';
import { flagCase } from '#server/work/flag-case.ts';
import { readRegister, readRegisteredFlags, readReported } from './read-register.ts';
import { registerIncident } from './register-incident.ts';
import { registerPlace, reportPlace } from './schemas.ts';

const ACCOUNT = 'A report was shown with a line that should have been removed from it.';
let t: TestDatabase;
let scene: WorkScene;
let operator: OrgContext;
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  scene = await makeWorkScene(t.db, { cases: 4 });
  const org = await makePlatform(t.db, scene.clock);
  operator = await makeMember(t.db, { org, roles: ['operator'], clock: scene.clock });
});
afterAll(() => t.drop());

const summary = () => readRegister(operator, { after: null, limit: 1 });
const reports = async () => (await readReported(operator, { after: null, limit: 50 })).items;

test('a report stands on the register’s list with its hours until it is registered or found a false alarm', async () => {
  const { dataset, clock } = scene;
  const batchId = await makeBatch(scene, { overlap: 1 });
  const flagIds: string[] = [];
  for (const who of await makeReaders(scene, batchId, 3)) {
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
    const { leaseId } = leases[0]!;
    flagIds.push((await flagCase(who, { batchId, leaseId, kind: 'phi_seen', note: 'A name.' })).flagId);
    clock.advance(1000);
  }
  const first = flagIds[0]!;
  expect((await reports()).map((one) => one.flagId)).toEqual(flagIds);
  expect((await reports())[0]).toMatchObject({
    contractDueAt: plus(clock.now(), 48 * HOUR - 3000),
    authorityDueAt: null,
    isOverdue: false,
    isConfirmed: false,
  });
  await t.db.update(datasets).set({ subjectRegion: 'FR' }).where(eq(datasets.id, dataset.id));
  expect((await reports())[0]?.authorityDueAt).toEqual(plus(clock.now(), 72 * HOUR - 3000));
  // One by one, as an address asks for them.
  const seen: string[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const page = await readReported(operator, {
      after: after === null ? null : reportPlace.parse(after),
      limit: 1,
    });
    seen.push(...page.items.map((one) => one.flagId));
    after = page.next;
    more = after !== null;
  }
  expect(seen).toEqual(flagIds);
  // Confirmed it is as due as before; a false alarm is due no more, nor what is registered.
  const note = 'Looked at.';
  await closeIncident(operator, { batchId, flagId: first, outcome: 'confirmed', note });
  await closeIncident(operator, { batchId, flagId: flagIds[1]!, outcome: 'false_alarm', note });
  clock.advance(48 * HOUR);
  expect((await reports()).map((one) => [one.flagId, one.isConfirmed, one.isOverdue])).toEqual([
    [first, true, true],
    [flagIds[2], false, true],
  ]);
  expect((await summary()).unregistered).toMatchObject({ waiting: 2, overdue: 2 });
  await registerIncident(operator, {
    ...{ source: 'phi_seen', batchId, flagId: first, account: ACCOUNT, isAgent: false },
  });
  expect((await reports()).map((one) => one.flagId)).toEqual([flagIds[2]]);
  expect(await readRegisteredFlags(operator, { flagIds })).toEqual([first]);
  expect(await summary()).toMatchObject({ open: 1, overdue: 1, unregistered: { waiting: 1, overdue: 1 } });
});

test('the register is read by pages in its order, each incident once, with how many there are', async () => {
  const before = (await summary()).total;
  for (let n = 0; n < 5; n += 1)
    await registerIncident(operator, {
      source: 'report',
      datasetId: scene.dataset.id,
      account: ACCOUNT,
      // Two of one moment: the id tells them apart.
      discoveredAt: plus(scene.clock.now(), -Math.floor(n / 2) * HOUR),
      discovererRole: 'The privacy officer of the sponsor',
      isAgent: false,
    });
  const all = (await readRegister(operator, { after: null, limit: 100 })).items;
  await t.admin`update incidents set status = 'closed' where id = ${all[1]!.id} or id = ${all[4]!.id}`;
  const { items, total, next } = await readRegister(operator, { after: null, limit: 100 });
  expect([items.length, total, next]).toEqual([before + 5, before + 5, null]);
  expect(items.map((one) => one.status === 'closed')).toEqual([false, false, false, false, true, true]);
  for (const limit of [1, 2, 4]) {
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page = await readRegister(operator, {
        after: after === null ? null : registerPlace.parse(after),
        limit,
      });
      seen.push(...page.items.map((one) => one.id));
      after = page.next;
      more = after !== null;
    }
    expect(seen).toEqual(items.map((one) => one.id));
  }
});
