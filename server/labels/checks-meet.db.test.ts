import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { type ReadSteps, readSteps } from '#db/seed/factories/read-steps.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { checkLedger } from '#server/ledger/reads.ts';
import { checkWorkInvariants } from '#server/work/check-invariants.ts';
import { DISSENT_ADDED } from '#server/work/draft-work.ts';
import { getBatch } from '#server/work/reads.ts';
import { viewDecisionCase } from './label-views.ts';
import { listFinalLabels } from './reads.ts';
import type { AuditInput } from './schemas.ts';
import { submitAdjudication } from './submit-adjudication.ts';
import { submitAudit } from './submit-audit.ts';
import { decisionCaseView } from './view-schemas.ts';

const AUDIT = { maxErrorRate: 0.2, confidence: 0.95, expectedErrorRate: 0 };
const MISSES = { field: 'grade', normalValue: '0', shareBasisPoints: 10_000 };
/** What a check of a case says, beside the case; the label in force is grade 0. */
const SAYS = {
  read: (grade: string) => ({ outcome: 'read' as const, answers: { grade } }),
  agree: { outcome: 'agree' as const },
  disagree: (grade: string) => ({
    outcome: 'disagree' as const,
    errorKind: 'mislabel' as const,
    answers: { grade },
    comment: 'Cribriform.',
  }),
};
type Said = Pick<AuditInput, 'outcome' | 'errorKind' | 'answers' | 'comment'>;

