/** One call of many, and who makes it: two of one person never go together. */
export type Grouping<In, Out> = (key: string, call: In) => Promise<Out>;

type Waiting<In, Out> = {
  call: In;
  resolve(answer: Out): void;
  reject(error: unknown): void;
};

/** Calls that wait for the same statement; `isApart` when they are of one place whose locks take long. */
type Queue<In, Out> = { key: string; isApart: boolean; calls: Waiting<In, Out>[] };

/**
 * Calls that wait at the same time go to the database together: while groups of one key are under way, what comes in
 * for that key gathers and goes with the next. A call that comes alone goes at once, by itself. When a group fails, each of
 * its calls is made by itself, so that one person's fault is nobody else's.
 *
 * `most` bounds a group, `atOnce` the groups under way over all keys, and with them the connections they take, `atOnceEach` those
 * of one key, so that the database works on one while another's commit is written and its answers are handed out. A group that takes
 * longer than `patienceMs` waits for somebody's lock: others of its key go on beside it, and until it is done calls of its places (`placeOf`,
 * a batch) keep to themselves, so that no lock of one place holds up another.
 */
export function groupCalls<In, Out>(options: {
  run(key: string, calls: readonly In[]): Promise<readonly Out[]>;
  personOf(call: In): string;
  placeOf(call: In): string;
  most(key: string): number;
  atOnce: number;
  atOnceEach: number;
  patienceMs: number;
}): Grouping<In, Out> {
  const waiting = new Map<string, Queue<In, Out>>();
  /** Groups under way, by queue while they are waited for, and in all. */
  const underWay = new Map<string, number>();
  let allUnderWay = 0;
  /** Groups that take long, by place. */
  const slow = new Map<string, number>();
  let isPlanned = false;

  /** Calls of one turn of the event loop are let gather before the first goes. */
  function plan(): void {
    if (isPlanned) return;
    isPlanned = true;
    setImmediate(() => {
      isPlanned = false;
      begin();
    });
  }

  function enqueue(key: string, one: Waiting<In, Out>): void {
    const place = options.placeOf(one.call);
    const isApart = slow.has(place);
    const name = isApart ? `${key} ${place}` : key;
    const queue = waiting.get(name) ?? { key, isApart, calls: [] };
    queue.calls.push(one);
    waiting.set(name, queue);
  }

  function begin(): void {
    for (const [name, queue] of waiting) {
      if (allUnderWay >= options.atOnce) return;
      if ((underWay.get(name) ?? 0) >= options.atOnceEach) continue;
      const group = nextGroup(queue);
      // A queue that still waits goes to the end, so that none keeps the others waiting.
      waiting.delete(name);
      if (queue.calls.length > 0) waiting.set(name, queue);
      const done = waitFor(name, queue.isApart, group);
      allUnderWay += 1;
      void settle(queue.key, group).finally(() => {
        allUnderWay -= 1;
        done();
        if (waiting.size > 0) plan();
      });
    }
  }

  /** Counts a group until it is done: to its queue for as long as it is waited for, and to its places from then on. */
  function waitFor(name: string, isApart: boolean, group: readonly Waiting<In, Out>[]): () => void {
    add(underWay, name, 1);
    const places = new Set<string>();
    const timer = setTimeout(() => {
      for (const one of group) places.add(options.placeOf(one.call));
      for (const place of places) add(slow, place, 1);
      if (isApart) return;
      add(underWay, name, -1);
      keepApart();
      plan();
    }, options.patienceMs);
    return () => {
      clearTimeout(timer);
      if (isApart || places.size === 0) add(underWay, name, -1);
      for (const place of places) add(slow, place, -1);
    };
  }

  /** Calls of places that are slow now leave the queues they share with others. */
  function keepApart(): void {
    for (const [name, queue] of [...waiting].filter(([, one]) => !one.isApart)) {
      waiting.delete(name);
      for (const one of queue.calls) enqueue(queue.key, one);
    }
  }

  /** The calls that go next, in the order of their people: rows are locked in that order everywhere. */
  function nextGroup({ key, calls }: Queue<In, Out>): Waiting<In, Out>[] {
    const group = new Map<string, Waiting<In, Out>>();
    const most = options.most(key);
    for (let i = 0; i < calls.length && group.size < most; ) {
      const one = calls[i] as Waiting<In, Out>;
      const person = options.personOf(one.call);
      if (group.has(person)) i += 1;
      else {
        group.set(person, one);
        calls.splice(i, 1);
      }
    }
    return [...group].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  }

  async function settle(key: string, group: readonly Waiting<In, Out>[]): Promise<void> {
    try {
      const answers = await options.run(
        key,
        group.map((one) => one.call),
      );
      for (const [i, one] of group.entries()) one.resolve(answers[i] as Out);
    } catch (error) {
      const [only, ...others] = group;
      if (others.length === 0) only?.reject(error);
      else await Promise.all(group.map((one) => settle(key, [one])));
    }
  }

  return (key, call) =>
    new Promise<Out>((resolve, reject) => {
      enqueue(key, { call, resolve, reject });
      plan();
    });
}

/** Counts up or down; what comes to nothing is forgotten. */
function add(counts: Map<string, number>, key: string, change: 1 | -1): void {
  const left = (counts.get(key) ?? 0) + change;
  if (left === 0) counts.delete(key);
  else counts.set(key, left);
}
