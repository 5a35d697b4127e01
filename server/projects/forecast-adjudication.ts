import type { LabelSchema } from '#server/protocols/schemas.ts';
import { courseShares, posteriorOfTop } from './courses-of-reading.ts';
import type { AdjudicationRule } from './schemas.ts';
import type { ConsensusMethodName, OverlapRule } from './tier-schemas.ts';

/**
 * Chance that a reader gives a case's usual answer, used until there are reads of one's own. Calibrated so that at
 * overlap 3 an ordinal field of 5 levels shows disagreement on 45 % of cases, as 20 pathologists grading 240 prostate
 * biopsies did (Steiner et al. 2020).
 */
export const TYPICAL_AGREEMENT = 0.82;

/** Bounds of the enumeration; beyond them the share hardly moves. */
const MOST_READS = 12;
const MOST_LEVELS = 7;

/** A closed field as a forecast sees it: its answers in order. */
export type ForecastField = { key: string; answers: readonly string[]; isOrdinal: boolean };

/** Until there is a protocol: five ordered grades. */
export const FIVE_GRADES: ForecastField = { key: '', answers: ['1', '2', '3', '4', '5'], isOrdinal: true };

/** How readers agree on a field, as their own reads show. */
export type ReadAgreement = {
  /** Chance that a reader gives a case's usual answer, 0..1. */
  agreement: number;
  /** Cases that two or more have read. */
  cases: number;
};

export type AdjudicationForecast = {
  /** Expected share of cases that go to the panel, 0..1. */
  share: number;
  /** Expected number of cases. */
  cases: number;
  /** What the number rests on, in a sentence. */
  assumption: string;
};

export type ForecastInput = {
  rule: AdjudicationRule;
  overlap: number;
  overlapRule: OverlapRule;
  method: ConsensusMethodName;
  /** The closed fields of the protocol; without one, five ordered grades. */
  fields: readonly ForecastField[];
  cases: number;
  /** How the readers of the panel, the pilot or the project agree, by field. */
  reads?: Readonly<Record<string, ReadAgreement>>;
};

/** The fields of a protocol that have a closed list of answers. */
export function forecastFields(schema: LabelSchema | null | undefined): ForecastField[] {
  return (schema?.fields ?? []).flatMap((field): ForecastField[] => {
    if (field.type === 'boolean') return [{ key: field.key, answers: ['false', 'true'], isOrdinal: false }];
    if (field.type !== 'categorical' && field.type !== 'ordinal') return [];
    const answers = (field.options ?? []).map((one) => one.value);
    return [{ key: field.key, answers, isOrdinal: field.type === 'ordinal' }];
  });
}

/** The field a rule looks at that has most answers, so is disputed most often; five grades without a protocol. */
export function widestField(
  fields: readonly ForecastField[],
  rule: Pick<AdjudicationRule, 'fields'>,
): ForecastField {
  const watched = fields.filter((one) => rule.fields.length === 0 || rule.fields.includes(one.key));
  return (
    watched.reduce<ForecastField | undefined>(
      (most, one) => (most === undefined || one.answers.length > most.answers.length ? one : most),
      undefined,
    ) ?? FIVE_GRADES
  );
}

/**
 * How many cases the rule sends to the panel (R25), shown before publishing. Exact for a simple model of reading: every answer is
 * equally often a case's usual one, and each reader gives that with probability `agreement`, otherwise a neighbouring level (ordinal;
 * one away six times in seven, else two) or any other answer. The reads of a case end as the overlap rule says, and each course is held against the
 * signed rule as the engine does: certainty is the share of votes where the label is by votes, and the posterior where reads are weighed. Of
 * the watched fields the one with most answers counts, and classes that are named in others, taken to be independent of it.
 */
export function forecastAdjudication(input: ForecastInput): AdjudicationForecast {
  const { rule, fields, cases, reads = {} } = input;
  const widest = widestField(fields, rule);
  const own = reads[widest.key];
  const named = (field: ForecastField) =>
    rule.classes.filter((one) => one.field === field.key || !fields.some((known) => known.key === one.field));
  const elsewhere = fields.filter(
    (field) =>
      field.key !== widest.key &&
      (rule.fields.length === 0 || rule.fields.includes(field.key)) &&
      rule.classes.some((one) => one.field === field.key),
  );
  const share =
    1 -
    [
      shareOf(
        input,
        widest,
        rule,
        named(widest).map((one) => one.value),
      ),
      ...elsewhere.map((field) =>
        shareOf(
          input,
          field,
          NEVER,
          rule.classes.flatMap((one) => (one.field === field.key ? [one.value] : [])),
        ),
      ),
    ].reduce((rest, part) => rest * (1 - part), 1);
  return { share, cases: Math.round(share * cases), assumption: assumptionOf(own) };
}

