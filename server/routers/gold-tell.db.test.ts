import { randomUUID } from 'node:crypto';
import superjson from 'superjson';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { ensureAgreement } from '#db/seed/factories/agreements.ts';
import { makeOrganisation } from '#db/seed/factories/identity.ts';
import {
  makeBatch,
  makeReaders,
  makeWorker,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { spyOnStatements } from '#db/testing/statement-spy.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { MINUTE } from '#server/core/clock.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { postAccruals } from '#server/ledger/post-accruals.ts';
import { looksDone } from '#server/work/look-ahead.ts';
import { goldOrdinals } from '#server/work/rules.ts';
import { createCaller } from './_app.ts';

const READS = 7;
/** Reads of the one person that are gold; the other person has none. Among them one that is given back, and one that is skipped. */
const GOLD = [2, 3, 5, 6];
const GIVEN_BACK = 3;
const SKIPPED = 5;
/** Calls over all of a person’s batches, of which the second person finds more. */
const OVERVIEWS = ['join', 'listMine', 'mySkill', 'myExams', 'earnings', 'statement'];

/*
 * Two people do the same in two batches that are alike; what is gold to the one is not to the other. All that their clients receive
 * is held against each other, call by call.
 */
describe('R21: all that a reader’s client receives, of gold and of any other case', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let spy: ReturnType<typeof spyOnStatements>;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 6 });
    scene = await makeWorkScene(t.db, {
      cases: 60,
      gold: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [i, { grade: ['2'] }])),
    });
    spy = spyOnStatements(t.url);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await spy.end();
    await t.drop();
  });

  /** Makes exactly the reads `at` of a person’s first ones gold: the draw depends on the secret alone. */
  function dealGoldAt(batchId: string, annotatorId: string, at: readonly number[]): void {
    for (let n = 0; ; n += 1) {
      const secret = `a-secret-of-the-tests-${n}`;
      const isGold = (read: number) =>
        goldOrdinals({ secret, batchId, annotatorId, dealt: read - 1, count: 1, shareBasisPoints: 3000 }) ===
        1;
      if (
        Array.from({ length: READS + 2 }, (_, i) => i + 1).every((read) => isGold(read) === at.includes(read))
      ) {
        vi.stubEnv('READROOM_GOLD_SECRET', secret);
        return;
      }
    }
  }

  /** Everything of an answer but what differs between any two cases: ids keep their form, instants count from the beginning. */
  function form(answer: unknown, began: Date): unknown {
    const { json } = superjson.serialize(answer);
    return JSON.parse(
      JSON.stringify(json)
        .replaceAll(/"[\w-]{12,}(?:\.[\w-]*){2,}[^"]*"/g, (token) => `"sealed ${token.split('.').length}"`)
        .replaceAll(
          /[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{12}/g,
          (_, version, variant) => (version === '8' ? `id 8 ${variant}` : `id ${version}`),
        )
        .replaceAll(/"(\d{4}-\d\d-\d\dT[^"]+)"/g, (_, at) => `"+${Date.parse(at) - began.getTime()} ms"`)
        .replaceAll(/\bindependent \d+/g, 'their own')
        .replaceAll(/\b[Cc]ase \d+/g, 'case N'),
    );
  }

  /** What one person’s client receives while they read, and the statements that each call sent. */
  async function readThrough(gold: readonly number[], reads = READS) {
    const batchId = await makeBatch(scene, {
      vendorOrgId: null,
      goldMode: 'dealt',
      goldShareBasisPoints: 3000,
      overlap: 1,
      prefetch: 2,
      name: 'Reads of a test',
    });
    const org = await makeOrganisation(t.db, { kind: 'independent', clock: scene.clock });
    await ensureAgreement(t.db, { kind: 'services', org, clock: scene.clock });
    const made = await makeWorker(scene, { org });
    // Their own payee: what they are paid is theirs to see.
    const capabilities = new Set([...made.actor.capabilities, 'payout.destination' as const]);
    const who: OrgContext = { ...made, db: spy.db, actor: { ...made.actor, capabilities } };
    dealGoldAt(batchId, who.actor.personId, gold);
    const { work, payouts } = createCaller({ command: who });
    const began = scene.clock.now();
    const received: { call: string; answer: unknown; statements: string[] }[] = [];
    const order: string[] = [];
    const keep = async <T>(call: string, answer: Promise<T>): Promise<T> => {
      const from = spy.said.length;
      const given = await answer;
      // A look that the call set off belongs to it, whenever it is done.
      await looksDone();
      received.push({ call, answer: form(given, began), statements: spy.said.slice(from) });
      return given;
    };
    const system = () =>
      systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
    await keep('join', work.join({ batchId }));
    let { leases } = await keep('claim', work.claim({ batchId, limit: 1 }));
    for (let read = 1; read <= reads; read += 1) {
      if (read === GIVEN_BACK) {
        await keep('release', work.release({ batchId, leaseIds: [leases[0]!.leaseId] }));
        scene.clock.advance(1000);
        ({ leases } = await keep('claim', work.claim({ batchId, limit: 1 })));
      }
      const { leaseId } = leases[0]!;
      order.push(leaseId);
      const at = { batchId, leaseId };
      const opened = await keep('case', work.case(at));
      await keep('extendLease', work.extendLease({ batchId, leaseIds: [leaseId] }));
      await keep('saveDraft', work.saveDraft({ ...at, answers: { grade: '1' }, activeMs: 1000 }));
      await keep('case again', work.case(at));
      await keep('leases', work.leases({ batchId }));
      scene.clock.advance(30_000);
      if (read === SKIPPED) {
        await keep('skip', work.skip({ ...at, reason: 'unreadable' }));
        ({ leases } = await keep('claim', work.claim({ batchId, limit: 1 })));
      } else {
        const label = { ...at, labelId: randomUUID(), answers: { grade: '1' }, activeMs: 30_000 };
        const sent = { ...label, receipt: opened.receipt };
        const { next } = await keep('submitAndNext', work.submitAndNext({ ...sent, limit: 1 }));
        await keep('submit again', work.submit(sent));
        await settleTasks(system(), { batchId });
        await postAccruals(system(), { batchId });
        const undo = { batchId, labelId: label.labelId, newLabelId: randomUUID(), answers: { grade: '2' } };
        await keep('amend', work.amend({ ...undo, activeMs: 1000 }));
        ({ leases } = next);
      }
      await settleTasks(system(), { batchId });
      await postAccruals(system(), { batchId });
      await keep('progress', work.progress({ batchId }));
      await keep('reading', work.reading({ batchId }));
      await keep(
        'listMine',
        work.listMine().then(({ lines }) => lines.filter((line) => line.batchId === batchId)),
      );
      await keep('mySkill', work.mySkill());
      await keep('myExams', work.myExams());
      await keep('earnings', payouts.earnings());
      await keep('statement', payouts.statement({}));
    }
    const dealt = await t.sql`select l.lease_id, g.task_id is not null as "isGold" from labels l
      left join gold_answers g on g.batch_id = l.batch_id and g.task_id = l.task_id
      where l.batch_id = ${batchId} and l.annotator_id = ${who.actor.personId} and l.is_amendment is not true`;
    const isGold = new Map(dealt.map((row) => [row.lease_id as string, row.isGold as boolean]));
    return { received, order, gold: order.flatMap((id, i) => (isGold.get(id) ? [i + 1] : [])) };
  }

  test('is the same, call by call: fields, forms of ids, amounts, counts, instants and the statements it takes', async () => {
    // A process remembers protocols: what the first reader of all sends for them is asked once.
    await readThrough([], 1);
    const plain = await readThrough([]);
    const mixed = await readThrough(GOLD);
    expect(plain.gold).toEqual([]);
    expect(mixed.gold).toEqual(GOLD.filter((read) => read !== SKIPPED));
    expect(mixed.received.map((one) => one.call)).toEqual(plain.received.map((one) => one.call));
    for (const [i, { call, answer, statements }] of mixed.received.entries()) {
      const where = `${call}, call ${i + 1}`;
      expect(answer, where).toEqual(plain.received[i]!.answer);
      if (!OVERVIEWS.includes(call))
        expect(statements.length, where).toBe(plain.received[i]!.statements.length);
    }
  }, 90_000);

  test('several cases at once, for who must be looked at anew and for who need not, take as many statements with gold among them', async () => {
    const claimed = async (gold: readonly number[]) => {
      const batchId = await makeBatch(scene, { goldMode: 'dealt', goldShareBasisPoints: 3000, prefetch: 3 });
      const [made] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
      const who = { ...made, db: spy.db };
      dealGoldAt(batchId, who.actor.personId, gold);
      const counts: number[] = [];
      for (let turn = 0; turn < 2; turn += 1) {
        const from = spy.said.length;
        const { leases } = await createCaller({ command: who }).work.claim({ batchId, limit: 3 });
        expect(leases.length).toBe(3);
        counts.push(spy.said.length - from);
        scene.clock.advance(2 * MINUTE);
      }
      const [dealt] =
        await t.sql`select count(*)::int as n from slots s join gold_answers g on g.batch_id = s.batch_id
        and g.task_id = s.task_id where s.batch_id = ${batchId} and s.annotator_id = ${who.actor.personId}`;
      return { counts, dealt: dealt?.n };
    };
    await claimed([]);
    const plain = await claimed([]);
    const mixed = await claimed([2, 5]);
    expect([plain.dealt, mixed.dealt]).toEqual([0, 2]);
    expect(mixed.counts).toEqual(plain.counts);
  });

  /** What it takes to pass a case on for its images that so many others passed on before. */
  async function passOn(
    gold: readonly number[],
    others: number,
    mode: { batch?: Parameters<typeof makeBatch>[1]; claims?: number; isGold?: boolean } = {},
  ): Promise<{ isGold: boolean; statements: number }> {
    const dealt = { goldMode: 'dealt', goldShareBasisPoints: 3000 } as const;
    const batchId = await makeBatch(scene, { ...dealt, overlap: 2, name: 'Skips of a test', ...mode.batch });
    const made = await makeWorker(scene);
    dealGoldAt(batchId, made.actor.personId, gold);
    const { work } = createCaller({ command: { ...made, db: spy.db } });
    await work.join({ batchId });
    const { leases } = await work.claim({ batchId, limit: mode.claims ?? 1 });
    const slots =
      await t.sql`select s.lease_id as "leaseId", s.task_id as "taskId", exists (select 1 from gold_answers g
        where g.batch_id = s.batch_id and g.task_id = s.task_id) as "isGold" from slots s
      where s.batch_id = ${batchId} and s.lease_id = any(${leases.map((one) => one.leaseId)})`;
    const slot = slots.find((one) => slots.length === 1 || one.isGold === mode.isGold);
    const leaseId: string = slot!.leaseId;
    await t.sql`insert into slot_releases (batch_id, annotator_id, task_id, at, lease_id, slot_no, tier, cause, excludes, reason,
        paid_minor)
      select ${batchId}::uuid, gen_random_uuid(), ${slot!.taskId}::uuid, '2026-01-01T00:00:00Z'::timestamptz, gen_random_uuid(), 0, 'label', 'skipped', true,
        'unreadable', 0 from generate_series(1, ${others}::int)`;
    await t.sql`update tasks set skips = ${others} where batch_id = ${batchId} and id = ${slot!.taskId}`;
    const from = spy.said.length;
    await work.skip({ batchId, leaseId, reason: 'unreadable' });
    const statements = spy.said.length - from;
    const alerts = await t.sql`select kind from case_alerts where batch_id = ${batchId}`;
    const kind = slot!.isGold ? 'gold_skipped' : 'unusable';
    expect(alerts).toEqual(others < 2 ? [] : [{ kind }]);
    return { isGold: slot!.isGold, statements };
  }

  test('passing a case on for its images takes as many statements, also when it was passed on often enough (R24)', async () => {
    for (const others of [0, 2]) {
      const [plain, gold] = [await passOn([], others), await passOn([1], others)];
      expect([plain.isGold, gold.isGold]).toEqual([false, true]);
      expect(gold.statements, `after ${others} others`).toBe(plain.statements);
    }
    // Known answers among the batch's own cases, as in an exam, take as many too.
    const [first, last] = [scene.dataset.cases[0]!.id, scene.dataset.cases[59]!.id];
    const own = (isGold: boolean) =>
      passOn([], 2, {
        batch: { goldMode: 'embedded', goldShareBasisPoints: 0, caseIds: [first, last] },
        claims: 2,
        isGold,
      });
    const [plain, known] = [await own(false), await own(true)];
    expect([plain.isGold, known.isGold]).toEqual([false, true]);
    expect(known.statements).toBe(plain.statements);
  }, 60_000);
});
