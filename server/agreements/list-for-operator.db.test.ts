import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { agreements } from '#db/schema/agreements.ts';
import { makeAgreement } from '#db/seed/factories/agreements.ts';
import { makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeSigningWorld, makeToSign, type SigningWorld } from '#db/seed/factories/signing-world.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { manualClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { listOrganisationDesk } from '#server/identity/organisation-desk.ts';
import { listForOperator } from './list-for-operator.ts';
import { signAgreement } from './sign-agreement.ts';

const clock = manualClock('2026-11-01T00:00:00Z');
let t: TestDatabase;
let world: SigningWorld;
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  world = await makeSigningWorld(t.db, clock);
});
afterAll(() => t.drop());

const list = (input: { text?: string; after?: string; limit?: number } = {}) =>
  listForOperator(t.db, { orgId: world.operator.actor.orgId, text: '', limit: 50, ...input });

test('what waits longest for the platform is on its list, however many agreements came after; all are found by pages and name', async () => {
  const toSign = await makeToSign(world, 'nda', world.vendor);
  const signed = await makeToSign(world, 'services', world.sponsor);
  const soon = { ...world.sponsor, actor: { ...world.sponsor.actor, reauthenticatedAt: clock.now() } };
  await signAgreement(soon, await signed.inputOf(soon));
  const org = await makeOrganisation(t.db, { kind: 'vendor', legalName: '100% Reading_Room', clock });
  const standingId = await makeAgreement(t.db, { kind: 'services', org, clock });
  const [standing] = await t.db.select().from(agreements).where(eq(agreements.id, standingId));
  const old = { ...standing!, status: 'superseded' as const, sealedFileId: null };
  await t.db.insert(agreements).values(Array.from({ length: 600 }, () => ({ ...old, id: newId() })));
  const first = await list();
  // What the other side has signed comes first, then by age; what waits for the other side, or is in force, does not wait here.
  expect(first.waiting.map((one) => [one.id, one.status])).toEqual([
    [signed.id, 'partially_signed'],
    [toSign.id, 'sent'],
  ]);
  expect(first.waitingTotal).toBe(2);
  const ids = new Set(first.agreements.map((one) => one.id));
  for (let { next } = first; next !== null; ) {
    const page = await list({ after: next, limit: 100 });
    for (const one of page.agreements) ids.add(one.id);
    next = page.next;
  }
  expect(ids.size).toBe(603);
  expect((await list({ text: 'the sponsor' })).agreements.map((one) => one.id)).toEqual([signed.id]);
  // Signs that mean something in a pattern are letters here.
  expect((await list({ text: '0% reading_' })).agreements).toHaveLength(50);
  expect((await list({ text: '0%reading' })).agreements).toEqual([]);
});

test('who an agreement can be made with is found by name, however many organisations there are', async () => {
  const found = await listOrganisationDesk(world.operator, { status: 'verified', text: 'VENDOR', limit: 1 });
  expect(found.items.map((one) => one.id)).toEqual([world.vendor.actor.orgId]);
  expect(found.total).toBe(1);
});
