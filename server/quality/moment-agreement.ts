import { type Measurement, measured, unmeasured } from './measurement.ts';
import { studentCritical } from './student-critical.ts';

/** Names of the sums: `s` stands for an item's sum of answers, `q` for their sum of squares, `n` counts items. */
export const MOMENTS = ['n', 's', 'q', 'ss', 'sq', 'sss', 'ssq', 'qq', 'ssss'] as const;
export type Moment = (typeof MOMENTS)[number];

/** Exact sums over the items with the same number of answers, of answers as whole numbers in any unit. */
export type MomentGroup = {
  readonly answers: number;
  readonly sums: Readonly<Record<Moment, bigint>>;
};

/** What one item adds to the sums of its group: exact, so that it can be taken away again without a trace. */
export function momentsOfItem(answers: readonly bigint[]): Record<Moment, bigint> {
  const s = answers.reduce((sum, answer) => sum + answer, 0n);
  const q = answers.reduce((sum, answer) => sum + answer * answer, 0n);
  const ss = s * s;
  return { n: 1n, s, q, ss, sq: s * q, sss: ss * s, ssq: ss * q, qq: q * q, ssss: ss * ss };
}

/**
 * Krippendorff's alpha on the interval scale with its analytic interval, from sums that cost the same to move in a batch of
 * ten items and of ten million, and with as many different answers as there are reads. Equals `krippendorffAlpha(…,
 * { scale: 'interval', interval: 'analytic' })` of the items. `n` counts pairable items.
 *
 * With m answers v of an item, s = Σ v and q = Σ v²: D_o = Σ 2 (m q − s²)/(m − 1) / N, D_e = 2 (N Σ q − (Σ s)²)/(N (N − 1)). Gwet's
 * linearised items are linear in s, q and s², so that their sum of squares needs products of these up to the fourth power only.
 * Sums are moved to the mean of all answers before they become floating point.
 *
 * Null: `no_overlap`, `one_category`.
 *
 * Source: as krippendorff-alpha.ts and krippendorff-error.ts.
 *
 * @example momentAlpha([{ answers: 2, sums: momentsOfItem([3n, 5n]) }])
 */
export function momentAlpha(groups: readonly MomentGroup[], options: { level?: number } = {}): Measurement {
  const { level = 0.95 } = options;
  const name = 'krippendorff_alpha:interval';
  const exclusion = 'fewer_than_two_answers';
  const pairable = groups.filter((one) => one.answers > 1 && one.sums.n > 0n);
  const n = itemsOf(pairable);
  const nExcluded = itemsOf(groups) - n;
  if (n === 0) return unmeasured({ reason: 'no_overlap', nExcluded, exclusion, method: name });
  if (isConstant(pairable))
    return unmeasured({ reason: 'one_category', n, nExcluded, exclusion, method: name });
  const centred = aboutTheMean(pairable);
  const total = (of: (sums: Sums, m: number) => number) =>
    centred.reduce((sum, one) => sum + of(one.sums, one.m), 0);
  const N = total((sums, m) => m * sums.n);
  const observed = total((sums, m) => within(sums, m) / (m - 1)) / N;
  const [mean, square] = [total(({ s }) => s) / N, total(({ q }) => q) / N];
  const spread = 2 * (square - mean ** 2);
  const value = 1 - (observed * (N - 1)) / (spread * N);
  const method = `${name};gwet_linearised:${level}`;
  if (n < 2) return measured({ value, n, nExcluded, exclusion, method });
  const perItem = N / n;
  const linear = 1 - observed / spread;
  const shift = (2 * (1 - linear)) / (perItem * spread);
  const squares = centred.reduce((sum, { sums, m }) => {
    const pairs = 2 / ((m - 1) * perItem * spread);
    const form = {
      constant:
        ((observed * m) / perItem - observed + spread) / spread - shift * m * (spread - square) - linear,
      s: -2 * shift * mean,
      q: shift - pairs * m,
      ss: pairs,
    };
    return sum + squareOf(form, sums);
  }, 0);
  const se = Math.sqrt(squares / (n * (n - 1)));
  const margin = studentCritical(level, n - 1) * se;
  const ci = [Math.max(-1, value - margin), Math.min(1, value + margin)] as const;
  return measured({ value, se, ci, n, nExcluded, exclusion, method });
}

/**
 * Fleiss' kappa with quadratic weights and Gwet's linearised interval from the same sums; equals `fleissKappa(…,
 * { weights: 'quadratic' })` of the items, whatever the number of different answers. Items with one answer count in the prevalence only.
 *
 * Source: Gwet 2014, ch. 2 to 5.
 */
