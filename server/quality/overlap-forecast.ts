import { AppError } from '#server/core/errors.ts';

import { checkAccuracy } from './adaptive-overlap.ts';

/** What a stopping rule costs and gives, for one class of item difficulty. */
export type OverlapForecast = {
  /** Expected reads per item. */
  readonly reads: number;
  /** Expected share of right labels. */
  readonly accuracy: number;
};

/**
 * Expected reads and accuracy of the rule "stop when one answer leads by `lead` votes" for two classes and independent annotators of
 * accuracy p, without a cap: the gambler's ruin.
 *
 * accuracy = p^d / (p^d + q^d), reads = d / (p − q) · (p^d − q^d) / (p^d + q^d).
 *
 * @example leadForecast(0.8, 2) // { reads: 2.9412, accuracy: .941176 }
 */
export function leadForecast(accuracy: number, lead: number): OverlapForecast {
  checkAccuracy(accuracy);
  const p = accuracy ** lead;
  const q = (1 - accuracy) ** lead;
  const drift = 2 * accuracy - 1;
  const reads = Math.abs(drift) < 1e-9 ? lead ** 2 : ((lead / drift) * (p - q)) / (p + q);
  return { reads, accuracy: p / (p + q) };
}

/**
 * Expected accuracy of majority vote at a fixed overlap (two classes, independent annotators of accuracy p); even overlaps count half
 * of their ties.
 *
 * @example majorityForecast(0.8, 5).accuracy // .94208
 */
export function majorityForecast(accuracy: number, overlap: number): OverlapForecast {
  checkAccuracy(accuracy);
  let sum = 0;
  let chance = (1 - accuracy) ** overlap;
  const odds = accuracy / (1 - accuracy);
  for (let right = 0; right <= overlap; right += 1) {
    if (2 * right > overlap) sum += chance;
    else if (2 * right === overlap) sum += chance / 2;
    chance *= ((overlap - right) / (right + 1)) * odds;
  }
  return { reads: overlap, accuracy: sum };
}

/** Courses × classes that a forecast may follow; more classes and reads than that are not worth an exact answer. */
const mostCells = 450_000;

export type AdaptiveForecast = OverlapForecast & {
  /** Share of items that end with n reads, by n (index 0 is 0). */
  readonly readsShare: readonly number[];
  /** Share of items that end at the maximum without being sure. */
  readonly unsure: number;
  /** Share of items that end with two or more labels equally likely; `accuracy` counts a guess among them. */
  readonly tied: number;
  /** Expected share of right labels when a tie is nobody's: `accuracy` without the guesses. */
  readonly rightUntied: number;
};

/** When reading of an item stops. */
export type StoppingRule = {
  readonly minimum: number;
  readonly maximum: number;
  /**
   * Whether the reads from `minimum` on are enough: how often each answer was given (in any order), how many reads that is, and the
   * posterior of the likeliest class.
   */
  readonly isEnough: (state: {
    readonly counts: readonly number[];
    readonly nReads: number;
    readonly confidence: number;
  }) => boolean;
};

/**
 * Expected reads and accuracy of the rule of `needsAnotherRead` before a read is bought; see `forecastReads`. `minimum` = `maximum`
 * forecasts a fixed overlap. Throws `invalid` as it does, and for a confidence that is not above 0 and up to 1.
 *
 * @example adaptiveForecast(evenConfusion(0.8, 2), Float64Array.of(0.5, 0.5), { minimum: 2, maximum: 5, minConfidence: 0.95 })
 */
export function adaptiveForecast(
  confusion: Float64Array,
  prior: Float64Array,
  policy: { readonly minimum: number; readonly maximum: number; readonly minConfidence: number },
): AdaptiveForecast {
  const { minConfidence } = policy;
  if (!(minConfidence > 0 && minConfidence <= 1)) throw badPolicy();
  return forecastReads(confusion, prior, {
    ...policy,
    isEnough: ({ confidence }) => confidence >= minConfidence,
  });
}

type State = { readonly counts: readonly number[]; readonly joint: readonly number[] };

/**
 * What any rule that looks only at an item's answers so far is expected to buy: exact, by following every possible course of
 * answers of independent annotators who all err as `confusion` (truth × answer) says, in a mix of classes `prior`. The label is the
 * likeliest class when reading stops. Where classes are alike (even errors, even mix), courses that differ only in the
 * names of the classes are followed as one. Annotators whose errors go together do worse than this says: plan a sample with gold.
 *
 * Throws `invalid` for a rule that is not 1 ≤ minimum ≤ maximum ≤ 100, `limit` when there are too many courses to follow.
 *
 * @example forecastReads(evenConfusion(0.8, 2), Float64Array.of(0.5, 0.5), { minimum: 3, maximum: 3, isEnough: () => true }).accuracy // .896
 */
