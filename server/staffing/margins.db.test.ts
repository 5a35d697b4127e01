import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeMember } from '#db/seed/factories/identity.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { endMembership } from '#server/identity/end-membership.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { postAccruals } from '#server/ledger/post-accruals.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import type { SetStaffRateInput } from './schemas.ts';
import { setStaffRate } from './set-staff-rate.ts';
import { viewMargins } from './view-margins.ts';

describe('a vendor’s margins (R21)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let owner: OrgContext;
  const people: OrgContext[] = [];
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 6 });
    owner = await makeMember(t.db, { org: scene.vendorOrg, roles: ['vendor_owner'], clock: scene.clock });
    const batchId = await makeBatch(scene, { overlap: 1 });
    people.push(...(await makeReaders(scene, batchId, 2)));
    for (const person of people) {
      const { leases } = await claimNextTasks(person, { batchId, tier: 'label', limit: 3 });
      scene.clock.advance(60_000);
      for (const { leaseId } of leases)
        await submitLabel(person, {
          batchId,
          leaseId,
          labelId: randomUUID(),
          answers: { grade: '2' },
          activeMs: 60_000,
        });
    }
    const system = systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
    await settleTasks(system);
    await postAccruals(system, { batchId });
  });
  afterAll(() => t.drop());

  const rate = (
    person: OrgContext,
    basis: 'per_read' | 'per_active_hour',
    amountMinor: bigint,
    currency: SetStaffRateInput['currency'] = 'USD',
  ) => setStaffRate(owner, { personId: person.actor.personId, basis, amountMinor, currency });

  test('are what the ledger took less accepted reads or active hours at the newest rate, and unknown while a rate is missing', async () => {
    const before = (await viewMargins(owner)).projects[0]!;
    expect(before.reads).toBe(6);
    expect(before.earnedMinor).toBeGreaterThan(0n);
    expect(before).toMatchObject({ staffCostMinor: null, marginMinor: null, marginShare: null });
    expect(before.missing).toHaveLength(2);

    await rate(people[0]!, 'per_read', 90n);
    await rate(people[0]!, 'per_read', 10n);
    await rate(people[1]!, 'per_active_hour', 6_000n);
    const after = (await viewMargins(owner)).projects[0]!;
    const readsOf = (person: OrgContext) =>
      after.people.find((one) => one.personId === person.actor.personId)!;
    expect(readsOf(people[0]!).costMinor).toBe(BigInt(readsOf(people[0]!).reads) * 10n);
    expect(readsOf(people[1]!).costMinor).toBe(BigInt(readsOf(people[1]!).reads) * 100n);
    expect(after.marginMinor).toBe(after.earnedMinor - after.staffCostMinor!);
  });

  test('a rate in another currency stands beside it and changes nothing here', async () => {
    const before = (await viewMargins(owner)).projects[0]!;
    await rate(people[1]!, 'per_read', 10n, 'EUR');
    const after = await viewMargins(owner);
    expect(after.projects[0]).toEqual(before);
    const { rates } = after.staff.find((one) => one.personId === people[1]!.actor.personId)!;
    expect(rates.map((one) => [one.currency, one.amountMinor])).toEqual([
      ['EUR', 10n],
      ['USD', 6_000n],
    ]);
  });

  test('somebody who has left can still be given a rate: their work stays in the margin', async () => {
    const left = people[0]!.actor.personId;
    await endMembership(owner, { personId: left });
    expect((await viewMargins(owner)).staff.map((one) => one.personId)).toContain(left);
    await rate(people[0]!, 'per_read', 20n);
    const seen = (await viewMargins(owner)).projects[0]!;
    const gone = seen.people.find((one) => one.personId === left)!;
    expect(gone.costMinor).toBe(BigInt(gone.reads) * 20n);
  });

  test('are nobody’s but the vendor’s: the sponsor sees none, and nobody sets a rate for another’s people', async () => {
    const seen = await viewMargins(scene.sponsor);
    expect(seen.projects).toEqual([]);
    expect(seen.staff.every((person) => person.rates.length === 0)).toBe(true);
    const stranger = {
      personId: scene.sponsor.actor.personId,
      basis: 'per_read',
      amountMinor: 1n,
      currency: 'USD',
    } as const;
    await expect(setStaffRate(owner, stranger)).rejects.toMatchObject({ reason: 'member_not_found' });
  });
});
