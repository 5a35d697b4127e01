import { randomUUID } from 'node:crypto';
import { eq, type SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Queryable } from '#db/client.ts';
import { protocolVersions } from '#db/schema/protocols.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { PLAN_MODES, rowsTouched } from '#db/testing/plan-rows.ts';
import { writableColumns } from '#db/testing/writable-columns.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { viewProtocol } from '#server/protocols/view-protocol.ts';
import { amendLabel } from '#server/work/amend-label.ts';
import { viewBatch } from '#server/work/batch-views.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { batchDetailView } from '#server/work/view-schemas.ts';
import { viewReads } from './label-views.ts';
import { listReads, type ReadCursor } from './reads.ts';

/** Reads that wait besides those that a page shows. */
const MANY = 5000;

describe('reads that wait for acceptance, page by page (R30)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let batchId: string;
  const labels: string[] = [];
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), {
      leavesBroken: {
        rules: [
          'every slot belongs to a task',
          'a submitted slot has its label, and it is the last revision',
          'a batch that is loaded has as many first reads as it says',
          'what is encumbered is the price and fee of unsettled slots',
        ],
        because: 'makes slots without cases and labels by hand, and counts them nowhere',
      },
    });
    scene = await makeWorkScene(t.db, { cases: 5 });
    batchId = await makeBatch(scene, { overlap: 1 });
    const [who] = await makeReaders(scene, batchId, 1);
    for (let n = 0; n < 5; n += 1) {
      const { leases } = await claimNextTasks(who!, { batchId, tier: 'label', limit: 1 });
      scene.clock.advance(1000);
      const labelId = randomUUID();
      const answers = { grade: '1' };
      await submitLabel(who!, { batchId, leaseId: leases[0]!.leaseId, labelId, answers, activeMs: 1000 });
      labels.push(labelId);
    }
    scene.clock.advance(1000);
    const newLabelId = randomUUID();
    const undo = { batchId, labelId: labels[0]!, newLabelId, answers: { grade: '2' }, activeMs: 100 };
    await amendLabel(who!, undo);
    labels[0] = newLabelId;
  });
  afterAll(() => t.drop());

  test('each once, in the order in which they were submitted; an undo (R22) moves none, nor when it is accepted', async () => {
    const seen: string[] = [];
    const acceptedBy: number[] = [];
    for (let after: ReadCursor | undefined; ; ) {
      const page = await viewReads(scene.sponsor, { batchId, after, limit: 2, isWaiting: true });
      seen.push(...page.map((one) => one.labelId));
      acceptedBy.push(...page.map((one) => one.acceptedBy!.getTime()));
      after = page.at(-1);
      if (page.length < 2) break;
    }
    expect(seen).toEqual(labels);
    expect(acceptedBy.map((at) => at - acceptedBy[0]!)).toEqual([0, 1000, 2000, 3000, 4000]);
    // The list of all reads goes by when each label was written, and says the same of its acceptance.
    const all = await viewReads(scene.sponsor, { batchId, limit: 10, isWaiting: false });
    expect(all.map((one) => one.labelId)).toEqual([...labels.slice(1), labels[0]]);
    const byLabel = new Map(all.map((one) => [one.labelId, one.acceptedBy!.getTime()]));
    expect(labels.map((id) => byLabel.get(id))).toEqual(acceptedBy);
  });

  test('they are shown in the words of the protocol version that they were read by, not of a newer draft', async () => {
    const [own] = await t.db
      .select()
      .from(protocolVersions)
      .where(eq(protocolVersions.id, scene.protocol.id));
    const schema = own!.labelSchema as LabelSchema;
    await t.db.insert(protocolVersions).values({
      ...own!,
      ...{ id: randomUUID(), version: 2, status: 'draft', signedAt: null },
      labelSchema: {
        ...schema,
        fields: schema.fields.map((field) => ({ ...field, label: 'Reworded' })),
      },
    });
    const shown = batchDetailView.parse(await viewBatch(scene.sponsor, { batchId })).labelFields;
    expect(shown).toEqual(scene.protocol.labelSchema.fields);
    const { current } = await viewProtocol(scene.sponsor, { projectId: scene.project.id });
    expect(current?.labelSchema.fields).not.toEqual(shown);
  });

  test.each(PLAN_MODES)(
    'a page touches what it shows, however many wait after or before it (%s)',
    async (mode) => {
      const columns = t.sql.unsafe(await writableColumns(t.sql, 'slots'));
      await t.sql`insert into slots (${columns}) select ${columns} from (select (jsonb_populate_record(s, jsonb_build_object(
        'task_id', gen_random_uuid(), 'label_id', gen_random_uuid(),
        'claimed_at', s.claimed_at + (case when n % 2 = 0 then 1 else -1 end) * interval '1 day' - n * interval '50 milliseconds'))).*
      from slots s cross join generate_series(1, ${MANY}::int) n where s.batch_id = ${batchId} and s.label_id = ${labels[0]!}) copied`;
      const [{ at }] =
        (await t.sql`select min(submitted_at) - interval '1 second' as at from labels where batch_id = ${batchId}`) as unknown as [
          { at: Date },
        ];
      const asked: SQL[] = [];
      const listening = {
        execute: async (said: SQL) => {
          asked.push(said);
          return [];
        },
      } as unknown as Queryable;
      await listReads(listening, batchId, {
        after: { at: new Date(at), labelId: randomUUID() },
        limit: 5,
        isWaiting: true,
      });
      const { sql: query, params: parameters } = new PgDialect().sqlToQuery(asked[0]!);
      expect(await rowsTouched(t.admin, { query, parameters }, mode)).toBeLessThan(100);
    },
  );
});
