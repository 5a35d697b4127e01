import { describe, expect, test } from 'vitest';
import { memoryStore } from './desk-scene.ts';
import { createOutbox, type OutboxItem, type OutboxState, outboxShelf } from './outbox.ts';

const refused = (reason: string) =>
  Object.assign(new Error('No.'), { data: { code: 'CONFLICT', reason, details: [] } });
const offline = () => new TypeError('fetch failed');
const coded = (code: string) => Object.assign(new Error('x'), { data: { code, reason: 'x', details: [] } });
const settle = async () => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
};

function bench(answers: (() => Promise<string>)[], kept: OutboxItem<string>[] = []) {
  const sent: string[] = [];
  const log = { done: [] as string[], refused: [] as string[], kept: kept as readonly OutboxItem<string>[] };
  const device = { isFull: false };
  let state: OutboxState = { unsent: 0, unkept: 0, isOnline: true, isSignedOut: false };
  const timers: { ms: number; act: () => void }[] = [];
  const outbox = createOutbox<string, string>({
    shelf: {
      items: () => log.kept,
      put: (item) => {
        if (!device.isFull) log.kept = [...log.kept.filter((one) => one.id !== item.id), item];
        return !device.isFull;
      },
      remove: (id) => {
        log.kept = log.kept.filter((item) => item.id !== id);
      },
    },
    send: (body) => {
      sent.push(body);
      return (answers.shift() ?? (async () => 'ok'))();
    },
    onSent: (item) => log.done.push(item.id),
    onSignedOut: () => undefined,
    onRefused: (item, failure) => log.refused.push(`${item.id}:${failure.reason}`),
    onState: (next) => {
      state = next;
    },
    after: (ms, act) => {
      timers.push({ ms, act });
      return () => undefined;
    },
  });
  outbox.open();
  return { outbox, sent, log, timers, device, state: () => state };
}

describe('the outbox', () => {
  test('sends in order, one at a time', async () => {
    const { outbox, sent, log } = bench([]);
    outbox.add({ id: '1', body: 'a' });
    outbox.add({ id: '2', body: 'b' });
    expect(sent).toEqual(['a']);
    await settle();
    expect(sent).toEqual(['a', 'b']);
    expect(log.done).toEqual(['1', '2']);
    expect(log.kept).toEqual([]);
  });

  test('keeps everything while there is no connection and sends it later, waiting longer each time', async () => {
    const fail = async () => Promise.reject(offline());
    const { outbox, timers, log, state } = bench([fail, fail]);
    outbox.add({ id: '1', body: 'a' });
    await settle();
    outbox.add({ id: '2', body: 'b' });
    expect(state()).toEqual({ unsent: 2, unkept: 0, isOnline: false, isSignedOut: false });
    timers[0]?.act();
    await settle();
    expect(timers.map((timer) => timer.ms)).toEqual([1_000, 2_000]);
    expect(log.kept.map((item) => item.id)).toEqual(['1', '2']);
    outbox.flush(true);
    await settle();
    expect(log.done).toEqual(['1', '2']);
    expect(state()).toEqual({ unsent: 0, unkept: 0, isOnline: true, isSignedOut: false });
  });

  test('a refusal is told and does not hold up the next', async () => {
    const { outbox, log } = bench([async () => Promise.reject(refused('lease_over'))]);
    outbox.add({ id: '1', body: 'a' });
    outbox.add({ id: '2', body: 'b' });
    await settle();
    expect(log.refused).toEqual(['1:lease_over']);
    expect(log.done).toEqual(['2']);
  });

  test('waits, without trying, until the person has signed in again', async () => {
    const { outbox, log, state, timers } = bench([async () => Promise.reject(coded('UNAUTHORIZED'))]);
    outbox.add({ id: '1', body: 'a' });
    await settle();
    outbox.add({ id: '2', body: 'b' });
    await settle();
    expect(state().isSignedOut).toBe(true);
    expect(timers).toEqual([]);
    outbox.flush(true);
    await settle();
    expect(log.done).toEqual(['1', '2']);
  });

  test('an item the server stumbles over lets the next go first and is never lost', async () => {
    const stumble = async () => Promise.reject(coded('INTERNAL_SERVER_ERROR'));
    const { outbox, log, timers } = bench([stumble, stumble, stumble, stumble]);
    outbox.add({ id: '1', body: 'a' });
    await settle();
    outbox.add({ id: '2', body: 'b' });
    for (let i = 0; i < 4; i += 1) {
      timers[i]?.act();
      await settle();
    }
    expect(log.done).toEqual(['2', '1']);
  });

  test('what an earlier visit left is sent; what waits can be taken back, what is on its way cannot', async () => {
    const { outbox, log, sent } = bench([], [{ id: '0', body: 'old' }]);
    outbox.add({ id: '1', body: 'a' });
    expect(sent).toEqual(['old']);
    expect(outbox.withdraw('0')).toBe(false);
    expect(outbox.withdraw('1')).toBe(true);
    await settle();
    expect(log.done).toEqual(['0']);
  });

  test('what a full device does not take is counted, sent all the same, and put there once there is room', async () => {
    const fail = async () => Promise.reject(offline());
    const { outbox, device, log, state } = bench([fail]);
    outbox.add({ id: '1', body: 'a' });
    await settle();
    device.isFull = true;
    outbox.add({ id: '2', body: 'b' });
    outbox.add({ id: '3', body: 'c' });
    expect(state()).toMatchObject({ unsent: 3, unkept: 2 });
    device.isFull = false;
    expect(outbox.withdraw('3')).toBe(true);
    expect(state()).toMatchObject({ unsent: 2, unkept: 0 });
    expect(log.kept.map((item) => item.id)).toEqual(['1', '2']);
    outbox.flush(true);
    await settle();
    expect(log.done).toEqual(['1', '2']);
    expect(log.kept).toEqual([]);
  });

  test('two pages on one shelf take nothing of each other away', () => {
    const drafts = memoryStore();
    const [first, second] = [outboxShelf<string>(drafts), outboxShelf<string>(drafts)];
    first.put({ id: '1', body: 'a' });
    second.put({ id: '2', body: 'b' });
    first.put({ id: '3', body: 'c' });
    second.remove('2');
    expect(first.items().map((item) => item.id)).toEqual(['1', '3']);
    second.remove('1');
    second.remove('3');
    expect([...drafts.all.keys()]).toEqual([]);
  });
});
