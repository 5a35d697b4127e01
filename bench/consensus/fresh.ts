import { type BenchCase, type BenchCheck, measured, median } from '#bench/result.ts';
import { moduleOf, runModule } from './module.ts';

const MEMORY_LIMIT_MB = 200;
const ITERATIONS = 10;

export type Fresh = {
  readonly reads: number;
  readonly logLikelihood: number;
  readonly limitSeconds: number | null;
  readonly rounds: number;
};

/**
 * Ten iterations on two threads, each round a process of its own: time, peak memory and log-likelihood are of the same runs. A first,
 * small run leaves the compiled code behind, as any earlier use of the command does.
 */
export function measureFresh(size: Fresh, cases: BenchCase[], checks: BenchCheck[]): void {
  const name = `${size.reads.toExponential()} reads, 5 classes, a process each`;
  runOnce(1e5);
  const rounds = Array.from({ length: size.rounds }, () => runOnce(size.reads));
  const time = median(rounds.map(({ seconds }) => seconds));
  const peak = median(rounds.map(({ peakMb }) => peakMb));
  cases.push(measured(name, 'ten iterations, two threads', time, 's'));
  cases.push(measured(name, 'peak memory, two threads', peak, 'MB'));
  checks.push({
    check: `${name}: peak memory within ${MEMORY_LIMIT_MB} MB (median of ${size.rounds})`,
    pass: peak <= MEMORY_LIMIT_MB,
    detail: `${peak.toFixed(0)} MB`,
  });
  checks.push({
    check: `${name}: log-likelihood equals the reference to 1e-4, absolute`,
    pass: rounds.every(({ logLikelihood }) => Math.abs(logLikelihood - size.logLikelihood) <= 1e-4),
    detail: `${rounds[0]?.logLikelihood} and ${size.logLikelihood}`,
  });
  if (size.limitSeconds === null) return;
  checks.push({
    check: `${name}: ten iterations within ${size.limitSeconds} s (median of ${size.rounds})`,
    pass: time <= size.limitSeconds,
    detail: `${time.toFixed(3)} s`,
  });
}

function runOnce(reads: number): { seconds: number; peakMb: number; logLikelihood: number } {
  const output = runModule(`
    const { syntheticTable } = await import(${moduleOf('server/quality/synthetic-reads.ts')});
    const { dawidSkene } = await import(${moduleOf('server/quality/dawid-skene.ts')});
    const { threadEngine } = await import(${moduleOf('server/quality/em-threads.ts')});
    const { peakMemoryMb } = await import(${moduleOf('server/cli/peak-memory.ts')});
    const table = syntheticTable(${reads}, 5, false);
    const started = performance.now();
    const { logLikelihood } = dawidSkene(table, { maxIterations: ${ITERATIONS}, tolerance: 0, engine: threadEngine() });
    const seconds = (performance.now() - started) / 1000;
    console.log(JSON.stringify({ seconds, peakMb: peakMemoryMb(), logLikelihood }));
  `);
  return JSON.parse(output) as { seconds: number; peakMb: number; logLikelihood: number };
}
