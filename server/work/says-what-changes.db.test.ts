import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeCredential } from '#db/seed/factories/credentials.ts';
import { makeBatch, makeWorker, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { DAY, MINUTE, plus } from '#server/core/clock.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { joinBatch } from './join-batch.ts';
import { joinMostNeeded } from './join-most-needed.ts';
import { pauseBatch } from './pause-batch.ts';
import { submitLabel } from './submit-label.ts';

const QUALIFY = { by: 'you', href: '/work/qualifications', link: 'See trainings and exams' };

describe('what would change it is said with each reason', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
  });
  afterAll(() => t.drop());

  const join = (who: OrgContext, batchId: string) => joinBatch(who, { batchId, tier: 'label' });
  const claim = (who: OrgContext, batchId: string) =>
    claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
  async function readOne(who: OrgContext, batchId: string): Promise<void> {
    const [lease] = (await claim(who, batchId)).leases;
    const label = { labelId: randomUUID(), answers: { grade: '2' }, activeMs: 1000 };
    await submitLabel(who, { batchId, leaseId: lease!.leaseId, ...label });
  }
  const passUntil = (scene: WorkScene, who: OrgContext, until: Date) =>
    t.sql`insert into qualifications (id, person_id, kind, protocol_version_id, passed_at, valid_until)
      values (${randomUUID()}, ${who.actor.personId}, 'exam', ${scene.protocol.id}, ${scene.clock.now().toISOString()},
        ${until.toISOString()})`;

  describe('a claim that a fresh look refuses', () => {
    test('training and exam that hold no longer: what to take and pass, and where', async () => {
      const scene = await makeWorkScene(t.db, { cases: 2 });
      const batchId = await makeBatch(scene, { needsTraining: true, claimRules: { needsExam: true } });
      const who = await makeWorker(scene);
      await passUntil(scene, who, plus(scene.clock.now(), DAY));
      await join(who, batchId);
      scene.clock.advance(2 * DAY);
      expect(await claim(who, batchId)).toMatchObject({
        leases: [],
        reasons: [
          { code: 'training.missing', change: { says: 'Take the training.', ...QUALIFY } },
          { code: 'exam.missing', change: { says: 'Pass the exam; it is paid.', ...QUALIFY } },
        ],
      });
    });

    test('a credential that has run out: renew it, in one’s own wallet', async () => {
      const kind = 'medical_licence' as const;
      const credentialRule = { anyOf: [{ allOf: [{ kind, minLevel: 'primary_source' as const }] }] };
      const scene = await makeWorkScene(t.db, { cases: 2, project: { credentialRule } });
      const batchId = await makeBatch(scene);
      const who = await makeWorker(scene);
      const expiresOn = plus(scene.clock.now(), DAY).toISOString().slice(0, 10);
      const { personId } = who.actor;
      await makeCredential(t.db, { personId, kind, level: 'primary_source', status: 'verified', expiresOn });
      await join(who, batchId);
      scene.clock.advance(3 * DAY);
      const change = { says: 'Renew it and add the new dates.', by: 'you', link: 'Open it in my wallet' };
      expect(await claim(who, batchId)).toMatchObject({
        leases: [],
        reasons: [{ code: 'credential.expired', change }],
      });
    });

    test('a gate that has closed: whose it is to open, for every hop', async () => {
      const scene = await makeWorkScene(t.db, { cases: 2 });
      const batchId = await makeBatch(scene);
      const who = await makeWorker(scene);
      await join(who, batchId);
      await t.sql`update datasets set data_class = 'phi' where id = ${scene.dataset.id}`;
      scene.clock.advance(2 * MINUTE);
      const { leases, reasons } = await claim(who, batchId);
      expect(leases).toEqual([]);
      expect(reasons.find((one) => one.href === '/vendor/agreements')).toMatchObject({
        code: expect.stringMatching(/^gate\.agreement\./),
        change: {
          by: 'other',
          says: expect.stringContaining('Your organisation and the platform settle it'),
        },
      });
      for (const one of reasons) expect(one, one.code).toHaveProperty('change.says');
    });

    test('the hours of a day that are spent: tomorrow', async () => {
      const scene = await makeWorkScene(t.db, { cases: 2 });
      const batchId = await makeBatch(scene, {
        leaseSeconds: 1800,
        claimRules: { maxActiveMinutesPerDay: 30 },
      });
      const who = await makeWorker(scene);
      await join(who, batchId);
      scene.clock.advance(2 * MINUTE);
      await t.sql`update readers set active_day = ${scene.clock.now().toISOString().slice(0, 10)}, day_active_ms = ${31 * MINUTE}
        where batch_id = ${batchId}`;
      expect(await claim(who, batchId)).toMatchObject({
        leases: [],
        reasons: [
          { code: 'hours.spent', change: { by: 'other', says: expect.stringContaining('tomorrow') } },
        ],
      });
    });
  });

  describe('“no work” says what stands in the way', () => {
    const detailsFor = async (who: OrgContext) => {
      const error = await joinMostNeeded(who).then(
        () => ({ reason: 'joined', details: [] }),
        (refused: { reason: string; details: { code: string; change?: object }[] }) => refused,
      );
      expect(error.reason).toBe('no_work');
      return error.details.toSorted((a, b) => (a.code < b.code ? -1 : 1));
    };

    test('of each batch that is shut to the person, and nothing of one whose every case they have had', async () => {
      const scene = await makeWorkScene(t.db, { cases: 5 });
      const ids = (from: number, to: number) => scene.dataset.cases.slice(from, to).map((one) => one.id);
      const who = await makeWorker(scene);
      const seen = await makeBatch(scene, { overlap: 2, caseIds: ids(0, 1) });
      const capped = await makeBatch(scene, { caseIds: ids(1, 3), claimRules: { maxReadsPerReader: 1 } });
      const paused = await makeBatch(scene, { caseIds: ids(3, 4) });
      for (const batchId of [seen, capped, paused]) await join(who, batchId);
      await readOne(who, seen);
      await readOne(who, capped);
      await pauseBatch(scene.sponsor, { batchId: paused, reason: 'Under review' });
      await makeBatch(scene, { caseIds: ids(4, 5), claimRules: { needsExam: true } });
      expect((await claim(who, seen)).reasons).toMatchObject([
        {
          code: 'work.all_seen',
          change: { by: 'other', says: expect.stringContaining('Others take those') },
        },
      ]);
      expect(await detailsFor(who)).toMatchObject([
        {
          code: 'batch.paused',
          message: expect.stringContaining('Reason: Under review'),
          change: { by: 'other', says: expect.stringContaining('opens again here by itself') },
        },
        {
          code: 'cap.reads',
          change: { by: 'other', says: expect.stringContaining('Nothing more is needed of you here') },
        },
        { code: 'exam.missing', change: { says: 'Pass the exam; it is paid.', ...QUALIFY } },
      ]);
    });

    test('of a batch that needs more than one thing the first alone, and nothing where there is no batch', async () => {
      const scene = await makeWorkScene(t.db, { cases: 1 });
      const who = await makeWorker(scene);
      expect(await detailsFor(who)).toEqual([]);
      await makeBatch(scene, { needsTraining: true, claimRules: { needsExam: true } });
      expect(await detailsFor(who)).toMatchObject([{ code: 'training.missing', change: QUALIFY }]);
    });
  });
});