export function momentKappa(groups: readonly MomentGroup[], options: { level?: number } = {}): Measurement {
  const { level = 0.95 } = options;
  const method = `fleiss_kappa;gwet_linearised:${level}`;
  const exclusion = 'fewer_than_two_answers';
  const read = groups.filter((one) => one.sums.n > 0n);
  const nItems = itemsOf(read);
  const n = itemsOf(read.filter((one) => one.answers > 1));
  const nExcluded = nItems - n;
  if (n === 0) return unmeasured({ reason: 'no_overlap', nExcluded, exclusion, method });
  if (isConstant(read)) return unmeasured({ reason: 'one_category', n, nExcluded, exclusion, method });
  const centred = aboutTheMean(read);
  const mean = centred.reduce((sum, { sums, m }) => sum + sums.s / m, 0) / nItems;
  const square = centred.reduce((sum, { sums, m }) => sum + sums.q / m, 0) / nItems;
  const spread = 2 * (square - mean ** 2);
  const apart = centred.reduce((sum, { sums, m }) => sum + (m < 2 ? 0 : within(sums, m) / (m * (m - 1))), 0);
  const value = 1 - apart / n / spread;
  if (nItems < 2) return measured({ value, n, nExcluded, exclusion, method });
  const shift = (2 * (1 - value)) / spread;
  const squares = centred.reduce((sum, { sums, m }) => {
    const share = m < 2 ? 0 : nItems / n;
    const pairs = m < 2 ? 0 : (2 * share) / (m * (m - 1) * spread);
    const form = {
      constant: share - shift * (spread - square) - value,
      s: (-2 * shift * mean) / m,
      q: shift / m - pairs * m,
      ss: pairs,
    };
    return sum + squareOf(form, sums);
  }, 0);
  const se = Math.sqrt(squares / (nItems * (nItems - 1)));
  const margin = studentCritical(level, nItems - 1) * se;
  const ci = [Math.max(Math.min(-1, value), value - margin), Math.min(1, value + margin)] as const;
  return measured({ value, se, ci, n, nExcluded, exclusion, method });
}

type Sums = Record<Moment, number>;

const itemsOf = (groups: readonly MomentGroup[]): number =>
  groups.reduce((sum, one) => sum + Number(one.sums.n), 0);

/** Σ over items of Σ_{i≠j} (v_i − v_j)². */
const within = (sums: Sums, m: number): number => 2 * Math.max(0, m * sums.q - sums.ss);

/** Whether all answers are the same: exact, so that rounding is never taken for a difference. */
function isConstant(groups: readonly MomentGroup[]): boolean {
  let [n, s, q] = [0n, 0n, 0n];
  for (const { answers, sums } of groups) {
    n += BigInt(answers) * sums.n;
    s += sums.s;
    q += sums.q;
  }
  return n * q === s * s;
}

/** Σ (constant + a s + b q + c s²)² over the items of a group. */
function squareOf(form: { constant: number; s: number; q: number; ss: number }, sums: Sums): number {
  const { constant: k, s: a, q: b, ss: c } = form;
  const squares = k * k * sums.n + a * a * sums.ss + b * b * sums.qq + c * c * sums.ssss;
  const first = k * a * sums.s + k * b * sums.q + k * c * sums.ss;
  const mixed = a * b * sums.sq + a * c * sums.sss + b * c * sums.ssq;
  return Math.max(0, squares + 2 * (first + mixed));
}

/** The sums as if the mean of all answers had been taken from each, exactly, and only then as floating point. */
function aboutTheMean(groups: readonly MomentGroup[]): { m: number; sums: Sums }[] {
  const answers = groups.reduce((sum, one) => sum + BigInt(one.answers) * one.sums.n, 0n);
  const c = groups.reduce((sum, one) => sum + one.sums.s, 0n) / answers;
  return groups.map(({ answers: m, sums: { n, s, q, ss, sq, sss, ssq, qq, ssss } }) => {
    // s' = s − t and q' = q − 2 c s + u.
    const t = BigInt(m) * c;
    const u = t * c;
    const exact: Record<Moment, bigint> = {
      n,
      s: s - n * t,
      q: q - 2n * c * s + n * u,
      ss: ss - 2n * t * s + n * t ** 2n,
      sq: sq - 2n * c * ss + u * s - t * q + 2n * c * t * s - n * t * u,
      sss: sss - 3n * t * ss + 3n * t ** 2n * s - n * t ** 3n,
      ssq:
        ssq -
        2n * c * sss +
        u * ss -
        2n * t * (sq - 2n * c * ss + u * s) +
        t ** 2n * (q - 2n * c * s + n * u),
      qq: qq + 4n * c ** 2n * ss + n * u ** 2n - 4n * c * sq + 2n * u * q - 4n * c * u * s,
      ssss: ssss - 4n * t * sss + 6n * t ** 2n * ss - 4n * t ** 3n * s + n * t ** 4n,
    };
    return { m, sums: Object.fromEntries(MOMENTS.map((key) => [key, Number(exact[key])])) as Sums };
  });
}