export function forecastReads(
  confusion: Float64Array,
  prior: Float64Array,
  rule: StoppingRule,
): AdaptiveForecast {
  checkBounds(rule);
  const { minimum, maximum, isEnough } = rule;
  const K = prior.length;
  const isEven = areClassesAlike(confusion, prior);
  const eachAnswer = Array.from(prior, (_, answer) => ({ answer, ways: 1 }));
  const readsShare = new Array<number>(maximum + 1).fill(0);
  const sums = { accuracy: 0, unsure: 0, tied: 0, rightUntied: 0 };
  let nStates = 0;
  // Counts of each answer so far, with P(these answers, and the truth is k).
  let states = new Map<string, State>([
    ['', { counts: new Array<number>(K).fill(0), joint: Array.from(prior) }],
  ]);
  for (let nReads = 0; states.size > 0; nReads += 1) {
    const next = new Map<string, State>();
    for (const state of states.values()) {
      const total = state.joint.reduce((sum, share) => sum + share, 0);
      const best = Math.max(...state.joint);
      const confidence = total === 0 ? 1 : best / total;
      const enough = nReads >= minimum && isEnough({ counts: state.counts, nReads, confidence });
      if (nReads > 0 && (enough || nReads >= maximum)) {
        readsShare[nReads] = (readsShare[nReads] ?? 0) + total;
        sums.accuracy += best;
        if (!enough) sums.unsure += total;
        if (state.joint.filter((share) => share >= best * (1 - 1e-9)).length > 1) sums.tied += total;
        else sums.rightUntied += best;
        continue;
      }
      for (const { answer, ways } of isEven ? answersThatDiffer(state.counts) : eachAnswer) {
        addCourse(next, after(state, answer, ways, confusion));
        if ((nStates + next.size) * K > mostCells) throw tooManyCourses();
      }
    }
    nStates += next.size;
    states = next;
  }
  const reads = readsShare.reduce((sum, share, n) => sum + share * n, 0);
  return { reads, readsShare, ...sums };
}

/** The state that one more read with this answer leads to, in as many ways. */
function after({ counts, joint }: State, answer: number, ways: number, confusion: Float64Array): State {
  const K = counts.length;
  return {
    counts: counts.map((count, k) => count + Number(k === answer)),
    joint: joint.map((share, k) => ways * share * (confusion[k * K + answer] as number)),
  };
}

/**
 * The first class of each count and how many have that count, of counts that never rise: giving the first one more read keeps them so,
 * and the others of that count would only come to the same state under other names.
 */
function answersThatDiffer(counts: readonly number[]): { answer: number; ways: number }[] {
  const found: { answer: number; ways: number }[] = [];
  for (const [answer, count] of counts.entries()) {
    const last = found.at(-1);
    if (last !== undefined && counts[last.answer] === count) last.ways += 1;
    else found.push({ answer, ways: 1 });
  }
  return found;
}

function addCourse(states: Map<string, State>, { counts, joint }: State): void {
  const key = counts.join();
  const known = states.get(key);
  states.set(key, {
    counts,
    joint: known === undefined ? joint : joint.map((share, k) => share + (known.joint[k] as number)),
  });
}

/** Whether no class differs from another: one accuracy, one error rate, one share. */
function areClassesAlike(confusion: Float64Array, prior: Float64Array): boolean {
  const K = prior.length;
  const isSame = (a: number, b: number) => Math.abs(a - b) <= 1e-12;
  return (
    prior.every((share) => isSame(share, prior[0] as number)) &&
    confusion.every((share, cell) =>
      isSame(share, (cell % (K + 1) === 0 ? confusion[0] : (confusion[1] ?? 0)) as number),
    )
  );
}

function tooManyCourses(): AppError {
  return new AppError({
    kind: 'limit',
    reason: 'too_many_courses',
    message: 'Too many classes and reads to forecast exactly; plan with fewer classes or a lower maximum.',
  });
}

function checkBounds({ minimum, maximum }: { minimum: number; maximum: number }): void {
  const isWhole = Number.isInteger(minimum) && Number.isInteger(maximum);
  if (!(isWhole && minimum >= 1 && maximum >= minimum && maximum <= 100)) throw badPolicy();
}

function badPolicy(): AppError {
  return new AppError({
    kind: 'invalid',
    reason: 'bad_overlap_policy',
    message:
      'The overlap is bounded by whole numbers, 1 ≤ minimum ≤ maximum ≤ 100, and the confidence lies above 0 and is at most 1.',
  });
}
