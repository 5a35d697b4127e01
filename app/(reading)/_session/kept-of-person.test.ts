import { describe, expect, test } from 'vitest';
import type { DeskCalls, Parcel } from './desk-calls.ts';
import { memoryStore } from './desk-scene.ts';
import { forgetKept, sendKept } from './kept-of-person.ts';
import { NO_WORK } from './reading-types.ts';

const on = (leaseId: string) => ({ leaseId, labelId: leaseId, activeMs: 1, viewport: '', receipt: '' });
const item = (leaseId: string) => ({
  id: `id-${leaseId}`,
  body: { kind: 'label', on: on(leaseId), answers: { present: true }, confidence: 4 } satisfies Parcel,
});
const draft = { work: { ...NO_WORK, answers: { note: 'Words.' } }, activeMs: 2, at: 1_000 };
const refusal = (code: string, reason: string) =>
  Object.assign(new Error('No.'), { data: { code, reason, details: [] } });

/** A device on which a person left two submits and a draft at one desk, a draft at another, and their active time. */
function device(refuse: { send?: unknown; saveDraft?: unknown } = {}) {
  const own = memoryStore();
  own.write('b1.label.outbox', [item('c1'), item('c2')]);
  own.write('b1.label.c3', draft);
  own.write('b2.review.c4', draft);
  own.write('active.2026-11-23', 5);
  const called: string[] = [];
  const send = () =>
    sendKept(
      own,
      (batchId, tier) =>
        ({
          send: async (parcel: Parcel, limit: number) => {
            if (refuse.send) throw refuse.send;
            called.push(`${batchId} ${tier} sent ${parcel.on.leaseId} ${limit}`);
          },
          saveDraft: async ({ leaseId, ageMs }: { leaseId: string; ageMs?: number }) => {
            if (refuse.saveDraft) throw refuse.saveDraft;
            called.push(`${batchId} ${tier} draft ${leaseId} ${ageMs}`);
            return true;
          },
        }) as unknown as DeskCalls,
      () => 4_000,
    );
  return { own, called, send };
}

const NOTHING = {
  unsent: 0,
  hindrance: 'unreachable',
  notTaken: 0,
  drafts: 0,
  sealed: 0,
  refusals: [] as string[],
} as const;

describe('what a person kept on this device', () => {
  test('goes out when they sign out, whatever desk it is of; then nothing of it is here', async () => {
    const { own, called, send } = device();
    expect(await send()).toEqual(NOTHING);
    expect(called).toEqual([
      'b1 label sent c1 0',
      'b1 label sent c2 0',
      'b1 label draft c3 3000',
      'b2 review draft c4 3000',
    ]);
    expect([...own.all.keys()]).toEqual(['active.2026-11-23']);
  });

  test.each([
    ['without a connection', new TypeError('fetch failed'), 'unreachable'],
    ['without their session', refusal('UNAUTHORIZED', 'signed_in_as_other'), 'signed_out'],
    ['in another organisation', refusal('FORBIDDEN', 'capability_missing'), 'other_organisation'],
    ['in no organisation', refusal('FORBIDDEN', 'organisation_required'), 'other_organisation'],
  ])('is counted by case and stays %s, until they choose to lose it', async (_, failure, hindrance) => {
    const { own, send } = device({ send: failure, saveDraft: failure });
    expect(await send()).toEqual({ ...NOTHING, unsent: 4, hindrance });
    expect(own.all.get('b1.label.outbox')).toHaveLength(2);
    expect(own.all.size).toBe(4);
    forgetKept(own);
    expect([...own.all.keys()]).toEqual(['active.2026-11-23']);
  });

  test('is with the server as a draft when it is refused as a submit, and they are told that it is not submitted', async () => {
    const { own, called, send } = device({ send: refusal('FORBIDDEN', 'case_not_opened') });
    expect(await send()).toEqual({ ...NOTHING, drafts: 2, refusals: ['No.'] });
    expect(called.filter((call) => call.includes('draft'))).toHaveLength(4);
    expect([...own.all.keys()]).toEqual(['active.2026-11-23']);
  });

  test('what the server takes neither way is counted: nobody has seen it; a draft whose case is over is not', async () => {
    const over = refusal('CONFLICT', 'lease_over');
    const { own, send } = device({ send: over, saveDraft: over });
    expect(await send()).toEqual({ ...NOTHING, notTaken: 2, refusals: ['No.'] });
    expect([...own.all.keys()].sort()).toEqual(['active.2026-11-23', 'b1.label.c1', 'b1.label.c2']);
  });

  test('that is refused without a connection for its draft is told of once the draft is in', async () => {
    const refuse: Parameters<typeof device>[0] = {
      send: refusal('FORBIDDEN', 'case_not_opened'),
      saveDraft: new TypeError('fetch failed'),
    };
    const { send } = device(refuse);
    expect(await send()).toEqual({ ...NOTHING, unsent: 4, refusals: ['No.'] });
    Object.assign(refuse, { saveDraft: undefined });
    expect(await send()).toEqual({ ...NOTHING, drafts: 2, refusals: ['No.'] });
  });

  test('a change that is refused stays as handed in, and is counted as not taken (R22)', async () => {
    const { own, send } = device({ send: refusal('CONFLICT', 'undo_over') });
    const { id, body } = item('c1');
    own.write('b1.label.outbox', [{ id, body: { ...body, kind: 'amend', amends: 'l0' } }]);
    expect(await send()).toEqual({ ...NOTHING, notTaken: 1, refusals: ['No.'] });
    expect(own.all.get('b1.label.outbox')).toHaveLength(1);
  });

  test('a change that was refused before and not seen is counted, is no draft, and goes when they choose so (R22)', async () => {
    const { own, called, send } = device();
    own.write('b1.label.outbox-refused-l1', { work: NO_WORK, message: 'No.' });
    expect(await send()).toEqual({ ...NOTHING, notTaken: 1 });
    expect(called).toHaveLength(4);
    forgetKept(own);
    expect([...own.all.keys()]).toEqual(['active.2026-11-23']);
  });

  test('R27: of what the gate has sealed nothing stays, and they are told', async () => {
    const sealed = refusal('CONFLICT', 'lease_revoked');
    const { own, send } = device({ send: sealed, saveDraft: sealed });
    expect(await send()).toEqual({ ...NOTHING, sealed: 2, refusals: ['No.'] });
    expect([...own.all.keys()]).toEqual(['active.2026-11-23']);
  });
});
