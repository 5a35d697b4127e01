import { workerData } from 'node:worker_threads';
import type { EmProblem } from './em-problem.ts';
import { claimChunks, controlSlots, quitSignal } from './em-threads.ts';

// The thread side of `em-threads.ts`: sleeps until a pass starts, helps with its chunks, ends on the quit signal.
const { problem, control, results } = workerData as {
  problem: EmProblem;
  control: Int32Array<SharedArrayBuffer>;
  results: Float64Array;
};

let seen = 0;
while (true) {
  Atomics.wait(control, controlSlots.phase, seen);
  seen = Atomics.load(control, controlSlots.phase);
  if (Atomics.load(control, controlSlots.kind) === quitSignal) break;
  claimChunks(problem, control, results);
}
