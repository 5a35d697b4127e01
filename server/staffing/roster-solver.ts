import { Worker } from 'node:worker_threads';
import type { Program } from './program-draft.ts';

export type SolveOptions = {
  /** Wall-clock limit; the best found until then counts. */
  seconds: number;
  /** Relative gap to the proven bound at which the solver may stop. */
  gap: number;
  /** Values to start from. */
  start?: Float64Array;
  /** Without the yes/no: the bound that the relaxation proves. */
  isRelaxed?: boolean;
};
export type SolveRequest = SolveOptions & { id: number; program: Program };
/** How far the solver has come; null where there is nothing yet. */
export type SolveProgress = {
  gap: number | null;
  bound: number | null;
  best: number | null;
  seconds: number;
};
export type SolveResult = {
  /** `stopped`: out of time; `values` then hold the best found, if anything was. */
  status: 'optimal' | 'infeasible' | 'stopped';
  values: Float64Array | null;
  objective: number | null;
  /** No solution is better than this. */
  bound: number | null;
  seconds: number;
};
export type ThreadMessage =
  | { kind: 'ready' }
  | { kind: 'progress'; id: number; progress: SolveProgress }
  | { kind: 'done'; id: number; result: SolveResult }
  | { kind: 'failed'; id: number; message: string };

export type Solver = {
  solve(
    program: Program,
    options: SolveOptions,
    onProgress?: (at: SolveProgress) => void,
  ): Promise<SolveResult>;
  close(): Promise<void>;
};

/** Beyond its own time limit the thread gets this long to come back before it is ended. */
const GRACE_SECONDS = 5;

/**
 * HiGHS in a thread of its own, so that whoever asks goes on working. Requests are solved one after another. A thread that
 * dies, or does not come back in time, rejects what was asked of it: the caller falls back on the greedy roster.
 */
export function openSolver(): Solver {
  const worker = new Worker(new URL('./roster-solver-thread.ts', import.meta.url));
  worker.unref();
  let serial = 0;
  let queue: Promise<unknown> = Promise.resolve();
  const once = (request: SolveRequest, onProgress?: (at: SolveProgress) => void) =>
    new Promise<SolveResult>((resolve, reject) => {
      const late = setTimeout(
        () => settle(() => reject(new Error('The solver did not come back in time.'))),
        (request.seconds + GRACE_SECONDS) * 1000,
      );
      const settle = (finish: () => void) => {
        clearTimeout(late);
        worker.off('message', hear);
        worker.off('error', fail);
        worker.off('exit', gone);
        finish();
      };
      const fail = (error: Error) => settle(() => reject(error));
      const gone = () => settle(() => reject(new Error('The solver’s thread ended.')));
      const hear = (message: ThreadMessage) => {
        if (message.kind === 'ready' || message.id !== request.id) return;
        if (message.kind === 'progress') onProgress?.(message.progress);
        else if (message.kind === 'done') settle(() => resolve(message.result));
        else settle(() => reject(new Error(message.message)));
      };
      worker.on('message', hear);
      worker.on('error', fail);
      worker.on('exit', gone);
      worker.postMessage(request);
    });
  return {
    solve(program, options, onProgress) {
      serial += 1;
      const request: SolveRequest = { ...options, id: serial, program };
      const answer = queue.then(() => once(request, onProgress));
      queue = answer.catch(() => {});
      return answer;
    },
    async close() {
      await worker.terminate();
    },
  };
}
