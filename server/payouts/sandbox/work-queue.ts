/** Works off ids in order, some at once, now or later. */
export type WorkQueue = {
  add(id: string, delayMs?: number): void;
  /** No further work is begun; what is under way ends by itself. */
  stop(): void;
  isStopped(): boolean;
};

/** A queue that calls `work` for each id, at most `atOnce` at a time. `work` must not throw. */
export function createWorkQueue(atOnce: number, work: (id: string) => Promise<void>): WorkQueue {
  const waiting: string[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let busy = 0;
  let hasEnded = false;

  const pump = () => {
    while (!hasEnded && busy < atOnce) {
      const id = waiting.shift();
      if (id === undefined) return;
      busy += 1;
      void work(id).finally(() => {
        busy -= 1;
        pump();
      });
    }
  };

  return {
    add(id, delayMs = 0) {
      if (delayMs === 0) {
        waiting.push(id);
        return pump();
      }
      const timer = setTimeout(() => {
        timers.delete(timer);
        waiting.push(id);
        pump();
      }, delayMs);
      timers.add(timer);
    },
    stop() {
      hasEnded = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
    isStopped: () => hasEnded,
  };
}
