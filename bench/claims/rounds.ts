import { compared, measured, median, percentile } from '#bench/result.ts';
import type { Cell } from './cells.ts';
import { graphileJobsPerSecond } from './graphile-loop.ts';
import { CONNECTIONS, type Findings, type World } from './world.ts';

const PEER = 'graphile-worker, no-op jobs, unbatched, as many at once';

/** The cells of several rounds by name, and the jobs a second that graphile-worker did between them. */
export class Cells {
  private readonly seen = new Map<string, Cell[]>();
  private readonly graphile: number[] = [];

  add(name: string, cell: Cell): void {
    this.seen.set(name, [...(this.seen.get(name) ?? []), cell]);
  }

  async addPeer(world: World, of: { claimers: number; ms: number }): Promise<void> {
    const jobs = { concurrency: of.claimers, connections: CONNECTIONS, milliseconds: of.ms };
    this.graphile.push(await graphileJobsPerSecond(world, jobs));
  }

  get peer(): { name: string; value: number } {
    return { name: PEER, value: median(this.graphile) };
  }

  perSecond(name: string): number {
    return median((this.seen.get(name) ?? []).map((cell) => cell.perSecond));
  }

  p99(name: string): number {
    return median((this.seen.get(name) ?? []).map((cell) => percentile(cell.times, 0.99)));
  }

  tell(claimers: number, found: Findings): void {
    for (const [name, cells] of this.seen) {
      const of = `${name}, ${claimers} claimers`;
      const perSecond = this.perSecond(name);
      found.cases.push(
        this.graphile.length === 0
          ? measured(of, 'per second', perSecond, '1/s')
          : compared(of, 'per second', perSecond, '1/s', this.peer),
      );
      tellTimes(of, cells, found);
    }
  }
}

function tellTimes(name: string, cells: readonly Cell[], found: Findings): void {
  for (const p of [50, 99])
    found.cases.push(
      measured(name, `p${p}`, median(cells.map((cell) => percentile(cell.times, p / 100))), 'ms'),
    );
}
