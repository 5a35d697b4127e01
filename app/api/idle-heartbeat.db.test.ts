import { randomUUID } from 'node:crypto';
import superjson from 'superjson';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { HOUR, MINUTE, manualClock } from '#server/core/clock.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { cookieOf, dropSettings, post, stubSettings } from './handler-rows.ts';

const BACKGROUND = { 'x-readroom-background': '1' };

describe('R28: a still mouse loses no lease, and opens nothing else', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let route: { POST(request: Request): Promise<Response> };
  let who: OrgContext;
  let batchId: string;
  let leaseId: string;
  let cookie: Record<string, string>;
  const sessionId = () => who.actor.sessionId;

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    stubSettings(t.url);
    route = await import('./trpc/[trpc]/route.ts');
    // Sessions are judged by the real clock, so the scene plays today.
    scene = await makeWorkScene(t.db, { cases: 2, clock: manualClock(new Date().toISOString()) });
  });
  afterAll(async () => {
    await dropSettings();
    await t.drop();
  });
  beforeEach(async () => {
    batchId = await makeBatch(scene, { leaseSeconds: 900 });
    [who] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    leaseId = (await claimNextTasks(who, { batchId, tier: 'label', limit: 1 })).leases[0]!.leaseId;
    cookie = await cookieOf(who);
    await idleFor(20 * MINUTE);
    await claimedAgo(30 * MINUTE);
  });

  const idleFor = (ms: number) =>
    t.admin`update sessions set last_seen_at = ${new Date(Date.now() - ms)} where id = ${sessionId()}`;
  /** The lease that was claimed so long ago has a minute left. */
  const claimedAgo = (ms: number) =>
    t.admin`update slots set claimed_at = ${new Date(Date.now() - ms)}, lease_until = ${new Date(Date.now() + MINUTE)}
      where lease_id = ${leaseId}`;
  const beatInput = () => ({ batchId, leaseIds: [leaseId], active: [{ leaseId, activeMs: 60_000 }] });
  async function call(path: string, input: unknown, headers: Record<string, string> = BACKGROUND) {
    const body = JSON.stringify(superjson.serialize(input));
    const json = { 'content-type': 'application/json' };
    const response = await route.POST(post(`/api/trpc/${path}`, { ...json, ...cookie, ...headers }, body));
    return { status: response.status, body: (await response.json()) as never };
  }
  /** How long the lease holds from now on after a heartbeat, in ms; null when that was refused. */
  async function beat(headers?: Record<string, string>): Promise<number | null> {
    const { status } = await call('work.extendLease', beatInput(), headers);
    const [slot] = await t.admin`select lease_until from slots where lease_id = ${leaseId}`;
    expect(slot).toBeDefined();
    return status === 200 ? slot!.lease_until.getTime() - Date.now() : null;
  }

  test('an idle session prolongs its leases by heartbeats, up to 8 hours, and is as idle after it', async () => {
    const left = await beat();
    expect(left).toBeGreaterThan(14 * MINUTE);
    await claimedAgo(8 * HOUR - 5 * MINUTE);
    expect(await beat()).toBeLessThanOrEqual(5 * MINUTE);
    const [session] = await t.admin`select last_seen_at from sessions where id = ${sessionId()}`;
    expect(Date.now() - session!.last_seen_at.getTime()).toBeGreaterThanOrEqual(20 * MINUTE);
    // Nobody is at work, so no time is taken (R27).
    const [told] = await t.admin`select count(*)::int as n from drafts where lease_id = ${leaseId}`;
    expect(told?.n).toBe(0);
  });

  test('nothing else is to be had with it: no case, no claim, no draft, not in one batch of calls either', async () => {
    const draft = { batchId, leaseId, answers: {}, activeMs: 1 };
    const label = { batchId, tier: 'label' };
    for (const [path, input] of [
      ['work.saveDraft', draft],
      ['work.claim', { ...label, limit: 1 }],
      ['work.release', { batchId, leaseIds: [leaseId] }],
    ] as const)
      expect((await call(path, input)).status).toBe(401);
    const both = { 0: superjson.serialize(beatInput()), 1: superjson.serialize(draft) };
    const request = post(
      '/api/trpc/work.extendLease,work.saveDraft?batch=1',
      { 'content-type': 'application/json', ...cookie, ...BACKGROUND },
      JSON.stringify(both),
    );
    const [first, second] = (await (await route.POST(request)).json()) as { error?: unknown }[];
    expect(first).not.toHaveProperty('error');
    expect(second).toMatchObject({ error: { json: { data: { code: 'UNAUTHORIZED' } } } });
  });

  test.each<[string, () => Promise<unknown>]>([
    ['one that was revoked', () => t.admin`update sessions set revoked_at = now() where id = ${sessionId()}`],
    ['one at its end', () => t.admin`update sessions set absolute_until = now() where id = ${sessionId()}`],
    [
      'a suspended account',
      () => t.admin`update users set status = 'suspended' where id = ${who.actor.userId}`,
    ],
    [
      'an ended membership',
      () => t.admin`update memberships set status = 'ended' where person_id = ${who.actor.personId}`,
    ],
  ])('%s prolongs nothing', async (_, end) => {
    await end();
    expect(await beat()).toBeNull();
  });

  test('a call that somebody made finds the session idle: the screen is locked', async () => {
    expect(await beat({})).toBeNull();
  });

  test('a page of another person prolongs nothing by an idle session', async () => {
    expect(
      await beat({ ...BACKGROUND, 'x-readroom-person': '01a202d7-b39a-7701-952d-60d5e9f28310' }),
    ).toBeNull();
    expect(await beat({ ...BACKGROUND, 'x-readroom-person': who.actor.personId })).not.toBeNull();
  });

  test('an idle session is told no more of another’s lease than of one that nobody holds, and does not prolong it', async () => {
    const [other] = (await makeReaders(scene, batchId, 1)) as [OrgContext];
    cookie = await cookieOf(other);
    await t.admin`update sessions set last_seen_at = ${new Date(Date.now() - 20 * MINUTE)}
      where id = ${other.actor.sessionId}`;
    const ends = async () => (await t.admin`select lease_until from slots where lease_id = ${leaseId}`)[0];
    const [others, before] = [leaseId, await ends()];
    const another = await call('work.extendLease', beatInput());
    const nobody = JSON.stringify(another.body).replaceAll(leaseId, '');
    leaseId = randomUUID();
    const none = await call('work.extendLease', beatInput());
    expect([another.status, nobody]).toEqual([
      none.status,
      JSON.stringify(none.body).replaceAll(leaseId, ''),
    ]);
    expect(another.status).toBe(200);
    expect(nobody).toContain('"leaseUntil":null');
    leaseId = others;
    expect(await ends()).toEqual(before);
  });
});
