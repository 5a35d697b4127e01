import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { assert } from '#server/core/assert.ts';
import { emPass, type PassKind } from './em-pass.ts';
import type { PassData } from './em-problem.ts';
import type { PassEngine } from './em-run.ts';

/** Places in the shared control block. */
export const controlSlots = { phase: 0, kind: 1, next: 2, done: 3 } as const;
export const quitSignal = -1;

const kinds: readonly PassKind[] = ['count', 'expect'];
const stuckMs = 60_000;

/** What a helper needs to take part in one run. */
export type SharedRun = {
  readonly data: PassData;
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly results: Float64Array;
};

/** A thread that sleeps on `mail` until a run is posted. */
type Helper = { readonly port: MessagePort; readonly mail: Int32Array<SharedArrayBuffer> };

/** Threads stay when a run ends: the next one finds them awake and compiled. They never keep the process alive. */
const pool: Helper[] = [];

/**
 * A pass engine that shares the chunks with `helpers` further threads (default one: both cores of a small machine). Chunks
 * are claimed one by one, so the calling thread does everything itself until a helper has started, and results are
 * the same to the last bit with any number of threads. For the command line, benches and background jobs; it
 * blocks the calling thread like the local engine does.
 *
 * @example dawidSkene(table, { engine: threadEngine() })
 */
export function threadEngine(helpers = 1): PassEngine {
  return {
    allocate: (bytes) => new SharedArrayBuffer(bytes),
    open(data) {
      const control = new Int32Array(new SharedArrayBuffer(16));
      const results = new Float64Array(new SharedArrayBuffer(data.nChunks * 8));
      if (data.nChunks > 1) {
        while (pool.length < helpers) pool.push(startHelper());
        for (const helper of pool.slice(0, helpers)) post(helper, { data, control, results });
      }
      const start = (kind: number) => {
        Atomics.store(control, controlSlots.kind, kind);
        Atomics.store(control, controlSlots.done, 0);
        Atomics.store(control, controlSlots.next, 0);
        Atomics.add(control, controlSlots.phase, 1);
        Atomics.notify(control, controlSlots.phase);
      };
      return {
        run(kind) {
          start(kinds.indexOf(kind));
          claimChunks({ data, control, results });
          waitForAll(control, data.nChunks);
          return results.reduce((sum, value) => sum + value, 0);
        },
        close: () => start(quitSignal),
      };
    },
  };
}

function startHelper(): Helper {
  const { port1, port2 } = new MessageChannel();
  const mail = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL('./em-worker.ts', import.meta.url), {
    workerData: { port: port2, mail },
    // What this process was started with is none of the helper's: it may not even be for files.
    execArgv: [],
    transferList: [port2],
  });
  worker.unref();
  port1.unref();
  return { port: port1, mail };
}

function post({ port, mail }: Helper, run: SharedRun): void {
  port.postMessage(run);
  Atomics.add(mail, 0, 1);
  Atomics.notify(mail, 0);
}

/** Runs unclaimed chunks of the current pass until there are none left. */
export function claimChunks({ data, control, results }: SharedRun): void {
  for (;;) {
    const chunk = Atomics.add(control, controlSlots.next, 1);
    // Read after the claim: whoever claims a chunk of the next pass must see that pass's kind.
    const kind = kinds[Atomics.load(control, controlSlots.kind)];
    if (chunk >= data.nChunks || kind === undefined) return;
    results[chunk] = emPass(data, chunk, kind);
    Atomics.add(control, controlSlots.done, 1);
    Atomics.notify(control, controlSlots.done);
  }
}

function waitForAll(control: Int32Array<SharedArrayBuffer>, nChunks: number): void {
  for (;;) {
    const done = Atomics.load(control, controlSlots.done);
    if (done >= nChunks) return;
    const outcome = Atomics.wait(control, controlSlots.done, done, stuckMs);
    assert(outcome !== 'timed-out', 'a thread of the consensus engine stopped in the middle of a pass');
  }
}
