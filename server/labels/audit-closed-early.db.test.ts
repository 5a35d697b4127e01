import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { type ReadSteps, readSteps } from '#db/seed/factories/read-steps.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { checkLedger } from '#server/ledger/reads.ts';
import { auditSampleSize } from '#server/quality/audit-sample.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { getBatch } from '#server/work/reads.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { endAudit } from './order-audit.ts';
import { submitAudit } from './submit-audit.ts';
import { viewAudits } from './view-checks.ts';
import { checksView } from './view-schemas.ts';

const PLAN = { maxErrorRate: 0.2, confidence: 0.95, expectedErrorRate: 0 };
const ALL = 60;
const sizeOf = (population: number) => auditSampleSize({ ...PLAN, population }).n;

describe('an audit of a batch that closes before all of it is read (R25, ADR 014)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let at: ReadSteps;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: ALL, fields: [gradeField()] });
    at = readSteps(scene);
  });
  afterAll(async () => {
    expect(await checkLedger(t.db)).toEqual({ ok: true, problems: [] });
    await t.drop();
  });

  const auditOf = async (batchId: string) => {
    const view = await viewAudits(scene.sponsor, { projectId: scene.project.id });
    return checksView.parse(view).batches.find((one) => one.batchId === batchId)!.audit!;
  };
  /** A batch of 60 cases of which `n` are read. */
  async function readTo(n: number) {
    const batchId = await makeBatch(scene, { overlap: 1, audit: PLAN });
    const [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    await at.settle(batchId);
    expect(await auditOf(batchId)).toMatchObject({ population: ALL, sampleSize: sizeOf(ALL) });
    for (let i = 0; i < n; i += 1) await at.read(who, batchId, '2');
    await at.settle(batchId);
    return { batchId, who };
  }
  const look = async (auditor: OrgContext, batchId: string) => {
    const lease = await at.claim(auditor, batchId, 'audit');
    if (!lease) return false;
    const given = { batchId, leaseId: lease.leaseId, labelId: randomUUID(), activeMs: 900 };
    await submitAudit(auditor, { ...given, outcome: 'agree' });
    return true;
  };

  test('is drawn from what was read, and large enough to show what it is to show', async () => {
    const { batchId } = await readTo(20);
    await closeBatch(scene.sponsor, { batchId, reason: 'Enough is read.' });
    for (let pass = 0; pass < 2; pass += 1) await at.settle(batchId);
    expect(await auditOf(batchId)).toMatchObject({
      population: 20,
      sampleSize: sizeOf(20),
      drawn: sizeOf(20),
      open: sizeOf(20),
      lost: 0,
    });
    const [auditor] = (await makeReaders(scene, batchId, 1, 'audit')) as [OrgContext];
    while (await look(auditor, batchId));
    await at.settle(batchId);
    expect(await auditOf(batchId)).toMatchObject({ done: sizeOf(20), verdict: 'pass' });
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
  });

  test('waits for a read that is out, and keeps what was looked at before', async () => {
    const { batchId, who } = await readTo(30);
    const [auditor] = (await makeReaders(scene, batchId, 1, 'audit')) as [OrgContext];
    let looked = 0;
    while (await look(auditor, batchId)) looked += 1;
    const out = (await at.claim(who, batchId))!;
    await closeBatch(scene.sponsor, { batchId, reason: 'Enough is read.' });
    await at.settle(batchId);
    expect(await auditOf(batchId)).toMatchObject({ population: ALL, sampleSize: sizeOf(ALL), done: looked });
    await submitLabel(who, {
      ...out,
      batchId,
      labelId: randomUUID(),
      answers: { grade: '2' },
      activeMs: 1000,
    });
    for (let pass = 0; pass < 2; pass += 1) await at.settle(batchId);
    const audit = await auditOf(batchId);
    expect(audit).toMatchObject({ population: 31, sampleSize: sizeOf(31), lost: 0 });
    expect(audit.done + audit.extra.done).toBe(looked);
    expect(audit.done + audit.open).toBe(sizeOf(31));
    while (await look(auditor, batchId));
    await at.settle(batchId);
    expect((await auditOf(batchId)).verdict).toBe('pass');
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
  });

  test('stays ended where it was ended', async () => {
    const { batchId } = await readTo(20);
    await endAudit(scene.sponsor, { batchId, reason: 'No auditor.' });
    await closeBatch(scene.sponsor, { batchId, reason: 'Enough is read.' });
    for (let pass = 0; pass < 2; pass += 1) await at.settle(batchId);
    expect(await auditOf(batchId)).toMatchObject({
      population: ALL,
      sampleSize: sizeOf(ALL),
      open: 0,
      waiting: 0,
    });
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
  });
});
