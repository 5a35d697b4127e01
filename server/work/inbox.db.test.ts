import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { tasks } from '#db/schema/work.ts';
import { caseAlerts, caseFlags } from '#db/schema/work-trouble.ts';
import { makeBatch, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { HOUR, MINUTE, plus } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { type InboxPlace, inboxPlace } from './inbox-schemas.ts';
import { viewAlerts, viewFlags, viewIncidents } from './inbox-views.ts';
import { FLAG_KINDS } from './schemas.ts';

type Page<T> = { items: T[]; next: string | null; total: number };

/** Every page, gone through by its own links. */
async function everyPage<T>(view: (after: InboxPlace | null) => Promise<Page<T>>): Promise<T[][]> {
  const pages: T[][] = [];
  for (let after: InboxPlace | null = null; ; ) {
    const page: Page<T> = await view(after);
    pages.push(page.items);
    if (page.next === null) return pages;
    after = inboxPlace.parse(page.next);
  }
}

describe('the inboxes of what readers said (R24), a page at a time', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let batchId: string;
  let taskIds: string[];
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 9 });
    batchId = await makeBatch(scene);
    taskIds = (await t.db.select({ id: tasks.id }).from(tasks).where(eq(tasks.batchId, batchId))).map(
      (row) => row.id,
    );
  });
  afterAll(() => t.drop());

  test('every flag once, what waits by due time, what is answered newest first; counts and the first due time are of all pages', async () => {
    const { projectId } = { projectId: scene.project.id };
    const now = scene.clock.now();
    const annotatorId = newId();
    const flags = FLAG_KINDS.flatMap((kind, k) =>
      [0, 1, 2].map((i) => ({
        batchId,
        id: newId(),
        taskId: taskIds[i]!,
        annotatorId,
        kind,
        note: `${kind} ${i}`,
        createdAt: plus(now, i * MINUTE),
        // Two of each kind are due at the same instant.
        dueAt: plus(now, (i === 2 ? 2 : 1) * (k + 1) * HOUR),
      })),
    );
    const answered = flags.filter((flag) => flag.note.endsWith('1'));
    const replies = answered.map(({ dueAt: _due, ...flag }) => ({
      ...flag,
      id: newId(),
      replyTo: flag.id,
      note: 'Seen.',
      outcome: flag.kind === 'phi_seen' ? ('confirmed' as const) : null,
    }));
    await t.db.insert(caseFlags).values([...flags, ...replies]);
    const pages = await everyPage((after) => viewFlags(scene.sponsor, { projectId, after, limit: 5 }));
    expect(pages.map((page) => page.length)).toEqual([5, 5, 2]);
    const seen = pages.flat();
    expect(new Set(seen.map((one) => one.flagId)).size).toBe(12);
    const dues = seen.slice(0, 8).map((one) => one.dueAt!.getTime());
    expect(dues).toEqual(dues.toSorted((a, b) => a - b));
    expect(seen.map((one) => one.reply !== null)).toEqual([...Array(8).fill(false), ...Array(4).fill(true)]);
    const last = await viewFlags(scene.sponsor, { projectId, limit: 1 });
    expect(last).toMatchObject({
      total: 12,
      waiting: { ask: 2, phi_seen: 2, incidental_finding: 2, technical: 2 },
      firstDueAt: plus(now, HOUR),
    });

    const incidents = await everyPage((after) => viewIncidents(scene.sponsor, { after, limit: 2 }));
    expect(incidents.map((page) => page.map((one) => one.outcome))).toEqual([[null, null], ['confirmed']]);
    expect(await viewIncidents(scene.sponsor, { limit: 1 })).toMatchObject({ total: 3, open: 2, overdue: 0 });
    scene.clock.advance(5 * HOUR);
    expect(await viewIncidents(scene.sponsor, { limit: 1 })).toMatchObject({ open: 2, overdue: 2 });
  });

  test('unusable cases are counted by reason however many there are, and each alert is on one page', async () => {
    const { projectId } = { projectId: scene.project.id };
    const now = scene.clock.now();
    const alertOf = (taskId: string, i: number) => ({
      batchId,
      id: newId(),
      taskId,
      kind: i < 6 ? ('unusable' as const) : ('edge_case' as const),
      status: i === 6 ? ('open' as const) : ('closed' as const),
      reasons: i < 6 ? { poor_quality: 2, unreadable: i < 4 ? 3 : 1 } : { ask: 3 },
      isDisputed: false,
      openedAt: plus(now, -i * HOUR),
      dueAt: i === 6 ? plus(now, HOUR) : null,
    });
    await t.db.insert(caseAlerts).values(taskIds.slice(0, 8).map(alertOf));
    const pages = await everyPage((after) => viewAlerts(scene.sponsor, { projectId, after, limit: 3 }));
    expect(pages.map((page) => page.length)).toEqual([3, 3, 2]);
    expect(new Set(pages.flat().map((one) => one.alertId)).size).toBe(8);
    expect(
      pages
        .flat()
        .map((one) => `${one.kind} ${one.status}`)
        .slice(0, 3),
    ).toEqual(['edge_case open', 'edge_case closed', 'unusable closed']);
    expect(await viewAlerts(scene.sponsor, { projectId, limit: 1 })).toMatchObject({
      total: 8,
      open: 1,
      excluded: [
        { reason: 'unreadable', cases: 4 },
        { reason: 'poor_quality', cases: 2 },
      ],
    });
  });

  test('an address that names no place begins at the start', () => {
    const id = newId();
    expect(inboxPlace.parse(`1~-1762074000000~${id}`)).toEqual({ rank: 1, key: -1762074000000, id });
    for (const text of ['', '3~1~x', `0~1e9~${id}`, `0~1~${id}'`, '0~1'])
      expect(inboxPlace.safeParse(text).success).toBe(false);
  });
});
