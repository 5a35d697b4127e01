import { parentPort } from 'node:worker_threads';
import loadHighs, { type Highs } from 'highs';
import type { SolveRequest, ThreadMessage } from './roster-solver.ts';

// The thread side of `roster-solver.ts`: HiGHS in WebAssembly blocks whatever thread it runs on, so it has one of its own.
const port = parentPort;
if (!port) throw new Error('roster-solver-thread.ts runs as a worker thread only');
const say = (message: ThreadMessage) => port.postMessage(message);
const highs = await loadHighs();

port.on('message', (request: SolveRequest) => {
  try {
    say({ kind: 'done', id: request.id, result: solve(highs, request) });
  } catch (error) {
    say({ kind: 'failed', id: request.id, message: error instanceof Error ? error.message : String(error) });
  }
});
say({ kind: 'ready' });

/** At 5,000 columns these take a third of the time; small programs are as quick without. */
const LARGE = 1_500;
const FOR_LARGE = { mip_lp_solver: 'ipm', mip_heuristic_run_feasibility_jump: false } as const;

function solve(engine: Highs, request: SolveRequest) {
  const { program, start } = request;
  const began = performance.now();
  return engine.withModel(
    {
      numCols: program.cost.length,
      numRows: program.rowLower.length,
      colCost: program.cost,
      colLower: program.lower,
      colUpper: program.upper,
      rowLower: program.rowLower,
      rowUpper: program.rowUpper,
      integrality: Int32Array.from(request.isRelaxed ? program.isInteger.map(() => 0) : program.isInteger),
      matrix: {
        format: 'csr',
        numRows: program.rowLower.length,
        numCols: program.cost.length,
        starts: program.starts,
        indices: program.indices,
        values: program.values,
      },
    },
    (model) => {
      model.options.set({
        output_flag: false,
        time_limit: request.seconds,
        mip_rel_gap: request.gap,
        random_seed: 1,
        ...(program.cost.length > LARGE ? FOR_LARGE : {}),
      });
      if (start) model.setSolution({ colValue: start });
      const { modelStatus } = engine.constants;
      model.run({
        [engine.constants.callbackType.mipInterrupt](event) {
          const { mip_gap: gap, mip_dual_bound: bound, mip_primal_bound: best } = event.data;
          tell(request.id, { gap, bound, best, seconds: (performance.now() - began) / 1000 });
        },
      });
      const status = model.getModelStatus();
      const objective = model.getObjectiveValue();
      const isMip = !request.isRelaxed && program.isInteger.includes(1);
      const bound = isMip ? Number(model.info.get('mip_dual_bound')) : objective;
      const hasSolution = Number(model.info.get('primal_solution_status')) === 2;
      const values = hasSolution ? model.getSolution().colValue : null;
      return {
        status:
          status === modelStatus.optimal
            ? ('optimal' as const)
            : status === modelStatus.infeasible || status === modelStatus.unboundedOrInfeasible
              ? ('infeasible' as const)
              : ('stopped' as const),
        values,
        objective: values ? objective : null,
        bound: Number.isFinite(bound) ? bound : null,
        seconds: (performance.now() - began) / 1000,
      };
    },
  );
}

let toldAt = 0;
function tell(
  id: number,
  at: { gap: number | undefined; bound: number | undefined; best: number | undefined; seconds: number },
): void {
  const now = performance.now();
  if (now - toldAt < 250) return;
  toldAt = now;
  const finite = (value: number | undefined) =>
    value === undefined || !Number.isFinite(value) || Math.abs(value) >= 1e20 ? null : value;
  say({
    kind: 'progress',
    id,
    progress: { gap: finite(at.gap), bound: finite(at.bound), best: finite(at.best), seconds: at.seconds },
  });
}
