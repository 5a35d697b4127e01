import { randomUUID } from 'node:crypto';
import { encode } from 'next-auth/jwt';
import { makeBatch, makeReaders } from '#db/seed/factories/work.ts';
import type { Api } from '#db/seed/steps/door.ts';
import { findFreePort } from '#server/cli/postgres-server.mjs';
import { apiWithCookies, wordsOf } from '#server/cli/replay/api-client.ts';
import type { OrgContext } from '#server/command/context.ts';
import { startWorld } from './claims/world.ts';
import { serveBuilt } from './pages/serve.ts';
import { type BenchResult, measured, median, percentile } from './result.ts';

const PEOPLE = [16, 64] as const;
/** As many as an app process takes by itself. */
const CONNECTIONS = 10;
const CASES = 6000;
const OVERLAP = 5;

/**
 * One process of the built app before a database of its own: people with sessions submit and get their next case through the HTTP
 * API, each with one call after the other; the case is opened first, by a call of its own, which the rate counts and the times do not. The database, the app and those who call share the machine.
 */
export async function run({ quick }: { quick: boolean }): Promise<BenchResult> {
  const plan = quick ? { rounds: 3, ms: 3000 } : { rounds: 5, ms: 10_000 };
  const world = await startWorld(CONNECTIONS, CASES);
  let stop = () => {};
  try {
    const most = Math.max(...PEOPLE);
    // Who submits has opened the case, so the cases are real.
    const batchId = await makeBatch(world.scene, {
      overlap: OVERLAP,
      goldMode: 'dealt',
      goldShareBasisPoints: 500,
      leaseSeconds: 28_800,
    });
    const readers = await makeReaders(world.scene, batchId, most);
    const url = `http://127.0.0.1:${await findFreePort()}`;
    stop = await serveBuilt(url, { DATABASE_URL: world.url, NEXTAUTH_URL: url });
    const people = await Promise.all(readers.map((who) => apiOf(url, who)));
    const result: BenchResult = { name: 'http', cases: [], checks: [] };
    for (const n of PEOPLE) {
      const cells: Cell[] = [];
      const some = people.slice(0, n);
      await submitAndNext(some, { batchId, ms: 1000 });
      for (let round = 0; round < plan.rounds; round += 1)
        cells.push(await submitAndNext(some, { batchId, ms: plan.ms }));
      const name = `submit and next through HTTP, ${n} people, one app process`;
      if (cells.some((cell) => cell.times.length === 0))
        throw new Error(cells.flatMap((cell) => cell.refusals).join('; '));
      result.cases.push(
        measured(name, 'per second', median(cells.map((cell) => cell.perSecond)), '1/s'),
        measured(name, 'p50', median(cells.map((cell) => percentile(cell.times, 0.5))), 'ms'),
        measured(name, 'p99', median(cells.map((cell) => percentile(cell.times, 0.99))), 'ms'),
      );
      const refusals = cells.flatMap((cell) => cell.refusals);
      const calls = cells.reduce((sum, cell) => sum + cell.times.length, 0);
      result.checks.push({
        check: `${n} people: no call is refused or fails`,
        pass: calls > 0 && refusals.length === 0,
        detail: [`${refusals.length} of ${calls}`, ...refusals.slice(0, 1)].join(': '),
      });
    }
    return result;
  } finally {
    stop();
    await world.stop();
  }
}

type Cell = { perSecond: number; times: number[]; refusals: string[] };

/** Everybody holds a case; each call submits it and brings the next. */
async function submitAndNext(people: readonly Api[], of: { batchId: string; ms: number }): Promise<Cell> {
  const { batchId } = of;
  const times: number[] = [];
  const refusals: string[] = [];
  const held = await Promise.all(
    people.map(async (api) => (await api.work.claim.mutate({ batchId, limit: 1 })).leases[0]?.leaseId),
  );
  const from = performance.now();
  await Promise.all(
    people.map(async (api, at) => {
      let leaseId = held[at];
      while (leaseId !== undefined && performance.now() - from < of.ms) {
        const { receipt } = await api.work.case.query({ batchId, leaseId });
        const began = performance.now();
        const label = { receipt, labelId: randomUUID(), answers: { grade: '2' }, activeMs: 20_000, limit: 1 };
        const answer = await api.work.submitAndNext
          .mutate({ batchId, leaseId, ...label })
          .catch((error: unknown) => void refusals.push(wordsOf(error)));
        if (answer === undefined) return;
        times.push(performance.now() - began);
        leaseId = answer.next.leases[0]?.leaseId;
      }
      // What is still held is given back, so that the next round begins as this one did.
      if (leaseId !== undefined) await api.work.release.mutate({ batchId, leaseIds: [leaseId] });
    }),
  );
  return { perSecond: (times.length * 1000) / (performance.now() - from), times, refusals };
}

/** The session that the factory made for somebody, as the cookie that signing in would have left. */
async function apiOf(url: string, { actor }: OrgContext): Promise<Api> {
  const secret = process.env.NEXTAUTH_SECRET ?? '';
  const token = await encode({ token: { sid: actor.sessionId }, secret });
  return apiWithCookies(url, { 'next-auth.session-token': token });
}
