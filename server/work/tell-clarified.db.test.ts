import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeMember, makePerson } from '#db/seed/factories/identity.ts';
import {
  makeBatch,
  makeReaders,
  makeWorker,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { HOUR } from '#server/core/clock.ts';
import { newVersion } from '#server/protocols/new-version.ts';
import { saveDraft } from '#server/protocols/save-draft.ts';
import type { ChangeClass, EdgeCase } from '#server/protocols/schemas.ts';
import { signProtocolVersion } from '#server/protocols/sign-protocol-version.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { joinBatch } from './join-batch.ts';
import { viewCase } from './reading-views.ts';
import { submitLabel } from './submit-label.ts';
import { tellClarified } from './tell-clarified.ts';

describe('a clarification reaches the people who are reading (R24)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let leads: { role: 'clinical_lead' | 'ml_lead'; ctx: OrgContext; name: string }[];
  let batchId: string;
  /** Somebody in each kind of batch that asks the same to its end. */
  let measured: { batchId: string; who: OrgContext }[];
  let training: string;
  let readers: OrgContext[];

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, {
      cases: 24,
      gold: Object.fromEntries(Array.from({ length: 20 }, (_, at) => [at + 4, { grade: ['1'] }])),
    });
    const { sponsorOrg: org, clock } = scene;
    leads = [];
    for (const [role, name] of [
      ['clinical_lead', 'Ada Adams'],
      ['ml_lead', 'Ben Brown'],
    ] as const) {
      const person = await makePerson(t.db, { name, clock });
      leads.push({ role, name, ctx: await makeMember(t.db, { org, roles: [role], person, clock }) });
    }
    batchId = await makeBatch(scene, { goldMode: 'none', caseLimit: 4 });
    readers = await makeReaders(scene, batchId, 3);
    const ids = scene.dataset.cases.map((one) => one.id);
    const claimRules = { passLevelBasisPoints: 8000 };
    const kinds = [
      await makeBatch(scene, {
        kind: 'exam',
        goldMode: 'embedded',
        caseIds: ids.slice(4, 20),
        claimRules,
      }),
      await makeBatch(scene, { kind: 'pilot', caseLimit: 4, ofCall: '1' }),
      await makeBatch(scene, { kind: 'calibration', overlap: 1, caseIds: ids.slice(0, 1) }),
    ];
    const panel = await makeBatch(scene, {
      ...{ kind: 'self_label', vendorOrgId: null, pricePerReadMinor: 0n },
      caseIds: ids.slice(1, 2),
    });
    training = await makeBatch(scene, {
      kind: 'training',
      goldMode: 'embedded',
      caseIds: ids.slice(20),
      pricePerReadMinor: 0n,
    });
    measured = [];
    for (const id of kinds) {
      const [who] = await makeReaders(scene, id, 1);
      measured.push({ batchId: id, who: who! });
    }
    const member = await makeWorker(scene, { role: 'panel' });
    await joinBatch(member, { batchId: panel, tier: 'label' });
    measured.push({ batchId: panel, who: member });
    // One has left the project since.
    await t.sql`update engagements set status = 'ended', ended_at = now()
      where person_id = ${readers[2]!.actor.personId}`;
  });
  afterAll(() => t.drop());

  async function sign(edgeCases: EdgeCase[], changeClass: ChangeClass, levels?: number, label?: string) {
    scene.clock.advance(HOUR);
    const draft = await newVersion(scene.sponsor, { projectId: scene.project.id, changeClass });
    const { contentSha256, guidelinesMarkdown, labelSchema } = draft;
    const [field] = labelSchema.fields;
    const fields = [{ ...field!, label: label ?? field!.label, options: field!.options!.slice(0, levels) }];
    const saved = await saveDraft(scene.sponsor, {
      projectId: scene.project.id,
      seenSha256: contentSha256,
      changeClass,
      guidelinesMarkdown,
      labelSchema: { ...labelSchema, fields },
      edgeCases,
    });
    for (const { ctx, role, name } of leads)
      await signProtocolVersion(
        { ...ctx, actor: { ...ctx.actor, reauthenticatedAt: scene.clock.now() } },
        { protocolVersionId: saved.id, contentSha256: saved.contentSha256, role, typedName: name },
      );
    return saved.id;
  }
  // A page of one: whoever comes after the first page is told as well.
  const tell = (protocolVersionId: string) =>
    tellClarified(systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() }), {
      protocolVersionId,
      pageSize: 1,
    });
  const asked = async () =>
    (
      await t.sql`select j.key from graphile_worker.jobs j where j.task_identifier = 'work.tell-clarified' order by j.id`
    ).map((row) => row.key);
  const told = () =>
    t.sql<{ personId: string; href: string; title: string }[]>`
      select person_id as "personId", href, title from notifications where kind = 'work.clarified'`;
  const take = async (who: OrgContext, id = batchId) => {
    const { leases } = await claimNextTasks(who, { batchId: id, tier: 'label', limit: 1 });
    const { leaseId } = leases[0]!;
    return { leaseId, opened: await viewCase(who, { batchId: id, leaseId }) };
  };
  const submit = async (who: OrgContext, at: Awaited<ReturnType<typeof take>>) => {
    const { labelId } = await submitLabel(who, {
      batchId,
      leaseId: at.leaseId,
      labelId: randomUUID(),
      answers: { grade: '2' },
      activeMs: 5000,
      receipt: at.opened.receipt,
    });
    const [row] = await t.sql`select l.shown, s.terms_no from labels l join slots s
      on s.batch_id = l.batch_id and s.label_id = l.id where l.id = ${labelId}`;
    return row!.shown;
  };
  const pin = { title: 'PIN', description: 'High-grade PIN alone is no cancer: grade 0.' };
  const mix = { title: 'A mix', description: 'Grade the worst area.' };

  test('before anything was signed nothing is added, nor recorded', async () => {
    const case1 = await take(readers[0]!);
    expect(case1.opened.clarifications).toEqual([]);
    expect(await submit(readers[0]!, case1)).not.toHaveProperty('clarifiedTo');
  });

  test('a version that only words something otherwise tells nobody, and no label records it', async () => {
    const second = await sign([], 'editorial', undefined, 'Grade');
    expect(await tell(second)).toBe(0);
    // Twice: from the versions, and as they were kept in memory since.
    for (const who of readers.slice(0, 2)) {
      const at = await take(who);
      expect(at.opened.clarifications).toEqual([]);
      expect(await submit(who, at)).not.toHaveProperty('clarifiedTo');
    }
  });

  test('who is engaged and reads by the older version is told once, and sees it with the next case', async () => {
    const third = await sign([pin], 'clarifying');
    expect(await asked()).toContain(`work.tell-clarified:${third}`);
    expect(await tell(third)).toBe(2);
    await tell(third);
    const notes = await told();
    expect(notes.map((note) => note.personId).sort()).toEqual(
      readers
        .slice(0, 2)
        .map((one) => one.actor.personId)
        .sort(),
    );
    for (const note of notes) {
      expect(note.href).toBe(`/work/read/${batchId}`);
      expect(note.title).toMatch(/version 3 of the protocol says more clearly/);
    }
    const next = await take(readers[1]!);
    const since = scene.clock.now();
    expect(next.opened.clarifications).toEqual([
      { kind: 'example', title: 'PIN', text: pin.description, version: 3, since },
    ]);
    expect(await submit(readers[1]!, next)).toMatchObject({ clarifiedTo: 3 });
    const [label] = await t.sql<{ version: number }[]>`
      select p.version from terms m join protocol_versions p on p.id = m.protocol_version_id
      where m.batch_id = ${batchId} and m.annotator_id = ${readers[1]!.actor.personId}`;
    // The label keeps the version that it was made under (R6).
    expect(label!.version).toBe(1);
  });

  test('who is measured reads by the same words to the end: an exam, a pilot and a calibration (R15)', async () => {
    // A pilot is measured against others that read the same frozen cases: an answer to one bidder must not come to another.
    expect(measured).toHaveLength(4);
    for (const { batchId: id, who } of measured) {
      const at = await take(who, id);
      expect(at.opened.clarifications).toEqual([]);
      expect((await told()).map((note) => note.personId)).not.toContain(who.actor.personId);
    }
    const [learner] = await makeReaders(scene, training, 1);
    expect((await take(learner!, training)).opened.clarifications).toHaveLength(1);
  });

  test('a version that changes what a label means is not for them, nor what follows it', async () => {
    const fourth = await sign([pin, mix], 'breaking', 4);
    expect(await asked()).toHaveLength(2);
    expect(await tell(fourth)).toBe(0);
    const fifth = await sign([pin, { ...mix, description: 'Grade the largest area.' }], 'clarifying', 4);
    expect(await tell(fifth)).toBe(0);
    expect(await told()).toHaveLength(2);
    const { opened } = await take(readers[0]!);
    expect(opened.clarifications.map((one) => one.title)).toEqual(['PIN']);
  });
});
