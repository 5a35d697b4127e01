import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { makePlatform } from '#db/seed/factories/agreements.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { readSteps } from '#db/seed/factories/read-steps.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { checkWorkInvariants } from '#server/work/check-invariants.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { closeIncident } from '#server/work/close-incident.ts';
import { flagCase } from '#server/work/flag-case.ts';
import { getBatch } from '#server/work/reads.ts';
import type { CreateBatchInput } from '#server/work/schemas.ts';
import { listStranded } from '#server/work/stranded-turns.ts';
import { lockReadyChecks } from './audit-queries.ts';
import { orderAudit } from './order-audit.ts';
import { submitAudit } from './submit-audit.ts';
import { viewAudits } from './view-checks.ts';
import { checksView } from './view-schemas.ts';

const PLAN = { maxErrorRate: 0.2, confidence: 0.95, expectedErrorRate: 0 };
const MISSES = { field: 'grade', normalValue: '2', shareBasisPoints: 10_000 };
const CASES = 3;

describe('a final case that is shut for protected information is checked by nobody and keeps no batch from its end (R24, R25, R29)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let operator: OrgContext;
  let place = 0;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 8 });
    scene = await makeWorkScene(t.db, { cases: 30, fields: [gradeField()] });
    const platform = await makePlatform(t.db, scene.clock);
    operator = await makeMember(t.db, { org: platform, roles: ['operator'], clock: scene.clock });
  });
  afterEach(async () => expect(await checkWorkInvariants(t.db)).toEqual([]));
  afterAll(() => t.drop());

  const settle = async (batchId: string) => {
    for (let pass = 0; pass < 4; pass += 1) await readSteps(scene).settle(batchId);
  };
  const samples = async (batchId: string) =>
    (await t.sql`select status from audit_samples where batch_id = ${batchId}`)
      .map((row) => row.status)
      .sort();
  const turns = async (batchId: string) =>
    (
      await t.sql`select status from slots where batch_id = ${batchId} and tier = 'audit' and status in ('open', 'leased')`
    ).length;
  const statusOf = async (batchId: string) => (await getBatch(t.db, batchId)).status;

  /** Cases that no other test touches, read by one person, and some that nobody reads; with the lease of one read. */
  async function readAll(checks: Partial<CreateBatchInput>, unread = 0) {
    const caseIds = scene.dataset.cases.slice(place, place + CASES + unread).map((one) => one.id);
    place += caseIds.length;
    const batchId = await makeBatch(scene, { overlap: 1, caseIds, ...checks });
    const [author] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    const at = readSteps(scene);
    for (let n = 0; n < CASES; n += 1) await at.read(author, batchId, '2');
    const [{ leaseId } = { leaseId: '' }] = await t.sql<{ leaseId: string }[]>`
      select lease_id as "leaseId" from slots where batch_id = ${batchId} and tier = 'label' and status <> 'open' limit 1`;
    return { batchId, author, leaseId };
  }

  /** Protected information is seen under a lease; the answer ends the incident. */
  async function seen(who: OrgContext, at: { batchId: string; leaseId: string }) {
    const { flagId } = await flagCase(who, { ...at, kind: 'phi_seen', note: 'A name is burnt in.' });
    return async (outcome: 'confirmed' | 'false_alarm') => {
      await closeIncident(operator, { batchId: at.batchId, flagId, outcome, note: 'Looked into.' });
    };
  }

  /** Somebody checks whatever is there; how many cases that were. */
  async function checkAll(batchId: string, outcome: 'agree' | 'read' = 'agree'): Promise<number> {
    const [who] = (await makeReaders(scene, batchId, 1, 'audit')) as [OrgContext];
    const at = readSteps(scene);
    let n = 0;
    for (
      let lease = await at.claim(who, batchId, 'audit');
      lease;
      lease = await at.claim(who, batchId, 'audit')
    ) {
      const given = { batchId, leaseId: lease.leaseId, labelId: randomUUID(), activeMs: 900 };
      await submitAudit(
        who,
        outcome === 'agree' ? { ...given, outcome } : { ...given, outcome, answers: { grade: '2' } },
      );
      n += 1;
    }
    return n;
  }

  test('the auditor reports it while holding the case', async () => {
    const { batchId } = await readAll({ audit: PLAN });
    await settle(batchId);
    const [auditor] = (await makeReaders(scene, batchId, 1, 'audit')) as [OrgContext];
    const lease = (await readSteps(scene).claim(auditor, batchId, 'audit'))!;
    const end = await seen(auditor, { batchId, leaseId: lease.leaseId });
    await end('confirmed');
    expect(await checkAll(batchId)).toBe(CASES - 1);
    await settle(batchId);
    expect(await samples(batchId)).toEqual(['done', 'done', 'lost']);
    expect(await turns(batchId)).toBe(0);
    expect(await statusOf(batchId)).toBe('settled');
    const view = checksView.parse(await viewAudits(scene.sponsor, { projectId: scene.project.id }));
    expect(view.batches.find((one) => one.batchId === batchId)?.audit).toMatchObject({
      done: 2,
      lost: 1,
      open: 0,
    });
  });

  test.each([
    ['an audit that was ordered', 'agree'],
    ['a blind re-read', 'read'],
  ] as const)('a reader reports it late, while the turn of %s is open', async (_, outcome) => {
    const made = await readAll(outcome === 'read' ? { misses: MISSES } : {});
    const { batchId, author, leaseId } = made;
    if (outcome === 'agree') await orderAudit(scene.sponsor, { batchId, plan: PLAN });
    await settle(batchId);
    expect(await samples(batchId)).toEqual(['open', 'open', 'open']);
    const end = await seen(author, { batchId, leaseId });
    await settle(batchId);
    expect(await samples(batchId)).toEqual(['lost', 'open', 'open']);
    await end('confirmed');
    expect(await checkAll(batchId, outcome)).toBe(CASES - 1);
    scene.clock.advance(24 * 3_600_000);
    expect(await listStranded(t.db, await getBatch(t.db, batchId), scene.clock.now())).toEqual([]);
    await settle(batchId);
    expect(await statusOf(batchId)).toBe('settled');
  });

  test('in a batch that is still read the turn goes too, and a false alarm brings it back, to somebody else', async () => {
    const { batchId } = await readAll({ misses: MISSES }, 1);
    await settle(batchId);
    expect(await statusOf(batchId)).toBe('open');
    const [expert] = (await makeReaders(scene, batchId, 1, 'audit')) as [OrgContext];
    const { leaseId } = (await readSteps(scene).claim(expert, batchId, 'audit'))!;
    const end = await seen(expert, { batchId, leaseId });
    await settle(batchId);
    expect(await samples(batchId)).toEqual(['lost', 'open', 'open']);
    expect(await turns(batchId)).toBe(2);
    await end('false_alarm');
    await settle(batchId);
    expect(await samples(batchId)).toEqual(['open', 'open', 'open']);
    expect(await turns(batchId)).toBe(3);
    expect(await checkAll(batchId, 'read')).toBe(CASES);
    await closeBatch(scene.sponsor, { batchId, reason: 'Enough is read.' });
    await settle(batchId);
    expect(await statusOf(batchId)).toBe('settled');
  });

  test('what waits to be opened is not, and an audit that is ordered then is of the other cases', async () => {
    const { batchId, author, leaseId } = await readAll({ misses: MISSES });
    await settle(batchId);
    // As an undo leaves it: drawn, final again, not opened yet.
    await t.sql`delete from slots where batch_id = ${batchId} and tier = 'audit'`;
    await t.sql`update audit_samples set status = 'waiting' where batch_id = ${batchId}`;
    await seen(author, { batchId, leaseId });
    const ready = await t.db.transaction((tx) => lockReadyChecks(tx, { batchId, limit: 10 }));
    expect(ready).toHaveLength(CASES - 1);
    await settle(batchId);
    expect(await samples(batchId)).toEqual(['lost', 'open', 'open']);
    expect(await orderAudit(scene.sponsor, { batchId, plan: PLAN })).toMatchObject({ population: CASES - 1 });
  });
});
