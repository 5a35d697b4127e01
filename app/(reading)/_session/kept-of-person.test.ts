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

describe('what a person kept on this device', () => {
  test('goes out when they sign out, whatever desk it is of; then nothing of it is here', async () => {
    const { own, called, send } = device();
    expect(await send()).toBe(0);
    expect(called).toEqual([
      'b1 label sent c1 0',
      'b1 label sent c2 0',
      'b1 label draft c3 3000',
      'b2 review draft c4 3000',
    ]);
    expect([...own.all.keys()]).toEqual(['active.2026-11-23']);
  });

  test.each([
    ['without a connection', new TypeError('fetch failed')],
    ['without their session', refusal('UNAUTHORIZED', 'signed_in_as_other')],
  ])('is counted by case and stays %s, until they choose to lose it', async (_, failure) => {
    const { own, send } = device({ send: failure, saveDraft: failure });
    expect(await send()).toBe(4);
    expect(own.all.get('b1.label.outbox')).toHaveLength(2);
    expect(own.all.size).toBe(4);
    forgetKept(own);
    expect([...own.all.keys()]).toEqual(['active.2026-11-23']);
  });

  test('is with the server as a draft when it is refused as a submit', async () => {
    const { own, called, send } = device({ send: refusal('FORBIDDEN', 'case_not_opened') });
    expect(await send()).toBe(0);
    expect(called.filter((call) => call.includes('draft'))).toHaveLength(4);
    expect([...own.all.keys()]).toEqual(['active.2026-11-23']);
  });

  test('what the server takes neither way is counted: nobody has seen it; a draft whose case is over is not', async () => {
    const over = refusal('CONFLICT', 'lease_over');
    const { own, send } = device({ send: over, saveDraft: over });
    expect(await send()).toBe(2);
    expect([...own.all.keys()].sort()).toEqual(['active.2026-11-23', 'b1.label.c1', 'b1.label.c2']);
  });

  test('R27: of what the gate has sealed nothing stays', async () => {
    const sealed = refusal('CONFLICT', 'lease_revoked');
    const { own, send } = device({ send: sealed, saveDraft: sealed });
    expect(await send()).toBe(0);
    expect([...own.all.keys()]).toEqual(['active.2026-11-23']);
  });
});
