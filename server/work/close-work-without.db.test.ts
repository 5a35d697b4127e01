import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { labelRecalls, verifications } from '#db/schema/credentials.ts';
import { notifications } from '#db/schema/notifications.ts';
import { slotReleases } from '#db/schema/work.ts';
import { makeCredential } from '#db/seed/factories/credentials.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeBatch, makeWorker, makeWorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { answerCheck } from '#server/credentials/answer-check.ts';
import { expireCredentials } from '#server/credentials/expire-credentials.ts';
import { recordVerification } from '#server/credentials/record-verification.ts';
import type { RecordVerificationInput } from '#server/credentials/verification-schemas.ts';
import { viewNeeds } from '#server/projects/view-needs.ts';
import { amendLabel } from './amend-label.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { joinBatch } from './join-batch.ts';
import { submitLabel } from './submit-label.ts';
import { decideRecall, viewRecalls } from './view-recalls.ts';

const rule = {
  anyOf: [{ allOf: [{ kind: 'board_certification' as const, minLevel: 'primary_source' as const }] }],
};

describe('R27: a credential that stops to hold', () => {
  let t: TestDatabase;
  let operator: OrgContext;
  let other: OrgContext;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 10 });
    const platform = await makeOrganisation(t.db, { kind: 'platform' });
    operator = await makeMember(t.db, { org: platform, roles: ['operator'] });
    other = await makeMember(t.db, { org: platform, roles: ['operator'] });
  });
  afterAll(() => t.drop());

  const claim = (who: OrgContext, batchId: string) =>
    claimNextTasks(who, { batchId, tier: 'label', limit: 1 });

  /** A reader with two reads and a lease in a batch that asks for a board certification. */
  async function makeScene() {
    const scene = await makeWorkScene(t.db, { cases: 6, project: { credentialRule: rule } });
    const lead = await makeMember(t.db, {
      org: scene.sponsorOrg,
      roles: ['clinical_lead'],
      clock: scene.clock,
    });
    const batchId = await makeBatch(scene);
    const worker = await makeWorker(scene);
    const credentialId = await makeCredential(t.db, {
      personId: worker.actor.personId,
      clock: scene.clock,
    });
    await joinBatch(worker, { batchId, tier: 'label' });
    for (let n = 0; n < 2; n += 1) {
      const { leases } = await claim(worker, batchId);
      await submitLabel(worker, {
        batchId,
        leaseId: leases[0]!.leaseId,
        labelId: randomUUID(),
        answers: { grade: '1' },
        activeMs: 1000,
      });
    }
    const { leases } = await claim(worker, batchId);
    const at = (who: OrgContext) => ({ ...who, clock: scene.clock });
    const found = (change: Partial<RecordVerificationInput> = {}): RecordVerificationInput => ({
      credentialId,
      seenStatus: 'verified',
      outcome: 'adverse',
      sourceStanding: 'revoked',
      primarySource: 'Board of Examples',
      communicationMethod: 'portal',
      note: 'Revoked by the board.',
      effectiveOn: scene.clock.now().toISOString().slice(0, 10),
      ...change,
    });
    return { scene, lead, batchId, worker, credentialId, held: leases[0]!, at, found };
  }

  test('without a day from its source, what was read since it was last found good is looked at again', async () => {
    const { scene, at, found } = await makeScene();
    scene.clock.advance(2 * 86_400_000);
    const { effectiveOn: _, ...unknown } = found();
    expect(await recordVerification(at(operator), unknown)).toMatchObject({ recalls: 1 });
  });

  test('revoked at its source: the lease goes, the next claim is refused at once, the labels are listed for the clinical lead', async () => {
    const { scene, lead, batchId, worker, credentialId, held, at, found } = await makeScene();
    expect(await recordVerification(at(operator), found())).toEqual({
      status: 'revoked',
      leasesRevoked: 1,
      recalls: 1,
    });
    // Not a second later: no clock has moved.
    expect(await claim(worker, batchId)).toMatchObject({
      leases: [],
      reasons: [{ code: 'credential.not_in_force' }],
    });
    await expect(
      submitLabel(worker, {
        batchId,
        leaseId: held.leaseId,
        labelId: randomUUID(),
        answers: { grade: '1' },
        activeMs: 1000,
      }),
    ).rejects.toMatchObject({ kind: 'conflict' });
    // Nor is what they handed in theirs to change any more.
    const [handedIn] = await t.sql`select id from labels where batch_id = ${batchId} limit 1`;
    const undo = { labelId: handedIn!.id, newLabelId: randomUUID(), answers: { grade: '2' }, activeMs: 1 };
    await expect(amendLabel(worker, { batchId, ...undo })).rejects.toMatchObject({
      reason: 'amend_refused',
      details: [{ code: 'amend.credential_lost' }],
    });
    const released = await t.db.select().from(slotReleases).where(eq(slotReleases.batchId, batchId));
    expect(released).toMatchObject([{ cause: 'revoked', reason: 'credential_lost' }]);
    const recalls = await t.db.select().from(labelRecalls).where(eq(labelRecalls.batchId, batchId));
    expect(recalls).toMatchObject([
      {
        projectId: scene.project.id,
        personId: worker.actor.personId,
        credentialId,
        reads: 2,
        status: 'open',
      },
    ]);
    const told = await t.db
      .select()
      .from(notifications)
      .where(eq(notifications.personId, lead.actor.personId));
    expect(told.map((one) => one.kind)).toContain('labels.recalled');
    expect(JSON.stringify(told)).not.toContain(worker.actor.personId);
    const projectId = scene.project.id;
    const { recalls: shown } = await viewRecalls(lead, { projectId });
    expect(shown).toMatchObject([{ alias: 'R01', reads: 2, standing: 'revoked', cases: [{}, {}] }]);
    expect(JSON.stringify(shown)).not.toContain(worker.actor.personId);
    const decision = { recallId: shown[0]!.id, decision: 'kept' as const, reason: 'Two others agree.' };
    // It is on the home page of who decides, until they have.
    const need = async (by: OrgContext = lead) =>
      (await viewNeeds(by)).needs.find((one) => one.href.endsWith('/quality/recalls'));
    expect(await need()).toMatchObject({ tone: 'attention', why: expect.stringContaining('did not hold') });
    // Never the reader, should they be of those who decide on quality as well; and neither the page nor their home offers it to them.
    const { personId } = worker.actor;
    const self = { ...lead, actor: { ...lead.actor, personId } };
    const refused = { kind: 'forbidden', reason: 'own_recall' };
    await expect(decideRecall(self, decision)).rejects.toMatchObject(refused);
    expect(await need(self)).toBeUndefined();
    const offered = async (by: OrgContext) =>
      (await viewRecalls(by, { projectId })).recalls.map((one) => [one.status, one.isOwn, one.mayDecide]);
    expect(await offered(self)).toEqual([['open', true, false]]);
    expect(await offered(lead)).toEqual([['open', false, true]]);
    await decideRecall(lead, decision);
    expect(await offered(lead)).toEqual([['kept', false, false]]);
    expect(await need()).toBeUndefined();
    await expect(decideRecall(lead, decision)).rejects.toMatchObject({ reason: 'recall_decided' });
  });

  test('what was read before it stopped to hold is not listed', async () => {
    const { scene, batchId, at, found } = await makeScene();
    scene.clock.advance(3 * 86_400_000);
    const effectiveOn = scene.clock.now().toISOString().slice(0, 10);
    expect(await recordVerification(at(operator), found({ effectiveOn }))).toMatchObject({ recalls: 0 });
    expect(await t.db.$count(labelRecalls, eq(labelRecalls.batchId, batchId))).toBe(0);
  });

  test('a second credential that meets the rule keeps the work: no lease goes, nothing is listed', async () => {
    const { batchId, worker, at, found, scene } = await makeScene();
    await makeCredential(t.db, { personId: worker.actor.personId, clock: scene.clock });
    scene.clock.advance(120_000);
    await claim(worker, batchId);
    expect(await recordVerification(at(operator), found())).toMatchObject({ leasesRevoked: 0 });
    scene.clock.advance(120_000);
    expect((await claim(worker, batchId)).reasons ?? []).toEqual([]);
  });

  test('expiry stops the next claim at once, within the minute in which the last look held', async () => {
    const { scene, batchId, worker, credentialId } = await makeScene();
    await t.sql`update credentials set expires_on = '2020-01-01', issued_on = '2010-01-01' where id = ${credentialId}`;
    expect(await expireCredentials({ ...operator, clock: scene.clock })).toBeGreaterThan(0);
    expect(await claim(worker, batchId)).toMatchObject({ leases: [] });
  });

  test('an adverse finding may be answered; another operator looks, and the same one may not', async () => {
    const { worker, credentialId, at, found, batchId, scene } = await makeScene();
    await recordVerification(at(operator), found());
    const again = found({ seenStatus: 'revoked', outcome: 'verified', note: 'Another person of the name.' });
    const { sourceStanding: _, effectiveOn: __, ...mended } = again;
    await expect(recordVerification(at(other), mended)).rejects.toMatchObject({
      reason: 'verification_impossible',
    });
    await answerCheck(worker, { credentialId, statement: 'That is another person of my name.' });
    await expect(
      answerCheck(worker, { credentialId, statement: 'That is another person of my name.' }),
    ).rejects.toMatchObject({ reason: 'already_answered' });
    await expect(recordVerification(at(operator), mended)).rejects.toMatchObject({
      reason: 'verification_second_operator',
    });
    expect(await recordVerification(at(other), mended)).toMatchObject({ status: 'verified' });
    scene.clock.advance(120_000);
    expect((await claim(worker, batchId)).leases).toHaveLength(1);
  });

  test('checks are append-only for the app’s role, whatever it tries', async () => {
    const { credentialId, at, found } = await makeScene();
    await recordVerification(at(operator), found());
    const row = await t.db.select().from(verifications).where(eq(verifications.credentialId, credentialId));
    expect(row).toHaveLength(1);
    for (const statement of [
      sql`update verifications set note = 'x' where credential_id = ${credentialId}`,
      sql`delete from verifications where credential_id = ${credentialId}`,
    ])
      await expect(t.db.execute(statement)).rejects.toMatchObject({
        cause: { code: '42501' },
      });
  });
});
