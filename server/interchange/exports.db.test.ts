import { randomUUID } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeCredential } from '#db/seed/factories/credentials.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import { mlLeadOf } from '#db/seed/factories/models.ts';
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
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { submitAdjudication } from '#server/labels/submit-adjudication.ts';
import { submitReview } from '#server/labels/submit-review.ts';
import { policyPreset } from '#server/projects/presets.ts';
import type { LabelField } from '#server/protocols/schemas.ts';
import { noAdjudication } from '#server/work/batch-rules.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { viewCase } from '#server/work/reading-views.ts';
import type { Tier } from '#server/work/rules.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { type ExportInput, openExport } from './open-export.ts';

const field = (key: string, rest: Pick<LabelField, 'type'> & Partial<LabelField>): LabelField => ({
  key,
  label: key,
  definition: 'A field of a test.',
  required: false,
  ...rest,
});
const FIELDS = [
  gradeField(),
  // Called like a column of ours, on purpose.
  field('country', { type: 'text' }),
  field('note', { type: 'text' }),
  field('sites', {
    type: 'multi_label',
    options: ['apex', 'base, left', 'mid "zone"'].map((value) => ({ value, label: value })),
  }),
  field('length', { type: 'number', unit: 'mm' }),
  field('sure', { type: 'boolean' }),
];
const CASES = ['case, one', 'case "two"', 'Fall 3 – größer', '=1+1', '病例 5'];
const NOTES = [
  'commas, and "quotes"',
  'two\nlines\r\nand three',
  'a lone\rcarriage return',
  'naïve 病理 🔬 \u2028 end',
  '=HYPERLINK("x")',
];
const answersOf = (name: string, reader: number) => ({
  grade: String((CASES.indexOf(name) + reader) % 5),
  country: 'Österreich',
  note: NOTES[CASES.indexOf(name)] ?? '',
  sites: ['apex', 'base, left'],
  length: -0.5,
  sure: reader === 0,
});
/** Credentials as a snapshot states them. */
const QUALIFIED = expect.objectContaining({
  credentials: [expect.objectContaining({ kind: 'board_certification', level: 'primary_source' })],
});
const PRELABEL = { id: 'p-1', model: 'finder', version: '2.1' };

