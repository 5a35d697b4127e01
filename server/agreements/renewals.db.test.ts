import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { agreements } from '#db/schema/agreements.ts';
import { makeAgreement } from '#db/seed/factories/agreements.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import {
  makeSigningWorld,
  nameSignatory,
  reasonOf,
  type SigningWorld,
  signInput,
} from '#db/seed/factories/signing-world.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { manualClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { createAgreement } from './create-agreement.ts';
import { expireAgreements } from './expire-agreements.ts';
import { addDays, isEffective } from './rules.ts';
import { signAgreement } from './sign-agreement.ts';
import { resumeAgreement, suspendAgreement } from './suspend-agreement.ts';
import { terminateAgreement } from './terminate-agreement.ts';

const START = '2026-11-21';
let t: TestDatabase;
let clock: ReturnType<typeof manualClock>;
let world: SigningWorld;

beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  clock = manualClock(`${START}T12:00:00Z`);
  world = await makeSigningWorld(t.db, clock);
});
afterAll(() => t.drop());

const rowOf = async (id: string) => (await t.db.select().from(agreements).where(eq(agreements.id, id)))[0]!;
const job = (now: string) =>
  systemContext({ db: t.db, clock: manualClock(now), name: 'test', requestId: newId() });
const at = (ctx: OrgContext, now: string): OrgContext => {
  const moved = manualClock(now);
  return { ...ctx, clock: moved, actor: { ...ctx.actor, reauthenticatedAt: moved.now() } };
};
const orgOf = ({ actor }: OrgContext) => ({ id: actor.orgId, kind: actor.orgKind!, verified: true });

async function freshVendor(): Promise<OrgContext> {
  const org = await makeOrganisation(t.db, { kind: 'vendor', clock });
  const ctx = await makeMember(t.db, { org, roles: ['vendor_owner'], clock });
  await nameSignatory(t.db, ctx);
  return ctx;
}

/** Both sides sign what was sent; returns what the last signature gave, or its refusal. */
async function signBoth(vendor: OrgContext, id: string) {
  const documentSha256 = (await rowOf(id)).documentSha256!;
  const input = (ctx: OrgContext) => signInput(world, ctx, { agreementId: id, documentSha256 });
  await signAgreement(vendor, await input(vendor));
  return reasonOf(signAgreement(world.operator, await input(world.operator)));
}