function assumptionOf(own: ReadAgreement | undefined): string {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  return own === undefined
    ? `Assumes readers agree as 20 pathologists did on prostate grades (${percent(TYPICAL_AGREEMENT)} give a case's usual answer). Your own reads replace this once 30 cases have two of them.`
    : `Rests on ${own.cases.toLocaleString('en')} cases of this project that two or more have read: ${percent(own.agreement)} of reads give a case's usual answer.`;
}

type Triggers = Pick<
  AdjudicationRule,
  'noMajority' | 'anyDisagreement' | 'ordinalSpreadAtLeast' | 'posteriorBelow'
>;

const NEVER: Triggers = {
  noMajority: false,
  anyDisagreement: false,
  ordinalSpreadAtLeast: null,
  posteriorBelow: null,
};

/** The share of cases that a field alone sends. */
function shareOf(
  input: Pick<ForecastInput, 'overlap' | 'overlapRule' | 'method' | 'reads'>,
  field: ForecastField,
  rule: Triggers,
  classes: readonly string[],
): number {
  const levels = Math.max(2, Math.min(field.answers.length, MOST_LEVELS));
  const agreement = boundedAgreement(input.reads?.[field.key]?.agreement ?? TYPICAL_AGREEMENT, levels);
  // A class of answers that are not known yet is taken for the last ones.
  const places = classes.map((value, index) => {
    const at = field.answers.indexOf(value);
    return at < 0 ? levels - 1 - (index % levels) : Math.min(at, levels - 1);
  });
  const isSent = (counts: readonly number[]) =>
    places.some((at) => (counts[at] ?? 0) > 0) ||
    triggers(rule, field, counts, certaintyOf(input, agreement));
  let total = 0;
  for (let usual = 0; usual < levels; usual += 1) {
    const chances = readChances(levels, usual, agreement, field.isOrdinal);
    total += courseShares(chances, { ...input, mostReads: MOST_READS, agreement }, isSent);
  }
  return total / levels;
}

/** Where every answer is equally likely nothing can be told; nor is anybody always right. */
function boundedAgreement(agreement: number, levels: number): number {
  return Math.min(0.999, Math.max(1 / levels + 0.001, agreement));
}

type CertaintyOf = (counts: readonly number[]) => number;

/**
 * What the engine calls certainty of the leading answer (`FinalField.confidence`): by votes their share; under adaptive overlap and
 * Dawid–Skene a posterior, here of equally good readers. An automatic choice starts from the votes.
 */
function certaintyOf(input: Pick<ForecastInput, 'overlapRule' | 'method'>, agreement: number): CertaintyOf {
  const isWeighed = input.overlapRule.mode === 'adaptive' || input.method === 'dawid_skene';
  if (isWeighed) return (counts) => posteriorOfTop(counts, agreement);
  return (counts) => Math.max(...counts) / counts.reduce((sum, count) => sum + count, 0);
}

/** Chance of each level to be given for a case whose usual answer is `usual`. */
export function readChances(levels: number, usual: number, agreement: number, isOrdinal: boolean): number[] {
  const weights = Array.from({ length: levels }, (_, level): number => {
    const distance = Math.abs(level - usual);
    if (distance === 0) return 0;
    if (!isOrdinal) return 1;
    return distance === 1 ? 6 : distance === 2 ? 1 : 0;
  });
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight, level) => (level === usual ? agreement : ((1 - agreement) * weight) / sum));
}

function triggers(
  rule: Triggers,
  field: ForecastField,
  counts: readonly number[],
  certainty: CertaintyOf,
): boolean {
  const top = Math.max(...counts);
  const reads = counts.reduce((sum, count) => sum + count, 0);
  if (rule.anyDisagreement && top < reads) return true;
  if (rule.noMajority && top * 2 <= reads) return true;
  if (rule.ordinalSpreadAtLeast !== null && field.isOrdinal) {
    const given = counts.flatMap((count, level) => (count > 0 ? [level] : []));
    const spread = (given.at(-1) ?? 0) - (given[0] ?? 0);
    if (spread >= rule.ordinalSpreadAtLeast) return true;
  }
  return rule.posteriorBelow !== null && certainty(counts) < rule.posteriorBelow;
}

/**
 * The chance of the usual answer at which two readers agree as often as they did: the share of agreeing pairs is the mean over the usual
 * answers of Σ chance², which rises with it (bisection). `pairs` is 0..1.
 *
 * @example agreementFromPairs(0.82, { answers: ['0', '1'], isOrdinal: false }) // 0.9: .9² + .1² = .82
 */
export function agreementFromPairs(
  pairs: number,
  field: Pick<ForecastField, 'answers' | 'isOrdinal'>,
): number {
  const levels = Math.max(2, Math.min(field.answers.length, MOST_LEVELS));
  const expected = (agreement: number) => {
    let sum = 0;
    for (let usual = 0; usual < levels; usual += 1)
      for (const chance of readChances(levels, usual, agreement, field.isOrdinal))
        sum += chance ** 2 / levels;
    return sum;
  };
  let [low, high] = [1 / levels, 1];
  for (let i = 0; i < 50; i += 1) {
    const middle = (low + high) / 2;
    if (expected(middle) < pairs) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
