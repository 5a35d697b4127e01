import { and, asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { datasets } from '#db/schema/datasets.ts';
import { notifications } from '#db/schema/notifications.ts';
import { projects } from '#db/schema/projects.ts';
import { makeDataset } from '#db/seed/factories/datasets.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { systemContext } from '#server/command/context.ts';
import { DAY, manualClock } from '#server/core/clock.ts';
import { remindOfEvidence } from './remind-of-evidence.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
});
afterAll(() => t.drop());

test('who may renew it is told at 90 and 30 days and on the last day, once each; nobody else, and not of finished work', async () => {
  const clock = manualClock('2026-09-01T12:00:00Z');
  const org = await makeOrganisation(t.db, { kind: 'sponsor', clock });
  const manager = await makeMember(t.db, { org, roles: ['project_manager'], clock });
  const finance = await makeMember(t.db, { org, roles: ['sponsor_finance'], clock });
  const ending = async (status: 'active' | 'archived') => {
    const at = {
      orgId: org.id,
      createdBy: manager.actor.personId,
      dataClass: 'deidentified_expert' as const,
    };
    const project = await makeProject(t.db, { ...at, status: 'active' });
    const { id } = await makeDataset(t.db, { ...at, projectId: project.id, cases: 1 });
    await t.db.update(datasets).set({ evidenceExpiresOn: '2026-11-30' }).where(eq(datasets.id, id));
    await t.db.update(projects).set({ status }).where(eq(projects.id, project.id));
    return project.id;
  };
  const projectId = await ending('active');
  await ending('archived');
  const run = () => remindOfEvidence(systemContext({ db: t.db, clock, name: 'test', requestId: 'test' }));
  const toldOf = (personId: string) =>
    t.db
      .select()
      .from(notifications)
      .where(and(eq(notifications.personId, personId), eq(notifications.kind, 'dataset.evidence_ending')))
      .orderBy(asc(notifications.createdAt));
  const told = () => toldOf(manager.actor.personId);

  clock.advance(-DAY);
  await run();
  expect(await told()).toEqual([]);
  clock.advance(DAY);
  await Promise.all([run(), run()]);
  await run();
  expect(await told()).toMatchObject([
    {
      title: expect.stringContaining('ends on 30 Nov 2026'),
      href: `/sponsor/projects/${projectId}/dataset`,
    },
  ]);
  clock.advance(59 * DAY);
  await run();
  expect(await told()).toHaveLength(1);
  clock.advance(DAY);
  await run();
  await run();
  expect(await told()).toHaveLength(2);
  clock.advance(30 * DAY);
  await run();
  expect((await told()).map((one) => one.title).at(-1)).toContain('ends today');
  clock.advance(DAY);
  await run();
  expect(await told()).toHaveLength(3);
  expect(await toldOf(finance.actor.personId)).toEqual([]);
});
