import { randomUUID } from 'node:crypto';
import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Queryable } from '#db/client.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { PLAN_MODES, rowsTouched } from '#db/testing/plan-rows.ts';
import { writableColumns } from '#db/testing/writable-columns.ts';
import type { OrgContext } from '#server/command/context.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { appealRejection } from './appeal-rejection.ts';
import { countOwnRejections, listOwnRejections } from './queries.ts';

/** Reviews of a batch, and accepted reads of the person; a tenth as many rejections of others. */
const MANY = 20_000;

/* R31: a person's page of rejections costs by what was rejected of theirs, not by what is reviewed around it. */
describe('rejected reads of one’s own', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let author: OrgContext;
  let batchId: string;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), {
      leavesBroken: {
        rules: [
          'every slot belongs to a task',
          'a submitted slot has its label, and it is the last revision',
          'a batch that is loaded has as many first reads as it says',
          'what is encumbered is the price and fee of unsettled slots',
          'accepted, rejected, returned and waiting repeats equal the slots',
        ],
        because: 'makes slots without cases and labels by hand, and counts them nowhere',
      },
    });
    scene = await makeWorkScene(t.db, { cases: 5 });
    batchId = await makeBatch(scene, { overlap: 2 });
    const people = await makeReaders(scene, batchId, 2);
    author = people[0]!;
    const read = async (who: OrgContext) => {
      const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
      const [labelId, leaseId] = [randomUUID(), leases[0]!.leaseId];
      await submitLabel(who, { batchId, leaseId, labelId, answers: { grade: '1' }, activeMs: 1000 });
      return { batchId, labelId };
    };
    const reject = async (who: OrgContext) => {
      const at = await read(who);
      await rejectLabel(scene.sponsor, { ...at, reason: 'no_effort', evidence: 'In 0.2 s.' });
      return at;
    };
    await appealRejection(author, { ...(await reject(author)), reason: 'I measured it.' });
    await reject(author);
    const { labelId: accepted } = await read(author);
    const { labelId: rejected } = await reject(people[1]!);
    const slots = t.sql.unsafe(await writableColumns(t.sql, 'slots'));
    for (const [labelId, n] of [
      [accepted, MANY],
      [rejected, MANY / 10],
    ] as const)
      await t.sql`insert into slots (${slots}) select ${slots} from (select (jsonb_populate_record(s, jsonb_build_object(
          'task_id', gen_random_uuid(), 'label_id', gen_random_uuid()))).*
        from slots s cross join generate_series(1, ${n}::int) n where s.batch_id = ${batchId} and s.label_id = ${labelId}) copied`;
    await t.sql`insert into reviews (batch_id, id, task_id, label_id, reviewer_id, slot_no, outcome, reason, comment, created_at)
      select batch_id, gen_random_uuid(), task_id, label_id, gen_random_uuid(), 0,
        case when status = 'rejected' then 'reject' else 'accept' end, case when status = 'rejected' then 'no_effort' end, '', now()
      from slots s where batch_id = ${batchId} and label_id is not null
        and not exists (select 1 from labels l where l.batch_id = s.batch_id and l.id = s.label_id)`;
  });
  afterAll(() => t.drop());

  /** What a query says, without an answer. */
  async function saidBy(ask: (q: Queryable) => Promise<unknown>) {
    const asked: SQL[] = [];
    const listening = {
      execute: async (said: SQL) => {
        asked.push(said);
        return [];
      },
    } as unknown as Queryable;
    await ask(listening);
    const { sql: query, params: parameters } = new PgDialect().sqlToQuery(asked[0]!);
    return { query, parameters };
  }

  test.each(PLAN_MODES)(
    'the list and the count touch their own, however many reads and reviews the batch has (%s)',
    async (mode) => {
      const of = { personId: author.actor.personId, since: new Date(0) };
      expect(await countOwnRejections(t.db, of)).toEqual({ total: 2, open: 1 });
      expect(await listOwnRejections(t.db, { ...of, limit: 50, after: null })).toHaveLength(2);
      const list = await saidBy((q) => listOwnRejections(q, { ...of, limit: 50, after: null }));
      const count = await saidBy((q) => countOwnRejections(q, of));
      for (const said of [list, count]) expect(await rowsTouched(t.admin, said, mode)).toBeLessThan(100);
    },
  );
});