describe('renewal: the next term starts the instant the old one ends', () => {
  const renew = async (vendor: OrgContext, effectiveFrom: string) =>
    (await createAgreement(world.operator, { kind: 'nda', orgId: vendor.actor.orgId, effectiveFrom })).id;

  test('on every day exactly one is in force, whatever the old end, the new start and when the job runs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 9 }),
        fc.option(fc.integer({ min: 0, max: 40 })),
        fc.boolean(),
        async (startsIn, longer, isJobLate) => {
          const vendor = await freshVendor();
          const from = addDays(START, startsIn);
          const old = await makeAgreement(t.db, {
            kind: 'nda',
            org: orgOf(vendor),
            effectiveUntil: longer === null ? null : addDays(from, longer),
            clock,
          });
          const next = await renew(vendor, from);
          expect(await signBoth(vendor, next)).toMatchObject({ status: 'signed' });
          const stands = async (day: string) =>
            [await rowOf(old), await rowOf(next)].map((row) => isEffective(row, day));
          const eve = addDays(from, -1);
          for (const runsOn of isJobLate ? [eve, addDays(from, 1)] : [eve, from]) {
            // What the rows say of every day, before the job of that day has run and after.
            for (let day = START; day <= addDays(from, 3); day = addDays(day, 1)) {
              if ((await rowOf(old)).status === 'superseded' && day < from) continue;
              expect(await stands(day), `${day} of ${from}`).toEqual([day < from, day >= from]);
            }
            await expireAgreements(job(`${runsOn}T00:00:00Z`));
          }
          expect(await stands(from)).toEqual([false, true]);
          expect([(await rowOf(old)).status, (await rowOf(next)).status]).toEqual(['superseded', 'active']);
        },
      ),
      { numRuns: 4 },
    );
  }, 90_000);

  test('one that would begin after the old end is refused, and no signature of the refusal is kept', async () => {
    const vendor = await freshVendor();
    await makeAgreement(t.db, { kind: 'nda', org: orgOf(vendor), effectiveUntil: '2026-12-01', clock });
    const next = await renew(vendor, '2026-12-02');
    expect(await signBoth(vendor, next)).toBe('precondition renewal_gap');
    expect(await rowOf(next)).toMatchObject({ status: 'partially_signed' });
  });

  /** One in force, and its renewal signed by both for 10 December. */
  const pair = async (kind: 'nda' | 'subcontractor_baa' = 'nda') => {
    const vendor = await freshVendor();
    const old = await makeAgreement(t.db, { kind, org: orgOf(vendor), clock });
    const made = { kind, orgId: vendor.actor.orgId, effectiveFrom: '2026-12-10' };
    const { id: next } = await createAgreement(world.operator, made);
    await signBoth(vendor, next);
    const end = (agreementId: string, effectiveOn?: string) =>
      terminateAgreement(vendor, {
        agreementId,
        reason: 'Leaving.',
        ...(effectiveOn ? { effectiveOn } : {}),
      });
    const stands = async (day: string) =>
      [await rowOf(old), await rowOf(next)].map((row) => isEffective(row, day));
    return { vendor, old, next, end, stands };
  };

  test('notice for a day up to the renewal’s first takes the renewal with it', async () => {
    for (const effectiveOn of ['2026-12-05', '2026-12-10', undefined]) {
      const { old, next, end } = await pair();
      await end(old, effectiveOn);
      expect(await rowOf(next)).toMatchObject({ status: 'voided' });
    }
  });

  test('notice for a later day ends the renewal on that day, and not sooner', async () => {
    const { old, end, stands } = await pair();
    await end(old, '2026-12-31');
    expect([await stands('2026-12-09'), await stands('2026-12-30')]).toEqual([
      [true, false],
      [false, true],
    ]);
    await expireAgreements(job('2026-12-10T00:00:00Z'));
    expect(await stands('2026-12-30')).toEqual([false, true]);
    await expireAgreements(job('2027-01-20T00:00:00Z'));
    expect(await stands('2027-01-20')).toEqual([false, false]);
  });

  test('a side ends a renewal alone, before it begins, on its first day before the job has run, and for a later day', async () => {
    const before = await pair();
    expect(await before.end(before.next)).toEqual({ status: 'voided' });
    expect(await rowOf(before.old)).toMatchObject({ status: 'active' });
    const later = await pair();
    expect(await later.end(later.next, '2027-02-01')).toEqual({ status: 'signed' });
    expect(await rowOf(later.next)).toMatchObject({ effectiveUntil: '2027-02-01' });
    const { vendor, old, next } = await pair();
    const onTheDay = at(vendor, '2026-12-10T08:00:00Z');
    expect(await terminateAgreement(onTheDay, { agreementId: next, reason: 'Leaving.' })).toEqual({
      status: 'terminated',
    });
    expect(await rowOf(old)).toMatchObject({ status: 'superseded' });
  });

  test('what a side has suspended does not come back by the renewal that was signed before, nor by notice', async () => {
    const { vendor, old, next, stands } = await pair('subcontractor_baa');
    const reason = 'A breach is looked into.';
    await suspendAgreement(vendor, { agreementId: old, reason });
    expect(await stands('2026-12-10')).toEqual([false, false]);
    await expireAgreements(job('2026-12-10T00:00:00Z'));
    expect(await rowOf(next)).toMatchObject({ status: 'suspended', suspendedByOrgId: vendor.actor.orgId });
    expect(await stands('2026-12-10')).toEqual([false, false]);
    const resume = (who: OrgContext) => reasonOf(resumeAgreement(who, { agreementId: next, reason }));
    expect(await resume(world.operator)).toBe('conflict suspended_by_other');
    expect(await resume(vendor)).toEqual({ status: 'active' });
    expect(await stands('2026-12-10')).toEqual([false, true]);
    await suspendAgreement(vendor, { agreementId: next, reason });
    const notice = { agreementId: next, reason: 'Leaving.', effectiveOn: '2026-12-31' };
    expect(await terminateAgreement(world.operator, notice)).toEqual({ status: 'termination_noticed' });
    expect(await stands('2026-12-20')).toEqual([false, false]);
  });

  test('resumed before, the renewal begins as it was signed', async () => {
    const { vendor, old, stands } = await pair('subcontractor_baa');
    await suspendAgreement(vendor, { agreementId: old, reason: 'A breach is looked into.' });
    await resumeAgreement(vendor, { agreementId: old, reason: 'Nothing was found.' });
    expect([await stands('2026-12-09'), await stands('2026-12-10')]).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  test('the first of its kind that is signed for a later day waits for it, and nothing else takes its place', async () => {
    const vendor = await freshVendor();
    const later = await renew(vendor, '2026-12-21');
    expect(await signBoth(vendor, later)).toMatchObject({ status: 'signed' });
    const ask = (term: { effectiveFrom: string; effectiveUntil?: string }) =>
      createAgreement(world.operator, { kind: 'nda', orgId: vendor.actor.orgId, ...term });
    for (const term of [
      { effectiveFrom: START, effectiveUntil: '2026-12-20' },
      { effectiveFrom: START, effectiveUntil: '2026-12-22' },
      { effectiveFrom: '2026-12-01' },
      { effectiveFrom: '2026-12-21', effectiveUntil: '2027-12-21' },
      // Nobody gave an end, so none is complained of.
      { effectiveFrom: '2026-12-21' },
      { effectiveFrom: '2027-01-05' },
    ])
      await expect(ask(term)).rejects.toMatchObject({
        reason: 'agreement_pending',
        message: expect.stringContaining('begins today and ends on 21 Dec'),
      });
    const signed = await rowOf(later);
    expect(['2026-12-20', '2026-12-21'].map((day) => isEffective(signed, day))).toEqual([false, true]);
    await expireAgreements(job('2026-12-21T00:00:00Z'));
    expect(await rowOf(later)).toMatchObject({ status: 'active', supersedesId: null });
  });

  test('an interim one closes the gap: from its signature to the later one’s first day each day has exactly one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.boolean(), async (startsIn, isJobLate) => {
        const vendor = await freshVendor();
        const from = addDays(START, startsIn);
        const later = await renew(vendor, from);
        await signBoth(vendor, later);
        const interim = await renew(vendor, START);
        expect(await rowOf(interim)).toMatchObject({ effectiveFrom: START, effectiveUntil: from });
        // Asked for again while it waits for signatures, it is that one.
        expect(await reasonOf(renew(vendor, START))).toBe('conflict agreement_pending');
        expect(await signBoth(vendor, interim)).toMatchObject({ status: 'active' });
        const stands = async (day: string) =>
          [await rowOf(interim), await rowOf(later)].map((row) => isEffective(row, day));
        for (const runsOn of isJobLate ? [addDays(from, -1), addDays(from, 1)] : [addDays(from, -1), from]) {
          for (let day = START; day <= addDays(from, 3); day = addDays(day, 1))
            expect(await stands(day), `${day} of ${from}`).toEqual([day < from, day >= from]);
          await expireAgreements(job(`${runsOn}T00:00:00Z`));
        }
        expect([(await rowOf(interim)).status, (await rowOf(later)).status]).toEqual([
          'superseded',
          'active',
        ]);
        expect(await rowOf(later)).toMatchObject({ supersedesId: interim });
      }),
      { numRuns: 4 },
    );
  }, 90_000);

  test('who leaves an interim one leaves what follows it, and a second one beside what is in force is refused', async () => {
    const vendor = await freshVendor();
    const later = await renew(vendor, '2026-12-21');
    await signBoth(vendor, later);
    const interim = await renew(vendor, START);
    await signBoth(vendor, interim);
    await expect(renew(vendor, START)).rejects.toMatchObject({
      reason: 'agreement_pending',
      message: expect.stringContaining('is in force, and the one that follows it'),
    });
    await terminateAgreement(vendor, { agreementId: interim, reason: 'Leaving.', effectiveOn: '2026-12-05' });
    expect(await rowOf(later)).toMatchObject({ status: 'voided' });
  });

  test('an interim one that nobody has signed by then is signed no more, and the later one begins all the same', async () => {
    const vendor = await freshVendor();
    const later = await renew(vendor, '2026-11-25');
    await signBoth(vendor, later);
    const interim = await renew(vendor, START);
    await expireAgreements(job('2026-11-25T00:00:00Z'));
    const documentSha256 = (await rowOf(interim)).documentSha256!;
    const late = at(vendor, '2026-11-25T08:00:00Z');
    const input = await signInput(world, late, { agreementId: interim, documentSha256 });
    expect(await reasonOf(signAgreement(late, input))).toBe('conflict agreement_over');
    expect(await rowOf(later)).toMatchObject({ status: 'active' });
  });

  test('one whose own last day has come is signed no more: it would replace what is in force with nothing', async () => {
    const vendor = await freshVendor();
    const old = await makeAgreement(t.db, { kind: 'nda', org: orgOf(vendor), clock });
    const term = { effectiveFrom: START, effectiveUntil: '2026-12-01' };
    const { id } = await createAgreement(world.operator, { kind: 'nda', orgId: vendor.actor.orgId, ...term });
    const documentSha256 = (await rowOf(id)).documentSha256!;
    const sign = async (ctx: OrgContext) =>
      reasonOf(signAgreement(ctx, await signInput(world, ctx, { agreementId: id, documentSha256 })));
    expect(await sign(at(vendor, '2026-11-30T23:00:00Z'))).toMatchObject({ status: 'partially_signed' });
    expect(await sign(at(world.operator, '2026-12-01T00:00:00Z'))).toBe('conflict agreement_over');
    expect(await rowOf(old)).toMatchObject({ status: 'active' });
  });
});
