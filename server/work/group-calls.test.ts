import { afterEach, describe, expect, test, vi } from 'vitest';
import { groupCalls } from './group-calls.ts';

type Call = { person: string; value: number; place?: string };

/** A grouping whose groups wait until they are let go; `made` are the groups in the order they began. */
function held(limits: { most?: number; atOnce?: number; atOnceEach?: number; patienceMs?: number } = {}) {
  const made: { key: string; calls: readonly Call[]; go(): void }[] = [];
  const call = groupCalls<Call, number>({
    most: () => limits.most ?? 16,
    atOnce: limits.atOnce ?? 4,
    atOnceEach: limits.atOnceEach ?? 1,
    patienceMs: limits.patienceMs ?? 60_000,
    personOf: (one) => one.person,
    placeOf: (one) => one.place ?? 'here',
    run: (key, calls) =>
      new Promise((resolve, reject) => {
        const isBad = calls.some((one) => one.value < 0);
        made.push({
          key,
          calls,
          go: () => (isBad ? reject(new Error('bad')) : resolve(calls.map((one) => one.value * 10))),
        });
      }),
  });
  return { made, call };
}

const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

afterEach(() => void vi.useRealTimers());

describe('groupCalls', () => {
  test('calls of one turn go together, in the order of their people; each gets its own answer', async () => {
    const { made, call } = held();
    const answers = Promise.all(
      ['c', 'a', 'b'].map((person, value) => call('batch', { person, value: value + 1 })),
    );
    await turn();
    expect(made.map((group) => group.calls.map((one) => one.person))).toEqual([['a', 'b', 'c']]);
    made[0]?.go();
    expect(await answers).toEqual([10, 20, 30]);
  });

  test('while a group is under way the next gathers; another key does not wait for it', async () => {
    const { made, call } = held();
    void call('one', { person: 'a', value: 1 });
    await turn();
    const later = [call('one', { person: 'b', value: 2 }), call('one', { person: 'c', value: 3 })];
    void call('two', { person: 'a', value: 4 });
    await turn();
    expect(made.map((group) => [group.key, group.calls.length])).toEqual([
      ['one', 1],
      ['two', 1],
    ]);
    made[0]?.go();
    await turn();
    expect(made[2]?.calls.map((one) => one.person)).toEqual(['b', 'c']);
    made[2]?.go();
    expect(await Promise.all(later)).toEqual([20, 30]);
  });

  test('two calls of one person never go together', async () => {
    const { made, call } = held();
    const both = [call('batch', { person: 'a', value: 1 }), call('batch', { person: 'a', value: 2 })];
    await turn();
    expect(made[0]?.calls.map((one) => one.value)).toEqual([1]);
    made[0]?.go();
    await turn();
    expect(made[1]?.calls.map((one) => one.value)).toEqual([2]);
    made[1]?.go();
    expect(await Promise.all(both)).toEqual([10, 20]);
  });

  test('a group is bounded, and so are the groups under way', async () => {
    const { made, call } = held({ most: 2, atOnce: 1 });
    for (const person of ['a', 'b', 'c']) void call('one', { person, value: 1 });
    void call('two', { person: 'a', value: 1 });
    await turn();
    expect(made.map((group) => group.calls.length)).toEqual([2]);
    made[0]?.go();
    await turn();
    // The other key has waited longer than what was left of the first.
    expect(made.map((group) => group.key)).toEqual(['one', 'two']);
    made[1]?.go();
    await turn();
    expect(made[2]?.calls.map((one) => one.person)).toEqual(['c']);
  });

  test('so many groups of one key as are allowed are under way', async () => {
    const { made, call } = held({ atOnceEach: 2 });
    for (const person of ['a', 'b', 'c']) {
      void call('batch', { person, value: 1 });
      await turn();
    }
    expect(made.length).toBe(2);
    made[1]?.go();
    await turn();
    expect(made.map((group) => group.calls[0]?.person)).toEqual(['a', 'b', 'c']);
  });

  test('a group that takes too long holds up nobody of another place, and its own place takes no more than its share', async () => {
    // Patience runs out when the test says so; turns of the event loop stay real.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { made, call } = held({ atOnce: 4, patienceMs: 5 });
    const waits = call('one', { person: 'a', value: 1, place: 'slow' });
    await turn();
    const mixed = [
      call('one', { person: 'b', value: 2, place: 'slow' }),
      call('one', { person: 'c', value: 3, place: 'quick' }),
    ];
    await turn();
    vi.advanceTimersByTime(4);
    await turn();
    expect(made.length).toBe(1);
    vi.advanceTimersByTime(1);
    await turn();
    expect(made.length).toBe(3);
    expect(made.slice(1).map((group) => group.calls.map((one) => one.person))).toEqual(
      expect.arrayContaining([['b'], ['c']]),
    );
    made.find((group) => group.calls[0]?.person === 'c')?.go();
    expect(await mixed[1]).toBe(30);
    // Of the slow place one group is under way beside the first, however long it takes; the other goes on.
    const later = [
      call('one', { person: 'd', value: 4, place: 'slow' }),
      call('one', { person: 'e', value: 5, place: 'quick' }),
    ];
    await turn();
    expect(made.at(-1)?.calls[0]?.person).toBe('e');
    vi.advanceTimersByTime(60_000);
    await turn();
    expect(made.length).toBe(4);
    for (const group of [...made]) group.go();
    await turn();
    made.at(-1)?.go();
    expect(await Promise.all([waits, mixed[0], ...later])).toEqual([10, 20, 40, 50]);
    // Nothing is slow any more: they go together again.
    void call('one', { person: 'f', value: 6, place: 'slow' });
    void call('one', { person: 'g', value: 7, place: 'quick' });
    await turn();
    expect(made.at(-1)?.calls.map((one) => one.person)).toEqual(['f', 'g']);
  });

  test('when a group fails each of its calls is made alone, and only the faulty one fails', async () => {
    const { made, call } = held();
    const answers = Promise.allSettled([
      call('batch', { person: 'a', value: 1 }),
      call('batch', { person: 'b', value: -1 }),
      call('batch', { person: 'c', value: 3 }),
    ]);
    await turn();
    for (let i = 0; i < 4; i += 1) {
      made[i]?.go();
      await turn();
    }
    expect(made.map((group) => group.calls.length)).toEqual([3, 1, 1, 1]);
    expect((await answers).map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});