describe('exports of a batch', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let batchId: string;
  let readers: OrgContext[];
  /** Labels in force, by case and reader. */
  const labels = new Map<string, string[]>();
  let returnedLabel: string;

  const caseOf = async (leaseId: string): Promise<string> => {
    const [row] = await t.admin`select c.external_id from slots s
      join tasks k on k.batch_id = s.batch_id and k.id = s.task_id join cases c on c.id = k.case_id
      where s.batch_id = ${batchId} and s.lease_id = ${leaseId}`;
    return String(row?.external_id);
  };
  const claim = async (who: OrgContext, tier: Tier = 'label') => {
    const lease = (await claimNextTasks(who, { batchId, tier, limit: 1 })).leases[0];
    return lease && { ...lease, name: await caseOf(lease.leaseId) };
  };
  const settle = () =>
    settleTasks(systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() }), {
      batchId,
    });
  const read = async (reader: number) => {
    const who = readers[reader]!;
    const lease = (await claim(who))!;
    const labelId = randomUUID();
    await submitLabel(who, {
      batchId,
      leaseId: lease.leaseId,
      labelId,
      answers: answersOf(lease.name, reader),
      labelOrigin: 'prelabel_changed',
      receipt: (await viewCase(who, { batchId, leaseId: lease.leaseId })).receipt,
      shown: { prelabel: PRELABEL },
      appBuild: 'build-7',
      viewport: '1440x900',
      activeMs: 5200,
    });
    labels.set(lease.name, Object.assign(labels.get(lease.name) ?? [], { [reader]: labelId }));
  };

  /** Accepts what is there to review; the first case goes back to its author once, the second is corrected. */
  const reviewAll = async (reviewer: OrgContext) => {
    for (let lease = await claim(reviewer, 'review'); lease; lease = await claim(reviewer, 'review')) {
      const [first = '', second = ''] = labels.get(lease.name) ?? [];
      const isReturned = lease.name === CASES[0] && returnedLabel === undefined;
      if (isReturned) returnedLabel = first;
      const isFixed = lease.name === CASES[1];
      const outcome = isFixed ? ('fix_accept' as const) : ('accept' as const);
      await submitReview(reviewer, {
        batchId,
        leaseId: lease.leaseId,
        labelId: randomUUID(),
        decisions: [
          isReturned
            ? { labelId: first, outcome: 'return', comment: 'Look again, at the "left", please.' }
            : { labelId: first, outcome },
          { labelId: second, outcome },
        ],
        fixedAnswers: isFixed ? { ...answersOf(lease.name, 0), grade: '4' } : null,
        activeMs: 3000,
      });
    }
  };

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
    scene = await makeWorkScene(t.db, {
      cases: CASES.length,
      fields: FIELDS,
      project: {
        qualityPolicy: {
          ...policyPreset('research'),
          adjudication: { ...noAdjudication, fields: ['grade'], noMajority: true },
        },
      },
    });
    for (const [i, one] of scene.dataset.cases.entries())
      await t.admin`update cases set external_id = ${CASES[i] ?? ''}, context = '{"age": "60-69"}' where id = ${one.id}`;
    batchId = await makeBatch(scene, {
      overlap: 2,
      isAdjudicated: true,
      reviewShareBasisPoints: 10_000,
      assisted: true,
    });
    readers = [];
    for (let i = 0; i < 2; i += 1) {
      const who = await makeWorker(scene);
      await makeCredential(t.db, { personId: who.actor.personId, clock: scene.clock });
      await joinBatch(who, { batchId, tier: 'label' });
      readers.push(who);
    }
    for (let i = 0; i < CASES.length; i += 1) for (const reader of [0, 1]) await read(reader);
    await settle();
    const reviewer = await makeWorker(scene, { role: 'reviewer' });
    await makeCredential(t.db, {
      personId: reviewer.actor.personId,
      clock: scene.clock,
      title: 'Senior reader',
    });
    await joinBatch(reviewer, { batchId, tier: 'review' });
    await reviewAll(reviewer);
    await read(0);
    await settle();
    await reviewAll(reviewer);
    await settle();
    const [judge] = await makeReaders(scene, batchId, 1, 'adjudicate');
    for (let lease = await claim(judge!, 'adjudicate'); lease; lease = await claim(judge!, 'adjudicate')) {
      await submitAdjudication(judge!, {
        batchId,
        leaseId: lease.leaseId,
        labelId: randomUUID(),
        answers: { ...answersOf(lease.name, 0), grade: '3' },
        rationale: 'Cribriform glands, clearly.',
        activeMs: 9000,
      });
    }
    await settle();
  });
  afterAll(() => t.drop());

  const take = async (input: Omit<ExportInput, 'batchId'>, who: OrgContext = scene.sponsor) => {
    let text = '';
    for await (const chunk of (await openExport(who, { batchId, ...input })).chunks) text += chunk;
    return text;
  };
  type Line = Record<string, string>;
  type ExportLine = Record<string, unknown> & { case_id: string };
  const rows = (csv: string): Line[] => parse(csv, { columns: true, record_delimiter: '\n' });
  const records = (jsonl: string): ExportLine[] =>
    jsonl
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  const personOf = (reader: number) => readers[reader]!.actor.personId;
  const byCaseAndReader = (a: Line, b: Line) =>
    `${a.task}|${a.worker}`.localeCompare(`${b.task}|${b.worker}`);

  test.each<[string, (name: string, reader: number) => string]>([
    ['grade', (name, reader) => answersOf(name, reader).grade],
    ['note', (name) => answersOf(name, 0).note],
    ['country', () => 'Österreich'],
    ['sites', () => 'apex + base, left'],
    ['length', () => '-0.5'],
    ['sure', (_, reader) => String(reader === 0)],
  ])(
    'reads of the field %s as CSV and as JSON Lines are exactly the answers that went in',
    async (key, answer) => {
      const given = CASES.flatMap((task) =>
        [0, 1].map((reader) => ({ task, worker: personOf(reader), label: answer(task, reader) })),
      );
      const back = rows(await take({ what: 'reads', format: 'csv', field: key }));
      expect(back.toSorted(byCaseAndReader)).toEqual(given.toSorted(byCaseAndReader));
      expect(records(await take({ what: 'reads', format: 'jsonl', field: key }))).toEqual(back);
    },
  );

  test('reads with provenance as JSON Lines hold every answer exactly, and what stands behind it', async () => {
    const lines = records(await take({ what: 'reads_provenance', format: 'jsonl' }));
    expect(lines).toHaveLength(2 * CASES.length);
    for (const line of lines) {
      const reader = line.reader_id === personOf(0) ? 0 : 1;
      const { country, ...answers } = answersOf(line.case_id, reader);
      expect(line).toMatchObject({
        ...answers,
        field_country: country,
        country: 'US',
        payee_kind: 'vendor',
        label_origin: 'prelabel_changed',
        prelabel: PRELABEL,
        shown_context: ['age'],
        app_build: 'build-7',
        viewport: '1440x900',
        protocol_version: 1,
        price_minor: '120',
        fee_minor: '18',
        credentials_at_claim: QUALIFIED,
        review_outcome: line.case_id === CASES[1] ? 'fix_accept' : 'accept',
        reviewer_alias: expect.stringMatching(/^V?[A-Z]\d+$/),
        reviewer_credentials: QUALIFIED,
      });
      const { assetId } = scene.dataset.cases[CASES.indexOf(line.case_id)]!;
      expect(line.shown_assets).toEqual([assetId]);
    }
    const returned = lines.find((line) => line.case_id === CASES[0] && line.reader_id === personOf(0));
    expect(returned).toMatchObject({
      revision: 2,
      reviews: [
        { label_id: returnedLabel, outcome: 'return', comment: 'Look again, at the "left", please.' },
        { label_id: labels.get(CASES[0] ?? '')![0], outcome: 'accept' },
      ],
      adjudication: {
        adjudicator_alias: 'A01',
        rationale: 'Cribriform glands, clearly.',
        answers: { grade: '3' },
      },
    });
    const corrected = lines.find((line) => line.case_id === CASES[1]);
    expect(corrected).toMatchObject({ adjudication: null });
  });

  test('which reads were of gold is said to who manages gold, and nothing of it to who trains models (R21)', async () => {
    const goldOf = async (who: OrgContext) => {
      const lines = records(await take({ what: 'reads_provenance', format: 'jsonl' }, who));
      return new Set(lines.map((line) => line.is_gold));
    };
    expect(await goldOf(scene.sponsor)).toEqual(new Set([false]));
    expect(await goldOf(await mlLeadOf(scene))).toEqual(new Set([null]));
  });

  test('reads with provenance as CSV are the same lines; only a formula is made harmless', async () => {
    const lines = records(await take({ what: 'reads_provenance', format: 'jsonl' }));
    const back = rows(await take({ what: 'reads_provenance', format: 'csv' }));
    expect(back.map((row) => Object.keys(row).toSorted())).toEqual(
      lines.map((l) => Object.keys(l).toSorted()),
    );
    expect(back).toEqual(lines.map(asCells));
    expect(back.filter((row) => row.note === `'${NOTES[4]}`)).toHaveLength(2);
    expect(back.filter((row) => row.case_id === `'${CASES[3]}`)).toHaveLength(2);
  });

  test('final labels hold each field with its path, the reads, reviews and decision behind it, and their cost', async () => {
    const lines = records(await take({ what: 'final_labels', format: 'jsonl' }));
    expect(lines.map((line) => line.case_id).toSorted()).toEqual(CASES.toSorted());
    for (const line of lines) {
      const isFixed = line.case_id === CASES[1];
      const path = isFixed ? 'review' : 'adjudication';
      expect(line).toMatchObject({
        grade: isFixed ? '4' : '3',
        grade_path: path,
        // Two reads of which neither leads leave the case divided, whatever the panel says.
        grade_ambiguous: true,
        grade_distribution: [
          { n: 1, share: 0.5 },
          { n: 1, share: 0.5 },
        ],
        note: answersOf(line.case_id, 0).note,
        country: 'Österreich',
        method: path,
        protocol_version: 1,
        review_path: isFixed
          ? [{ outcome: 'fix_accept' }, { outcome: 'fix_accept' }]
          : expect.arrayContaining([expect.objectContaining({ outcome: 'accept' })]),
        adjudication: isFixed ? null : { adjudicator_alias: 'A01', rationale: 'Cribriform glands, clearly.' },
      });
      expect(line.reads).toHaveLength(2);
      expect(line.reads).toContainEqual(
        expect.objectContaining({
          reader_id: personOf(0),
          credentials_at_claim: QUALIFIED,
          protocol_version: 1,
          price_minor: '120',
          fee_minor: '18',
          payee_kind: 'vendor',
          prelabel: PRELABEL,
        }),
      );
      // Two reads and the reviews; the sponsor's own panel costs nothing (R2). The returned case was reviewed twice.
      expect(line.cost_minor).toBe(String((line.case_id === CASES[0] ? 4 : 3) * 138));
    }
    const back = rows(await take({ what: 'final_labels', format: 'csv' }));
    expect(back).toEqual(lines.map(asCells));
  });

  test('another sponsor and the vendor of the batch are refused as if it did not exist; nothing is written down', async () => {
    const stranger = (await makeWorkScene(t.db, { cases: 1, clock: scene.clock })).sponsor;
    const vendor = await makeMember(t.db, {
      org: scene.vendorOrg,
      roles: ['vendor_owner'],
      clock: scene.clock,
    });
    const exported = async () =>
      (await t.admin`select count(*)::int as n from audit_events where action = 'interchange.exported'`)[0]
        ?.n;
    const before = await exported();
    for (const who of [stranger, vendor, readers[0]!]) {
      for (const what of ['reads', 'reads_provenance', 'final_labels'] as const)
        await expect(take({ what, format: 'csv' }, who)).rejects.toMatchObject({
          kind: 'not_found',
          reason: 'batch_not_found',
        });
    }
    expect(await exported()).toBe(before);
    await take({ what: 'reads', format: 'csv' });
    expect(await exported()).toBe(before + 1);
  });

  test('a field that the protocol does not have is refused with the ones it has', async () => {
    await expect(take({ what: 'reads', format: 'csv', field: 'grad' })).rejects.toThrow(
      /no field "grad".*grade, country, note/,
    );
  });
});

/** A record of JSON Lines as the cells of its CSV line. */
function asCells(record: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => {
      if (value === null) return [key, ''];
      if (typeof value === 'string') return [key, /^[=+\-@\t\r]/.test(value) ? `'${value}` : value];
      return [key, typeof value === 'object' ? JSON.stringify(value) : String(value)];
    }),
  );
}
