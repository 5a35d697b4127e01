import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeMember, makePerson } from '#db/seed/factories/identity.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { dealsIn, reasonOf, refusalOf, terms } from '#db/testing/deal-scene.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY } from '#server/core/clock.ts';
import { inviteMember } from '#server/identity/invite-member.ts';
import { contactOf } from '#server/identity/reads.ts';
import { checkLedger } from '#server/ledger/reads.ts';
import { endEngagement, engagePerson } from '#server/staffing/engage-person.ts';
import { findEngagements } from '#server/staffing/reads.ts';

process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

describe('people of the other side of a contract', () => {
  let t: TestDatabase;
  const { makeDeal } = dealsIn(() => t.db);
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 12 });
  });
  afterAll(async () => {
    expect(await checkLedger(t.db)).toEqual({ ok: true, problems: [] });
    await t.drop();
  });

  test('a sponsor engages a vendor’s reader only after the agreed months; who worked for it before is free', async () => {
    const deal = await makeDeal(1);
    const { scene, contractId, agree } = deal;
    const org = scene.vendorOrg;
    const reader = await makeMember(t.db, { org, roles: ['vendor_annotator'], clock: scene.clock });
    const known = await makePerson(t.db, { clock: scene.clock });
    await t.sql`insert into memberships (id, org_id, person_id, role, status, created_at) values
      (${randomUUID()}, ${scene.sponsorOrg.id}, ${known.personId}, 'panel_reader', 'ended', ${'2025-01-01T00:00:00Z'})`;
    const work = (personId: string, viaOrgId: string, role: 'annotator' | 'panel' = 'annotator') =>
      transact(scene.sponsor, (tx) =>
        engagePerson(tx, {
          projectId: scene.project.id,
          contractId: role === 'annotator' ? contractId : null,
          personId,
          viaOrgId,
          role,
        }),
      );
    await work(reader.actor.personId, org.id);
    await work(known.personId, org.id);
    const email = await contactOf(t.db, reader.actor.personId);
    await agree(terms({ nonSolicitation: { months: 6, protects: 'vendor_people' } }));
    const invite = (to: string) => inviteMember(scene.sponsor, { email: to, role: 'panel_reader' });
    expect(await reasonOf(invite(email))).toBe('engaging_not_yet');
    expect(await reasonOf(work(reader.actor.personId, scene.sponsorOrg.id, 'panel'))).toBe(
      'engaging_not_yet',
    );
    await invite(await contactOf(t.db, known.personId));
    const [engaged] = await findEngagements(t.db, {
      projectId: scene.project.id,
      personId: reader.actor.personId,
    });
    await transact(scene.sponsor, (tx) => endEngagement(tx, { engagementId: engaged!.id, reason: 'left' }));
    scene.clock.advance(100 * DAY);
    expect((await refusalOf(invite(email))).message).toContain('from 2 May 2027 on');
    scene.clock.advance(100 * DAY);
    await invite(email);
  });

  test('people who were not named in the bid join as many a month as was agreed, also when two join at once', async () => {
    const { scene, contractId, agree } = await makeDeal(1);
    await agree(terms({ substitution: { perMonth: 1 } }));
    const join = async () => {
      const member = await makeMember(t.db, {
        org: scene.vendorOrg,
        roles: ['vendor_annotator'],
        clock: scene.clock,
      });
      return transact(scene.sponsor, (tx) =>
        engagePerson(tx, {
          projectId: scene.project.id,
          contractId,
          personId: member.actor.personId,
          viaOrgId: scene.vendorOrg.id,
          role: 'annotator',
        }),
      );
    };
    const both = await Promise.allSettled([join(), join()]);
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await refusalOf(join())).message).toContain(
      '1 have joined in 2026-11. The next can join in 2026-12',
    );
    scene.clock.set(new Date('2026-12-01T00:00:00Z'));
    await join();
  });
});