describe('an audit and a blind re-read of one case (R25)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let at: ReadSteps;
  let next = 0;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 12 });
    scene = await makeWorkScene(t.db, { cases: 12, fields: [gradeField()] });
    at = readSteps(scene);
  });
  afterAll(async () => {
    expect(await checkLedger(t.db)).toEqual({ ok: true, problems: [] });
    await t.drop();
  });

  /** One case with a final label that both have taken, and who has which check. */
  async function taken() {
    const caseIds = [scene.dataset.cases[next++]!.id];
    const batchId = await makeBatch(scene, { overlap: 1, caseIds, misses: MISSES, audit: AUDIT });
    const [reader] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    await at.read(reader, batchId, '0');
    for (let i = 0; i < 3; i += 1) await at.settle(batchId);
    const people = await makeReaders(scene, batchId, 2, 'audit');
    const held = new Map<'audit' | 'reread', { who: OrgContext; leaseId: string }>();
    for (const who of people) {
      const { leaseId } = (await at.claim(who, batchId, 'audit'))!;
      const { purpose } = await viewDecisionCase(who, { batchId, leaseId });
      held.set(purpose!, { who, leaseId });
    }
    scene.clock.advance(60_000);
    const submit = (purpose: 'audit' | 'reread', said: Said) => {
      const { who, leaseId } = held.get(purpose)!;
      return submitAudit(who, { batchId, leaseId, labelId: randomUUID(), activeMs: 900, ...said });
    };
    const paid = async (purpose: 'audit' | 'reread') => {
      const { submitted, accruedMinor } = await at.readerOf(held.get(purpose)!.who, batchId, 'audit');
      return { submitted, accruedMinor };
    };
    return { batchId, submit, paid };
  }
  const results = (
    batchId: string,
  ) => t.sql`select purpose, outcome, error_kind as kind, final_version as version
    from audit_results where batch_id = ${batchId} order by purpose`;
  const panelTurns = async (batchId: string) =>
    (await t.sql`select reason from slots where batch_id = ${batchId} and tier = 'adjudicate'`).map(
      (row) => row.reason as string,
    );
  const samples = async (batchId: string) =>
    (await t.sql`select distinct status from audit_samples where batch_id = ${batchId}`).map((r) => r.status);
  async function decide(batchId: string, grade: string) {
    const [judge] = (await makeReaders(scene, batchId, 1, 'adjudicate')) as [OrgContext];
    const { leaseId } = (await at.claim(judge, batchId, 'adjudicate'))!;
    const seen = decisionCaseView.parse(await viewDecisionCase(judge, { batchId, leaseId }));
    const given = { batchId, leaseId, labelId: randomUUID(), activeMs: 500 };
    await submitAdjudication(judge, { ...given, answers: { grade }, rationale: 'Both are looked at.' });
    return seen;
  }

  test('a re-read that the audit was faster than is taken, paid, and held against the label in dispute', async () => {
    const { batchId, submit, paid } = await taken();
    await submit('audit', SAYS.disagree('2'));
    expect(await at.tasksOf(batchId)).toMatchObject([{ status: 'in_adjudication' }]);
    await submit('reread', SAYS.read('3'));
    expect(await paid('reread')).toEqual({ submitted: 1, accruedMinor: 120n });
    expect(await results(batchId)).toMatchObject([
      { purpose: 'audit', outcome: 'disagree', kind: 'mislabel', version: 1 },
      { purpose: 'reread', outcome: 'disagree', kind: 'omission', version: 1 },
    ]);
    expect(await samples(batchId)).toEqual(['done']);
    expect(
      await t.sql`select is_normal as normal from audit_samples
      where batch_id = ${batchId} and purpose = 'reread'`,
    ).toMatchObject([{ normal: true }]);

    // One turn of the panel for both, which has both before it, and one decision.
    expect(await panelTurns(batchId)).toEqual(['audit:mislabel']);
    expect(await decide(batchId, '2')).toMatchObject({
      reason: 'audit:mislabel reread:omission',
      dissents: [
        { purpose: 'audit', answers: { grade: '2' }, comment: 'Cribriform.' },
        { purpose: 'reread', answers: { grade: '3' }, comment: '' },
      ],
    });
    const finals = await listFinalLabels(t.db, batchId, { limit: 10 });
    expect(finals.map((one) => [one.version, one.fields.grade?.value])).toEqual([[2, '2']]);
    for (let i = 0; i < 3; i += 1) await at.settle(batchId);
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    expect(await checkWorkInvariants(t.db)).toEqual([]);
  });

  test('an audit that the re-read was faster than is taken too, whatever it says', async () => {
    const one = await taken();
    await one.submit('reread', SAYS.read('3'));
    await one.submit('audit', SAYS.agree);
    expect(await one.paid('audit')).toEqual({ submitted: 1, accruedMinor: 120n });
    expect(await results(one.batchId)).toMatchObject([
      { purpose: 'audit', outcome: 'agree', version: 1 },
      { purpose: 'reread', outcome: 'disagree', version: 1 },
    ]);
    expect(await panelTurns(one.batchId)).toEqual(['reread:omission']);
    expect((await decide(one.batchId, '0')).dissents).toMatchObject([{ purpose: 'reread' }]);

    const other = await taken();
    await other.submit('reread', SAYS.read('3'));
    await other.submit('audit', SAYS.disagree('3'));
    expect(await panelTurns(other.batchId)).toEqual(['reread:omission']);
    expect((await decide(other.batchId, '3')).dissents).toHaveLength(2);
    expect(await checkWorkInvariants(t.db)).toEqual([]);
  });

  test('both at the same moment: both are taken, and the panel has one turn', async () => {
    const { batchId, submit } = await taken();
    await Promise.all([submit('audit', SAYS.disagree('2')), submit('reread', SAYS.read('2'))]);
    expect(await results(batchId)).toHaveLength(2);
    expect(await panelTurns(batchId)).toHaveLength(1);
  });

  test.each([
    { first: 'audit', says: SAYS.disagree('2'), second: 'reread', later: SAYS.read('3') },
    { first: 'reread', says: SAYS.read('3'), second: 'audit', later: SAYS.disagree('2') },
  ] as const)(
    'a decision without the $second that came while the panel had the case open is refused, and made again with both',
    async ({ first, says, second, later }) => {
      const { batchId, submit } = await taken();
      await submit(first, says);
      const [judge] = (await makeReaders(scene, batchId, 1, 'adjudicate')) as [OrgContext];
      const { leaseId } = (await at.claim(judge, batchId, 'adjudicate'))!;
      const open = async () => decisionCaseView.parse(await viewDecisionCase(judge, { batchId, leaseId }));
      const decideOn = ({ receipt }: { receipt: string }) =>
        submitAdjudication(judge, {
          ...{ batchId, leaseId, receipt, labelId: randomUUID(), activeMs: 500 },
          ...{ answers: { grade: '2' }, rationale: 'By the scale bar.' },
        });
      const before = await open();
      expect(before.dissents).toHaveLength(1);
      await submit(second, later);
      await expect(decideOn(before)).rejects.toMatchObject({
        reason: 'labels_changed',
        details: [{ code: DISSENT_ADDED }],
      });
      expect(await at.tasksOf(batchId)).toMatchObject([{ status: 'in_adjudication' }]);
      const after = await open();
      expect(after.dissents).toHaveLength(2);
      await decideOn(after);
      expect(await at.tasksOf(batchId)).toMatchObject([{ status: 'final' }]);
      expect(await checkWorkInvariants(t.db)).toEqual([]);
    },
  );

  test('a check that agrees changes nothing for who has the case open at the panel', async () => {
    const { batchId, submit } = await taken();
    await submit('reread', SAYS.read('3'));
    const [judge] = (await makeReaders(scene, batchId, 1, 'adjudicate')) as [OrgContext];
    const { leaseId } = (await at.claim(judge, batchId, 'adjudicate'))!;
    const { receipt } = await viewDecisionCase(judge, { batchId, leaseId });
    await submit('audit', SAYS.agree);
    const given = { batchId, leaseId, receipt, labelId: randomUUID(), activeMs: 500 };
    await submitAdjudication(judge, { ...given, answers: { grade: '3' }, rationale: 'As read.' });
    expect(await at.tasksOf(batchId)).toMatchObject([{ status: 'final' }]);
  });

  test('what comes after the panel is held against what it decided; the earlier dissent is not before a second panel', async () => {
    const { batchId, submit, paid } = await taken();
    await submit('audit', SAYS.disagree('2'));
    await decide(batchId, '2');
    await submit('reread', SAYS.read('4'));
    expect(await paid('reread')).toMatchObject({ submitted: 1 });
    expect(await results(batchId)).toMatchObject([
      { purpose: 'audit', version: 1 },
      { purpose: 'reread', version: 2, kind: 'mislabel' },
    ]);
    expect(await decide(batchId, '2')).toMatchObject({
      reason: 'reread:mislabel',
      dissents: [{ purpose: 'reread', answers: { grade: '4' } }],
    });
  });

  test('a case whose reads are being made anew is still refused: there is no label to hold it against', async () => {
    const { batchId, submit, paid } = await taken();
    await t.sql`update tasks set status = 'labelled' where batch_id = ${batchId}`;
    await expect(submit('reread', SAYS.read('3'))).rejects.toMatchObject({ reason: 'labels_changed' });
    expect(await paid('reread')).toMatchObject({ submitted: 0 });
    await t.sql`update tasks set status = 'final' where batch_id = ${batchId}`;
  });
});
