import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openLocalDoor } from '#db/seed/local-door.ts';
import type { DemoLogin } from '#db/seed/scenarios.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { systemClock } from '#server/core/clock.ts';
import { checkLedger } from '#server/ledger/reads.ts';
import { seedMarketplace } from './marketplace.ts';

describe('the marketplace', () => {
  let t: TestDatabase;
  let logins: DemoLogin[];
  beforeAll(async () => {
    process.env.READROOM_GOLD_SECRET = 'a secret for this test alone';
    t = await createTestDatabase(inject('adminUrl'), { max: 8 });
    logins = await seedMarketplace({
      db: t.db,
      clock: systemClock,
      say: () => {},
    });
  }, 300_000);
  afterAll(() => t.drop());

  const countBy = async (table: string, column: string): Promise<Record<string, number>> =>
    Object.fromEntries(
      (
        await t.sql.unsafe<{ key: string; n: number }[]>(
          `select ${column} as key, count(*)::int as n from ${table} group by 1 order by 1`,
        )
      ).map(({ key, n }) => [key, n]),
    );

  test('has 3 sponsors, 25 vendors and 2,000 people who read', async () => {
    expect(await countBy('organisations', 'kind')).toMatchObject({
      sponsor: 3,
      // With a sponsor's own unit, which is a private vendor (ADR 029).
      vendor: 26,
      independent: 180,
    });
    const [readers] = await t.sql<{ n: number }[]>`
      select count(distinct person_id)::int as n from memberships
      where role in ('vendor_annotator', 'independent_annotator')`;
    // And three of a sponsor's own.
    expect(readers?.n).toBe(2003);
  });

  test('has calls, bids and pilots in every state', async () => {
    expect(Object.keys(await countBy('calls', 'status'))).toEqual(['closed', 'decided', 'draft', 'open']);
    expect(Object.keys(await countBy('calls', 'visibility'))).toEqual(['invited', 'private', 'public']);
    expect(Object.keys(await countBy('bids', 'status'))).toEqual([
      'awarded',
      'declined',
      'draft',
      'expired',
      'piloting',
      'shortlisted',
      'submitted',
      'withdrawn',
    ]);
    expect(Object.keys(await countBy('pilots', 'status'))).toEqual(
      ['decided', 'ordered', 'scored', 'reading'].sort(),
    );
    expect(Object.keys(await countBy('pilots', `coalesce(decision, 'open')`))).toEqual([
      'award',
      'decline',
      'extend',
      'open',
      'retry',
    ]);
    expect(Object.keys(await countBy('scorecards', 'verdict'))).toEqual(['fail', 'inconclusive', 'pass']);
    const [{ abandoned, duties } = { abandoned: 0, duties: 0 }] = await t.sql<
      { abandoned: number; duties: number }[]
    >`
      select (select count(*)::int from pilots where abandoned_at is not null) as abandoned,
        (select count(*)::int from pilot_returns) as duties`;
    expect({ abandoned, duties }).toEqual({ abandoned: 1, duties: 1 });
  });

  test('has an award at work: credits, pairs, a recall, hand-offs, a roster over a crowd', async () => {
    expect(await countBy('sla_results', 'status')).toMatchObject({ disputed: 1, proposed: 3 });
    expect(await countBy('label_recalls', 'status')).toEqual({ open: 1 });
    const handOffs = await t.sql<{ waiting: boolean }[]>`
      select first_read_at is null as waiting from hand_offs order by decided_at`;
    expect(new Set(handOffs.map((one) => one.waiting))).toEqual(new Set([true, false]));
    const [plan] = await t.sql<{ status: string; people: number }[]>`
      select status, (select count(*)::int from roster_assignments a where a.plan_id = p.id) as people
      from roster_plans p`;
    expect(plan?.status).toBe('planned');
    expect(plan?.people).toBeGreaterThan(5);
    const [paired] = await t.sql<{ experts: number; technicians: number }[]>`
      select count(*) filter (where tier = 'review')::int as experts,
        count(*) filter (where tier = 'label')::int as technicians
      from readers r join batches b on b.id = r.batch_id where b.name like 'Night shift%'`;
    expect(paired).toEqual({ experts: 2, technicians: 3 });
    expect(await countBy('contract_versions', 'status')).toEqual({ agreed: 3, proposed: 1 });
    expect(await countBy('strategy_decisions', 'mode')).toEqual({ human: 1 });
  });

  test('has work that two vendors share, each measured by its own contract; a weighted sample; a part read again', async () => {
    const shared = await t.sql<{ results: number; vendors: number }[]>`
      select count(*)::int as results, count(distinct c.vendor_org_id)::int as vendors
      from sla_results r join contracts c on c.id = r.contract_id join batches b on b.id = r.batch_id
      where b.name = 'First intake, shared' and b.vendor_org_id is null`;
    expect(shared[0]).toEqual({ results: 2, vendors: 2 });
    const [again] = await t.sql<{ kind: string; parent: string; isWeighted: boolean }[]>`
      select b.kind, p.name as parent, p.selection -> 'sampling' ->> 'kind' = 'stratified' as "isWeighted"
      from batches b join batches p on p.id = b.parent_batch_id where b.name = 'Relabel 1' and b.status = 'settled'`;
    expect(again).toEqual({ kind: 'relabel', parent: 'Weighted sample by age', isWeighted: true });
  });

  test('has exams passed, failed and half-way, and a delegate whose sample was looked at', async () => {
    expect(await countBy('general_exams', 'subject_kind')).toEqual({ anatomy: 1, modality: 1, tool: 2 });
    const [sat] = await t.sql<{ passed: number; failed: number }[]>`
      select count(*) filter (where verdict = 'pass')::int as passed,
        count(*) filter (where verdict <> 'pass')::int as failed
      from exam_attempts where general_exam_id is not null`;
    expect(sat).toEqual({ passed: 2, failed: 2 });
    expect(await countBy('credentials', `kind = 'general_exam'`)).toMatchObject({ true: 2 });
    expect(await countBy('delegations', 'status')).toEqual({ active: 1 });
    const [sample] = await t.sql<{ drawn: number; waiting: number }[]>`
      select count(*)::int as drawn,
        count(*) filter (where c.desk_reason = 'sample')::int as waiting
      from delegation_samples s join credentials c on c.id = s.credential_id`;
    expect(sample?.drawn).toBe(8);
    expect(sample?.waiting).toBe(3);
  });

  test('has work for people on their own account behind its exam, checks behind what is verified, papers that end', async () => {
    const direct = await t.sql<{ kind: string; status: string; vendorless: boolean }[]>`
      select b.kind, b.status, b.vendor_org_id is null as vendorless from batches b
      join projects p on p.id = b.project_id where p.title = 'Chest radiograph triage' order by b.kind`;
    expect(direct).toEqual([
      { kind: 'exam', status: 'open', vendorless: true },
      { kind: 'production', status: 'open', vendorless: true },
    ]);
    const [unchecked] = await t.sql<{ n: number }[]>`
      select count(*)::int as n from credentials c
      where c.status = 'verified' and c.level = 'primary_source' and c.issuer in ('Board of Pathology', 'Medical register')
        and not exists (select 1 from verifications v where v.credential_id = c.id)`;
    expect(unchecked?.n).toBe(0);
    expect(await countBy('agreements', 'status')).toMatchObject({ expired: 1, termination_noticed: 1 });
    const cards = await t.sql<{ verdict: string }[]>`
      select s.verdict from scorecards s join pilots o on o.id = s.pilot_id join projects p on p.id = o.project_id
      where p.title like 'Fundus%' order by 1`;
    expect(cards.map((one) => one.verdict)).toEqual(['fail', 'inconclusive', 'pass']);
  });

  test('breaks no rule of money', async () => {
    expect(await checkLedger(t.db)).toMatchObject({ ok: true, problems: [] });
  });

  test('its logins let people in', async () => {
    const door = openLocalDoor({ db: t.db, clock: systemClock });
    for (const { email, password } of logins) {
      const me = await (await door.signIn({ email, password })).identity.me.query();
      expect(me.email).toBe(email);
    }
  }, 60_000);
});
