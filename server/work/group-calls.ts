/** One call of many, and who makes it: two of one person never go together. */
export type Grouping<In, Out> = (key: string, call: In) => Promise<Out>;

type Waiting<In, Out> = {
  call: In;
  resolve(answer: Out): void;
  reject(error: unknown): void;
};

/**
 * Calls that wait at the same time go to the database together: while groups of one key are under way, what comes in
 * for that key gathers and goes with the next. A call that comes alone goes at once, by itself. When a group fails, each of
 * its calls is made by itself, so that one person's fault is nobody else's.
 *
 * `most` bounds a group, `atOnce` the groups under way over all keys, and with them the connections they take, `atOnceEach` those
 * of one key, so that the database works on one while another's commit is written and its answers are handed out. A group that takes
 * longer than `patienceMs` waits for somebody's lock: the others of its key go on without it.
 */
export function groupCalls<In, Out>(options: {
  run(key: string, calls: readonly In[]): Promise<readonly Out[]>;
  personOf(call: In): string;
  most(key: string): number;
  atOnce: number;
  atOnceEach: number;
  patienceMs: number;
}): Grouping<In, Out> {
  const waiting = new Map<string, Waiting<In, Out>[]>();
  /** Groups under way, by key while they are waited for, and in all. */
  const underWay = new Map<string, number>();
  let allUnderWay = 0;
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

  function begin(): void {
    for (const [key, queue] of waiting) {
      if (allUnderWay >= options.atOnce) return;
      if ((underWay.get(key) ?? 0) >= options.atOnceEach) continue;
      const group = nextGroup(key, queue);
      // A key that still waits goes to the end, so that no batch keeps the others waiting.
      waiting.delete(key);
      if (queue.length > 0) waiting.set(key, queue);
      const done = waitFor(key);
      allUnderWay += 1;
      void settle(key, group).finally(() => {
        allUnderWay -= 1;
        done();
      });
    }
  }

  /** Lets no more groups of the key begin than may, until this one is done, or for as long as it is waited for. */
  function waitFor(key: string): () => void {
    underWay.set(key, (underWay.get(key) ?? 0) + 1);
    const goOn = () => {
      clearTimeout(timer);
      const left = (underWay.get(key) ?? 1) - 1;
      if (isWaitedFor && left === 0) underWay.delete(key);
      else if (isWaitedFor) underWay.set(key, left);
      isWaitedFor = false;
      if (waiting.size > 0) plan();
    };
    let isWaitedFor = true;
    const timer = setTimeout(goOn, options.patienceMs);
    return goOn;
  }

  /** The calls that go next, in the order of their people: rows are locked in that order everywhere. */
  function nextGroup(key: string, queue: Waiting<In, Out>[]): Waiting<In, Out>[] {
    const group = new Map<string, Waiting<In, Out>>();
    const most = options.most(key);
    for (let i = 0; i < queue.length && group.size < most; ) {
      const one = queue[i] as Waiting<In, Out>;
      const person = options.personOf(one.call);
      if (group.has(person)) i += 1;
      else {
        group.set(person, one);
        queue.splice(i, 1);
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
      const queue = waiting.get(key) ?? [];
      queue.push({ call, resolve, reject });
      waiting.set(key, queue);
      plan();
    });
}
