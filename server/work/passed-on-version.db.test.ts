import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeSignedProtocol } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeWorker, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import type { ProtocolVersion } from '#server/protocols/reads.ts';
import { joinBatch } from './join-batch.ts';
import { listTerms } from './reads.ts';

const MISSING = [{ code: 'training.missing' }, { code: 'exam.missing' }];

describe('a training and an exam hold for the version of the protocol that they were passed on', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let second: ProtocolVersion;
  /** Batches that ask for training and exam, one that reads by each version. */
  let byFirst: string;
  let bySecond: string;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 4 });
    const asks = { needsTraining: true, claimRules: { needsExam: true } };
    byFirst = await makeBatch(scene, asks);
    await t.sql`update protocol_versions set status = 'superseded' where id = ${scene.protocol.id}`;
    second = await makeSignedProtocol(t.db, {
      projectId: scene.project.id,
      orgId: scene.sponsorOrg.id,
      createdBy: scene.sponsor.actor.personId,
      version: 2,
      clock: scene.clock,
    });
    bySecond = await makeBatch(scene, asks);
  });
  afterAll(() => t.drop());

  const pass = async (who: OrgContext, versionId: string | null, kinds = ['protocol_training', 'exam']) => {
    for (const kind of kinds)
      await t.sql`insert into qualifications (id, person_id, kind, protocol_version_id, passed_at) values (${randomUUID()},
        ${who.actor.personId}, ${kind}, ${versionId}, ${scene.clock.now().toISOString()})`;
  };
  const join = (who: OrgContext, batchId: string) => joinBatch(who, { batchId, tier: 'label' });
  const refused = { reason: 'not_eligible', details: MISSING };

  test('passed on version 1: a batch by version 1 is joined, one by version 2 is refused with both that are missing', async () => {
    const who = await makeWorker(scene);
    await expect(join(who, byFirst)).rejects.toMatchObject(refused);
    await pass(who, scene.protocol.id);
    await join(who, byFirst);
    await expect(join(who, bySecond)).rejects.toMatchObject(refused);
  });

  test('passed on version 2: joined, and the terms record what counts there and nothing of version 1', async () => {
    const who = await makeWorker(scene);
    await pass(who, scene.protocol.id);
    await pass(who, second.id);
    await pass(who, null, ['privacy_training']);
    await join(who, bySecond);
    const records = (await listTerms(t.db, bySecond)).map((terms) => terms.trainingRecord);
    expect(records).toHaveLength(1);
    expect(records[0]).toHaveLength(3);
    expect(records[0]).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'protocol_training', protocolVersionId: second.id }),
        expect.objectContaining({ kind: 'exam', protocolVersionId: second.id }),
        expect.objectContaining({ kind: 'privacy_training', protocolVersionId: null }),
      ]),
    );
  });
});
