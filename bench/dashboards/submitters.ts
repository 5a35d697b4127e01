import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { LoadedBatch } from '#bench/claims/load.ts';
import type { World } from '#bench/claims/world.ts';
import type { Seat } from './submitter-process.ts';

/** How many submits the server had taken, and when that was known. */
type Taken = { at: number; n: number };

/** People who submit in processes of their own. */
export type Submitters = {
  begin(): void;
  /** Submits that the server has taken so far, as far as this process has heard. */
  taken(): number;
  /** Since when there have been more submits than `n`, at the earliest; null while there are not. */
  beyond(n: number): number | null;
  /** Ends when all processes have. */
  stop(): Promise<void>;
};

/** Starts processes that share the readers of these batches and `perSecond` between them; resolves when all are warm and hold a case. */
export async function startSubmitters(
  world: World,
  batches: readonly LoadedBatch[],
  of: { processes: number; perSecond: number },
): Promise<Submitters> {
  const seats: Seat[] = batches.flatMap(({ batchId, readers }) =>
    readers.map(({ actor }) => ({ batchId, actor })),
  );
  const heard: Taken[] = [{ at: performance.now(), n: 0 }];
  const counts = Array.from({ length: of.processes }, () => 0);
  const hear = (which: number, n: number) => {
    counts[which] = n;
    heard.push({ at: performance.now(), n: counts.reduce((sum, one) => sum + one, 0) });
  };
  const running = await Promise.all(
    counts.map((_, which) =>
      start(world.url, {
        seats: seats.filter((_, i) => i % of.processes === which),
        perSecond: of.perSecond / of.processes,
        hear: (n) => hear(which, n),
      }),
    ),
  );
  const tell = (line: string) => {
    for (const { child } of running) if (child.exitCode === null) child.stdin?.write(`${line}\n`);
  };
  const taken = () => heard.at(-1)?.n ?? 0;
  return {
    begin: () => tell('go'),
    taken,
    beyond: (n) => (taken() > n ? (heard.findLast((one) => one.n <= n)?.at ?? 0) : null),
    stop: async () => {
      tell('stop');
      const codes = await Promise.all(running.map((one) => one.ends));
      if (codes.some((code) => code !== 0)) throw new Error(`Submitters ended with ${codes.join(', ')}.`);
    },
  };
}

async function start(
  url: string,
  of: { seats: readonly Seat[]; perSecond: number; hear(n: number): void },
): Promise<{ child: ChildProcess; ends: Promise<number | null> }> {
  const file = path.join(import.meta.dirname, 'submitter-process.ts');
  const child = spawn(
    process.execPath,
    [...process.execArgv, file, url, JSON.stringify(of.seats), String(of.perSecond)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const ends = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const lines = createInterface({ input: child.stdout as NonNullable<typeof child.stdout> });
  const warm = new Promise<boolean>((resolve) => {
    lines.on('line', (line) => {
      of.hear(Number(line));
      resolve(true);
    });
    void ends.then(() => resolve(false));
  });
  if (!(await warm)) throw new Error('A process of submitters ended before it began.');
  return { child, ends };
}
