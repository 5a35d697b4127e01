import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import {
  makeBatch,
  makeReaders,
  makeWorker,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { balanceOf, checkLedger } from '#server/ledger/reads.ts';
import { engagePerson } from '#server/staffing/engage-person.ts';
import type { EngagementRole } from '#server/staffing/reads.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { getBatch } from '#server/work/reads.ts';
import type { Tier } from '#server/work/rules.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { viewDecisionCase } from './label-views.ts';
import { endAudit, orderAudit } from './order-audit.ts';
import { getProvenance, listFinalLabels } from './reads.ts';
import type { AuditInput } from './schemas.ts';
import { settleTasks } from './settle-tasks.ts';
import { submitAdjudication } from './submit-adjudication.ts';
import { submitAudit } from './submit-audit.ts';
import { submitReview } from './submit-review.ts';
import { viewAudits } from './view-checks.ts';
import { checksView, decisionCaseView } from './view-schemas.ts';

/** Of three cases all, of ten nine: a sample of this size shows at most 20 % wrong. */
const PLAN = { maxErrorRate: 0.2, confidence: 0.95, expectedErrorRate: 0 };

describe('checks of final labels (R25)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
    scene = await makeWorkScene(t.db, { cases: 12, fields: [gradeField()] });
  });
  afterAll(async () => {
    expect(await checkLedger(t.db)).toEqual({ ok: true, problems: [] });
    await t.drop();
  });

  const settle = (batchId: string) =>
    settleTasks(systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() }), {
      batchId,
    });
  const cases = (n: number) => scene.dataset.cases.slice(0, n).map((one) => one.id);
  const claim = async (who: OrgContext, batchId: string, tier: Tier) =>
    (await claimNextTasks(who, { batchId, tier, limit: 1 })).leases[0];
  const readAll = async (who: OrgContext, batchId: string, grade: string) => {
    for (let lease = await claim(who, batchId, 'label'); lease; lease = await claim(who, batchId, 'label'))
      await submitLabel(who, {
        batchId,
        leaseId: lease.leaseId,
        labelId: randomUUID(),
        answers: { grade },
        activeMs: 1000,
      });
  };
  const audit = async (who: OrgContext, batchId: string, over: Partial<AuditInput>) => {
    const lease = (await claim(who, batchId, 'audit'))!;
    const given = {
      batchId,
      leaseId: lease.leaseId,
      labelId: randomUUID(),
      activeMs: 900,
      outcome: 'agree' as const,
    };
    await submitAudit(who, { ...given, ...over });
    return { ...given, ...over };
  };
  const checks = async (batchId: string) =>
    checksView
      .parse(await viewAudits(scene.sponsor, { projectId: scene.project.id }))
      .batches.find((one) => one.batchId === batchId)!;
  const funds = () => balanceOf(t.db, { code: 'project_funds', ownerId: scene.project.id, currency: 'USD' });
  /** The same person at another tier as well, as an engagement would allow it. */
  const alsoAs = async (who: OrgContext, batchId: string, tier: Tier) => {
    const role = (
      { label: 'annotator', review: 'reviewer', audit: 'auditor', adjudicate: 'adjudicator' } as const
    )[tier];
    const engaged: EngagementRole = role;
    const { personId, orgId } = who.actor;
    const ofProject = { projectId: scene.project.id, personId, viaOrgId: orgId ?? '' };
    await transact(scene.sponsor, (tx) => engagePerson(tx, { ...ofProject, role: engaged }));
    return joinBatch(who, { batchId, tier });
  };

  describe('a planned audit', () => {
    let batchId: string;
    let auditor: OrgContext;
    let before: bigint;
    beforeAll(async () => {
      before = await funds();
      batchId = await makeBatch(scene, { caseIds: cases(3), overlap: 2, audit: PLAN });
      // Six reads, and each of three cases looked at and, if need be, decided again.
      expect(before - (await funds())).toBe((6n + 6n) * 138n);
      for (const who of await makeReaders(scene, batchId, 2)) await readAll(who, batchId, '2');
      await settle(batchId);
      await settle(batchId);
      [auditor] = (await makeReaders(scene, batchId, 1, 'audit')) as [OrgContext];
    });

    test('draws its sample by chance and waits for it: the batch does not settle before', async () => {
      expect((await getBatch(t.db, batchId)).status).toBe('closing');
      expect(await checks(batchId)).toMatchObject({
        audit: {
          sampleSize: 3,
          population: 3,
          open: 3,
          done: 0,
          verdict: 'inconclusive',
          rate: { value: null },
        },
      });
    });

    test('an auditor sees the final label and the reads without names', async () => {
      const lease = (await claim(auditor, batchId, 'audit'))!;
      const seen = decisionCaseView.parse(
        await viewDecisionCase(auditor, { batchId, leaseId: lease.leaseId }),
      );
      expect(seen).toMatchObject({ tier: 'audit', purpose: 'audit', final: { grade: { value: '2' } } });
      expect(seen.reads.map((read) => read.name)).toEqual(['Reader A', 'Reader B']);
      const agree = {
        batchId,
        leaseId: lease.leaseId,
        labelId: randomUUID(),
        activeMs: 500,
        outcome: 'agree',
      } as const;
      await submitAudit(auditor, agree);
      expect(await submitAudit(auditor, agree)).toMatchObject({ isReplay: true });
    });

    test('disagreement needs another answer and the kind of error, and goes to the panel', async () => {
      const lease = (await claim(auditor, batchId, 'audit'))!;
      const given = { batchId, leaseId: lease.leaseId, labelId: randomUUID(), activeMs: 500 };
      const same = { ...given, outcome: 'disagree', errorKind: 'mislabel', answers: { grade: '2' } } as const;
      await expect(submitAudit(auditor, same)).rejects.toMatchObject({ reason: 'answers_invalid' });
      const blind = { ...given, outcome: 'read', answers: { grade: '2' } } as const;
      await expect(submitAudit(auditor, blind)).rejects.toMatchObject({ reason: 'wrong_check' });
      await submitAudit(auditor, { ...same, answers: { grade: '4' }, comment: 'Cribriform.' });
      await audit(auditor, batchId, {});
      expect(await checks(batchId)).toMatchObject({
        audit: {
          done: 3,
          errors: 1,
          upheld: 0,
          kinds: { mislabel: 1 },
          rate: { value: 1 / 3, n: 3 },
          verdict: 'fail',
        },
      });
      await settle(batchId);
      expect((await getBatch(t.db, batchId)).status).toBe('closing');
      // Two reads, and the look that came after the label was settled (R12).
      const finals = await listFinalLabels(t.db, batchId, { limit: 5 });
      expect(finals.map((final) => final.costMinor)).toEqual([3n * 138n, 3n * 138n, 3n * 138n]);
      const { taskId } = finals[0]!;
      expect((await getProvenance(t.db, { batchId, taskId }))?.final?.costMinor).toBe(3n * 138n);
    });

    test('the panel sees what the audit says, decides anew, and what was not spent comes back', async () => {
      const [judge] = (await makeReaders(scene, batchId, 1, 'adjudicate')) as [OrgContext];
      const lease = (await claim(judge, batchId, 'adjudicate'))!;
      const seen = decisionCaseView.parse(await viewDecisionCase(judge, { batchId, leaseId: lease.leaseId }));
      expect(seen).toMatchObject({
        reason: 'audit:mislabel',
        dissents: [{ purpose: 'audit', answers: { grade: '4' }, comment: 'Cribriform.' }],
      });
      const decided = { batchId, leaseId: lease.leaseId, labelId: randomUUID(), activeMs: 500 };
      await submitAdjudication(judge, {
        ...decided,
        answers: { grade: '4' },
        rationale: 'The audit is right.',
      });
      const finals = await listFinalLabels(t.db, batchId, { limit: 10 });
      expect(finals.map((one) => [one.version, one.fields.grade?.value]).sort()).toEqual([
        [1, '2'],
        [1, '2'],
        [2, '4'],
      ]);
      expect(await checks(batchId)).toMatchObject({ audit: { errors: 1, upheld: 1 } });
      await settle(batchId);
      expect((await getBatch(t.db, batchId)).status).toBe('settled');
      // Six reads and three audits; the panel is the sponsor's own staff (R2).
      expect(before - (await funds())).toBe(9n * 138n);
      const { vendors } = await viewAudits(scene.sponsor, { projectId: scene.project.id });
      expect(vendors).toMatchObject([{ batches: 1, errors: 1, rate: { n: 3 } }]);
    });
  });

  describe('independence, whatever roles a person has', () => {
    let batchId: string;
    let reader: OrgContext;
    let reviewer: OrgContext;
    beforeAll(async () => {
      // Nobody's batch, so that organisations do not keep tiers apart: the case itself has to.
      batchId = await makeBatch(scene, {
        caseIds: cases(1),
        overlap: 1,
        vendorOrgId: null,
        reviewShareBasisPoints: 10_000,
        audit: PLAN,
      });
      [reader] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
      await readAll(reader, batchId, '1');
      await settle(batchId);
    });

    /** Puts a lease into somebody else's hands, as no claim would. */
    const passTo = async (who: OrgContext, leaseId: string) => {
      const [slot] = await t.sql`update slots set annotator_id = ${who.actor.personId}
        where batch_id = ${batchId} and lease_id = ${leaseId} returning task_id, tier`;
      await t.sql`update readers set held = array_remove(held, ${slot!.task_id}) where batch_id = ${batchId}`;
      await t.sql`update readers set held = held || ${slot!.task_id}::uuid
        where batch_id = ${batchId} and annotator_id = ${who.actor.personId} and tier = ${slot!.tier}`;
    };

    test('nobody reviews what they read', async () => {
      await alsoAs(reader, batchId, 'review');
      expect(await claim(reader, batchId, 'review')).toBeUndefined();
      [reviewer] = (await makeReaders(scene, batchId, 1, 'review')) as [OrgContext];
      const lease = (await claim(reviewer, batchId, 'review'))!;
      const seen = await viewDecisionCase(reviewer, { batchId, leaseId: lease.leaseId });
      expect(seen).toMatchObject({ reason: 'share', final: null });
      // A slot that got to its own reader all the same is refused at submit.
      await passTo(reader, lease.leaseId);
      const decisions = seen.reads.map((read) => ({ labelId: read.labelId, outcome: 'accept' as const }));
      const own = { batchId, leaseId: lease.leaseId, labelId: randomUUID(), activeMs: 1, decisions };
      await expect(submitReview(reader, own)).rejects.toMatchObject({ reason: 'own_work' });
      await passTo(reviewer, lease.leaseId);
      await submitReview(reviewer, own);
      await settle(batchId);
      await settle(batchId);
    });

    test('nobody audits what they read or reviewed', async () => {
      for (const who of [reader, reviewer]) {
        await alsoAs(who, batchId, 'audit');
        expect(await claim(who, batchId, 'audit')).toBeUndefined();
      }
      const [auditor] = (await makeReaders(scene, batchId, 1, 'audit')) as [OrgContext];
      const lease = (await claim(auditor, batchId, 'audit'))!;
      for (const who of [reader, reviewer]) {
        await passTo(who, lease.leaseId);
        const own = {
          batchId,
          leaseId: lease.leaseId,
          labelId: randomUUID(),
          activeMs: 1,
          outcome: 'agree',
        } as const;
        await expect(submitAudit(who, own)).rejects.toMatchObject({ reason: 'own_work' });
      }
      await passTo(auditor, lease.leaseId);
      const given = { batchId, leaseId: lease.leaseId, labelId: randomUUID(), activeMs: 1 };
      await submitAudit(auditor, {
        ...given,
        outcome: 'disagree',
        errorKind: 'omission',
        answers: { grade: '3' },
      });
      // Nor decides on their own audit.
      for (const who of [reader, reviewer, auditor]) {
        await alsoAs(who, batchId, 'adjudicate');
        expect(await claim(who, batchId, 'adjudicate')).toBeUndefined();
      }
    });

    test('a panel member does not judge their own decision again', async () => {
      const [judge, other] = (await makeReaders(scene, batchId, 2, 'adjudicate')) as [OrgContext, OrgContext];
      const lease = (await claim(judge, batchId, 'adjudicate'))!;
      const decided = {
        batchId,
        leaseId: lease.leaseId,
        labelId: randomUUID(),
        activeMs: 1,
        answers: { grade: '3' },
        rationale: 'Yes.',
      };
      await submitAdjudication(judge, decided);
      // The case comes to the panel a second time.
      await t.sql`update tasks set status = 'in_adjudication' where batch_id = ${batchId}`;
      await t.sql`insert into slots (batch_id, task_id, slot_no, tier, round, lane, sort_key, status)
        select batch_id, id, 3900, 'adjudicate', 1, 0, 9000000000000000, 'open' from tasks where batch_id = ${batchId}`;
      expect(await claim(judge, batchId, 'adjudicate')).toBeUndefined();
      const again = (await claim(other, batchId, 'adjudicate'))!;
      await submitAdjudication(other, { ...decided, leaseId: again.leaseId, labelId: randomUUID() });
    });
  });

  test('the vendor’s own people cannot audit its batch', async () => {
    const batchId = await makeBatch(scene, { caseIds: cases(1), overlap: 1 });
    const own = await makeWorker(scene, { role: 'auditor', org: scene.vendorOrg });
    await expect(joinBatch(own, { batchId, tier: 'audit' })).rejects.toMatchObject({
      reason: 'not_eligible',
    });
  });

  test('an audit is ordered while a batch runs, reserves its money, can be made larger, and ends early with what it found', async () => {
    const batchId = await makeBatch(scene, { caseIds: cases(12), overlap: 1 });
    const before = await funds();
    const plan = { maxErrorRate: 0.4, confidence: 0.8, expectedErrorRate: 0 };
    const small = await orderAudit(scene.sponsor, { batchId, plan });
    expect(before - (await funds())).toBe(small.reservedMinor);
    await expect(orderAudit(scene.sponsor, { batchId, plan })).rejects.toMatchObject({
      reason: 'audit_not_larger',
    });
    const large = await orderAudit(scene.sponsor, { batchId, plan: PLAN });
    expect(large.sampleSize).toBeGreaterThan(small.sampleSize);
    expect(before - (await funds())).toBe(2n * BigInt(large.sampleSize) * 138n);
    const [who] = await makeReaders(scene, batchId, 1);
    await readAll(who!, batchId, '1');
    await settle(batchId);
    await settle(batchId);
    const [auditor] = (await makeReaders(scene, batchId, 1, 'audit')) as [OrgContext];
    await audit(auditor, batchId, {});
    const held = (await claim(auditor, batchId, 'audit'))!;
    const { dropped } = await endAudit(scene.sponsor, { batchId, reason: 'Enough.' });
    expect(dropped).toBe(large.sampleSize - 2);
    await submitAudit(auditor, {
      batchId,
      leaseId: held.leaseId,
      labelId: randomUUID(),
      activeMs: 1,
      outcome: 'agree',
    });
    expect(await checks(batchId)).toMatchObject({
      audit: { done: 2, dropped: large.sampleSize - 2, verdict: 'inconclusive' },
      ended: { reason: 'Enough.' },
    });
    await settle(batchId);
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    await expect(orderAudit(scene.sponsor, { batchId, plan: PLAN })).rejects.toMatchObject({
      reason: 'audit_not_possible',
    });
  });

  test('misses: normal labels are read again blind, and what was overlooked is counted with its interval', async () => {
    const misses = { field: 'grade', normalValue: '0', shareBasisPoints: 10_000 };
    const batchId = await makeBatch(scene, { caseIds: cases(4), overlap: 1, misses });
    const [who] = await makeReaders(scene, batchId, 1);
    await readAll(who!, batchId, '0');
    await settle(batchId);
    await settle(batchId);
    const [expert] = (await makeReaders(scene, batchId, 1, 'audit')) as [OrgContext];
    for (const [at, grade] of ['0', '3', '0', '0'].entries()) {
      const lease = (await claim(expert, batchId, 'audit'))!;
      const seen = decisionCaseView.parse(
        await viewDecisionCase(expert, { batchId, leaseId: lease.leaseId }),
      );
      expect(seen).toMatchObject({ purpose: 'reread', reason: null, final: null, reads: [] });
      const given = { batchId, leaseId: lease.leaseId, labelId: randomUUID(), activeMs: 1 };
      if (at === 0)
        await expect(submitAudit(expert, { ...given, outcome: 'agree' })).rejects.toMatchObject({
          reason: 'wrong_check',
        });
      await submitAudit(expert, { ...given, outcome: 'read', answers: { grade } });
    }
    const found = (await checks(batchId)).misses!;
    expect(found).toMatchObject({
      done: 4,
      omissions: 1,
      rate: { value: 0.25, n: 4 },
      others: { value: null },
    });
    expect(found.rate.interval![0]).toBeGreaterThan(0);
    const tasks =
      await t.sql`select status from tasks where batch_id = ${batchId} and status = 'in_adjudication'`;
    expect(tasks).toHaveLength(1);
  });
});
