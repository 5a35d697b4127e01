/** One measured number, beside a peer's when there is one to compare with. */
export type BenchCase = {
  case: string;
  metric: string;
  value: number;
  unit: string;
  /** What it is compared with, measured in the same run on the same machine; null when nothing compares. */
  peer: string | null;
  peerValue: number | null;
  /** value ÷ peerValue. */
  ratio: number | null;
};

/** Something that must hold, with what was seen. */
export type BenchCheck = { check: string; pass: boolean; detail: string };

/** What a benchmark returns; printed as one line with `--json`. */
export type BenchResult = { name: string; cases: BenchCase[]; checks: BenchCheck[] };

/** A run that ended with an error (`cause`), with what it had found by then: a quarter of an hour is not lost with its last query. */
export class CutShort extends Error {
  readonly result: BenchResult;

  constructor(result: BenchResult, cause: unknown) {
    super(`${result.name} was cut short; what it had found is above.`, { cause });
    const check = {
      check: 'the run came to its end',
      pass: false,
      detail: cause instanceof Error ? cause.name : '',
    };
    this.result = { ...result, checks: [...result.checks, check] };
  }
}

/** A benchmark file exports this as `run`. `quick` must end within 45 s on two cores. */
export type Bench = (options: { quick: boolean }) => Promise<BenchResult>;

/** A number that nothing is compared with. */
export function measured(name: string, metric: string, value: number, unit: string): BenchCase {
  return { case: name, metric, value: round(value), unit, peer: null, peerValue: null, ratio: null };
}

/** A number beside a peer's; the ratio is value ÷ peer, so below 1 is better for times, above 1 for rates. */
export function compared(
  name: string,
  metric: string,
  value: number,
  unit: string,
  peer: { name: string; value: number },
): BenchCase {
  return {
    case: name,
    metric,
    value: round(value),
    unit,
    peer: peer.name,
    peerValue: round(peer.value),
    ratio: round(value / peer.value),
  };
}

/** What the parts of a run took, told in its result: who looks for time finds it there. */
export class Phases {
  private readonly seconds = new Map<string, number>();

  async time<T>(name: string, work: () => Promise<T>): Promise<T> {
    const from = performance.now();
    try {
      return await work();
    } finally {
      const took = (performance.now() - from) / 1000;
      this.seconds.set(name, (this.seconds.get(name) ?? 0) + took);
    }
  }

  tell(): BenchCase[] {
    return [...this.seconds].map(([name, took]) => measured('time of the run', name, took, 's'));
  }
}

/** The middle of the values (of an even number of them, the mean of the middle two). */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  const lower = sorted[sorted.length % 2 === 0 ? middle - 1 : middle];
  if (upper === undefined || lower === undefined) throw new Error('No values to take the median of.');
  return (lower + upper) / 2;
}

/** The smallest value that at least a share `p` of all values do not exceed (nearest rank). */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
  if (value === undefined) throw new Error('No values to take a percentile of.');
  return value;
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
