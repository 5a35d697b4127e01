import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { viewCase } from './reading-views.ts';
import { type SubmitInput, submitInput, shown as wasShown, withReceipt } from './schemas.ts';
import { submitLabel } from './submit-label.ts';

const PRELABEL = { id: 'p-1', model: 'finder', version: '2.1' };

describe('a case as its readers see it', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 4 });
    scene = await makeWorkScene(t.db, { cases: 3 });
    const [one] = scene.dataset.cases;
    await t.admin`update cases set context = '{"age": "60-69", "prior": "none"}' where id = ${one!.id}`;
    // An image beside the text, so that the case is opened by a link too.
    const fileId = randomUUID();
    await t.admin`insert into files (id, storage_key, sha256, bytes, media_type, file_name, created_at)
      values (${fileId}, 'nowhere', ${'a'.repeat(64)}, 4, 'image/png', 'scan-of-a-patient.png', now())`;
    await t.admin`insert into assets (dataset_id, id, case_id, position, name, kind, media_type, file_id, sha256)
      values (${scene.dataset.id}, ${randomUUID()}, ${one!.id}, 1, 'lateral', 'image', 'image/png', ${fileId}, ${'a'.repeat(64)})`;
  });
  afterAll(() => t.drop());

  const caseIds = () => [scene.dataset.cases[0]!.id];
  async function take(who: OrgContext, batchId: string) {
    const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
    const { leaseId } = leases[0]!;
    return { leases, leaseId, opened: await viewCase(who, { batchId, leaseId }) };
  }
  const submit = (who: OrgContext, input: Pick<SubmitInput, 'batchId' | 'leaseId'> & Partial<SubmitInput>) =>
    submitLabel(who, { labelId: randomUUID(), answers: { grade: '2' }, activeMs: 5000, ...input });
  const stored = async (labelId: string) =>
    wasShown.parse((await t.sql`select shown from labels where id = ${labelId}`)[0]!.shown ?? {});
  const assetIds = async () =>
    (await t.sql`select id from assets where case_id = ${caseIds()[0]!} order by position`).map(
      (row) => row.id,
    );

  /** Everything in an answer that could name something: ids, links and what can be read out of their parts. */
  function namesIn(answer: unknown): Set<string> {
    const text = JSON.stringify(answer);
    const tokens = text.match(/[\w-]{12,}(\.[\w-]*){2,}/g) ?? [];
    const parts = tokens.flatMap((token) => token.split('.').filter((part) => part.length > 12));
    const readable = parts.map((part) => Buffer.from(part, 'base64url').toString('latin1'));
    const ids = [text, ...readable].join(' ').match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [];
    // The head of a sealed token says how it is sealed, the same for all.
    const bodies = tokens.flatMap((token) => token.split('.').slice(2));
    return new Set([...ids, ...bodies]);
  }

  test('R15: two readers of one case share no identifier, in one batch or in two', async () => {
    const shared = await makeBatch(scene, { overlap: 2, caseIds: caseIds() });
    const other = await makeBatch(scene, { overlap: 1, caseIds: caseIds() });
    const [one, two] = await makeReaders(scene, shared, 2);
    const [three] = await makeReaders(scene, other, 1);
    const seen = [await take(one!, shared), await take(two!, shared), await take(three!, other)];
    expect(seen.map(({ opened }) => opened.assets.map((asset) => asset.name))).toEqual(
      Array(3).fill(['report', 'lateral']),
    );
    const names = seen.map(namesIn);
    for (const [i, a] of names.entries())
      for (const b of names.slice(i + 1)) expect([...a].filter((name) => b.has(name))).toEqual([]);
    const known = await t.sql`select k.id, k.case_id, a.id as asset_id, a.dataset_id, a.file_id, c.patient_key
      from tasks k join assets a on a.case_id = k.case_id join cases c on c.id = k.case_id
      where k.case_id = ${caseIds()[0]!}`;
    const inside = known.flatMap((row) => Object.values(row)).filter((id) => id !== null);
    const all = JSON.stringify(seen) + names.flatMap((one) => [...one]).join(' ');
    for (const id of [...inside, 'scan-of-a-patient']) expect(all).not.toContain(id);
  });

  test('a label keeps what the server opened under its lease, whatever its sender says', async () => {
    const batchId = await makeBatch(scene, { overlap: 2, caseIds: caseIds() });
    const [who, colleague] = await makeReaders(scene, batchId, 2);
    const own = await take(who!, batchId);
    const foreign = await take(colleague!, batchId);
    const at = { batchId, leaseId: own.leaseId };
    for (const receipt of [foreign.opened.receipt, `${own.opened.receipt.slice(0, -4)}AAAA`, 'none'])
      await expect(submit(who!, { ...at, receipt })).rejects.toMatchObject({ reason: 'case_not_opened' });
    const labelId = randomUUID();
    const said = { prelabel: null, assetIds: [randomUUID()], contextFields: ['histology'] };
    await submit(who!, { ...at, labelId, receipt: own.opened.receipt, shown: said });
    expect(await stored(labelId)).toEqual({
      assetIds: await assetIds(),
      contextFields: ['age', 'prior'],
      prelabel: null,
    });
  });

  test('a client hands in no case that it has not opened', () => {
    const sent = {
      batchId: randomUUID(),
      leaseId: randomUUID(),
      labelId: randomUUID(),
      answers: {},
      activeMs: 0,
    };
    expect(withReceipt(submitInput).safeParse(sent).error?.issues).toMatchObject([{ path: ['receipt'] }]);
    expect(withReceipt(submitInput).safeParse({ ...sent, receipt: 'sealed' }).success).toBe(true);
  });

  test('R11: a read in an assisted batch names the pre-label that was shown, or says that there was none', async () => {
    const batchId = await makeBatch(scene, { overlap: 2, caseIds: caseIds(), assisted: true });
    const [who, other] = await makeReaders(scene, batchId, 2);
    const [one, two] = [await take(who!, batchId), await take(other!, batchId)];
    const first = { batchId, leaseId: one.leaseId, receipt: one.opened.receipt };
    await expect(submit(who!, first)).rejects.toMatchObject({ kind: 'invalid', reason: 'prelabel_unstated' });
    await expect(
      submit(who!, { ...first, shown: { prelabel: null }, labelOrigin: 'prelabel_accepted' }),
    ).rejects.toMatchObject({ reason: 'prelabel_not_shown' });
    const [named, none] = [randomUUID(), randomUUID()];
    await submit(who!, {
      ...first,
      labelId: named,
      shown: { prelabel: PRELABEL },
      labelOrigin: 'prelabel_changed',
    });
    const second = { batchId, leaseId: two.leaseId, receipt: two.opened.receipt };
    await submit(other!, { ...second, labelId: none, shown: { prelabel: null } });
    expect([(await stored(named)).prelabel, (await stored(none)).prelabel]).toEqual([PRELABEL, null]);
  });

  test('R11: where no pre-labels are shown none is taken', async () => {
    const batchId = await makeBatch(scene, { overlap: 1, caseIds: caseIds() });
    const [who] = await makeReaders(scene, batchId, 1);
    const { leaseId, opened } = await take(who!, batchId);
    await expect(
      submit(who!, { batchId, leaseId, receipt: opened.receipt, shown: { prelabel: PRELABEL } }),
    ).rejects.toMatchObject({ reason: 'prelabel_not_shown' });
  });
});
