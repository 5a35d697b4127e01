import { unreachable } from '#server/core/assert.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import {
  FIXED_OVERLAP,
  type OverlapRule,
  overlapRule,
  type ReviewRule,
} from '#server/projects/tier-schemas.ts';
import { closedAnswers } from '#server/protocols/rules.ts';
import type { LabelField, LabelSchema } from '#server/protocols/schemas.ts';
import type { Batch } from './reads.ts';

/** The most independent reads that a case can get under a rule. */
export function maxReads(overlap: number, rule: OverlapRule): number {
  switch (rule.mode) {
    case 'fixed':
    case 'share':
      return overlap;
    case 'adaptive':
      return Math.max(overlap, rule.maxOverlap);
    case 'on_disagreement':
      return overlap + rule.maxAdditionalAnnotators;
    default:
      return unreachable(rule);
  }
}

/** Whether the rule can ask for more reads of a case once its first ones are in. */
export function canExtend(rule: OverlapRule): boolean {
  return rule.mode === 'adaptive' || rule.mode === 'on_disagreement';
}

/**
 * How many reads the case at a place of the shuffled order begins with. Under a share the cases with full overlap are spread
 * evenly over the order, so that any part of it holds the same share, exactly and whatever the reader's lane.
 */
export function readsAt(place: number, overlap: number, rule: OverlapRule): number {
  if (rule.mode !== 'share') return overlap;
  const share = rule.overlapCoveragePercent / 100;
  return Math.floor((place + 1) * share + 1e-9) > Math.floor(place * share + 1e-9) ? overlap : 1;
}

/** The label slots that `cases` cases begin with. */
export function slotsOf(cases: number, overlap: number, rule: OverlapRule): number {
  if (rule.mode !== 'share') return cases * overlap;
  const full = Math.floor((cases * rule.overlapCoveragePercent) / 100 + 1e-9);
  return full * overlap + (cases - full);
}

/** The label slots that `cases` cases can come to at most: what a ceiling has to hold (R29). */
export function mostSlotsOf(cases: number, overlap: number, rule: OverlapRule): number {
  return rule.mode === 'share' ? slotsOf(cases, overlap, rule) : cases * maxReads(overlap, rule);
}

/** The rule of a stored batch. */
export function overlapRuleOf(batch: Pick<Batch, 'overlapRule'>): OverlapRule {
  return overlapRule.parse(batch.overlapRule);
}

/** Kinds of batch whose overlap may vary from case to case; all others are read by everybody alike. */
const VARYING: readonly Batch['kind'][] = ['production', 'relabel'];

/** The rule for a batch that names none: the policy's where overlap may vary, else a fixed overlap. */
export function defaultOverlapRule(kind: string, ofPolicy: OverlapRule): OverlapRule {
  return VARYING.some((one) => one === kind) ? ofPolicy : FIXED_OVERLAP;
}

/** What is wrong with a batch's overlap rule; empty when it can be used. */
export function overlapFaults(input: {
  intendedUse: string;
  kind: string;
  overlap: number;
  rounds: number;
  consensusMethod: string;
  /** Whether its reads are shared out between vendors or by location, which a varying overlap would upset. */
  isShared: boolean;
  rule: OverlapRule;
  /** The protocol that it is read by; null while there is none. */
  schema: LabelSchema | null;
}): ErrorDetail[] {
  const { rule, overlap } = input;
  if (rule.mode === 'fixed') return [];
  const faults: ErrorDetail[] = [];
  const add = (code: string, path: string, message: string) =>
    faults.push({ code: `batch.${code}`, path, message });
  if (input.intendedUse === 'test_reference')
    add('overlap_rule', 'overlapRule', 'Every case of a test reference gets the same number of reads (R5).');
  if (!VARYING.some((one) => one === input.kind))
    add(
      'overlap_rule',
      'overlapRule',
      'Only production and relabel batches may read some cases more often than others.',
    );
  if (input.isShared)
    add(
      'overlap_rule',
      'overlapRule',
      'The reads of this batch are shared out, between vendors or with a part kept onshore, before anybody reads. A varying overlap decides while it is read, so whoever is first would take what is another’s share (R13). Choose the same overlap for every case.',
    );
  if (input.rounds > 1)
    add(
      'overlap_rule',
      'rounds',
      'Repeats by the same reader need a fixed overlap. Choose one or the other.',
    );
  if (rule.mode === 'adaptive' && rule.maxOverlap <= overlap)
    add(
      'max_overlap',
      'overlapRule.maxOverlap',
      `The most reads of a case must be above the ${overlap} it begins with.`,
    );
  if (canExtend(rule) && overlap < 2)
    add('overlap', 'overlap', 'More reads on doubt need two reads to begin with: one read shows no doubt.');
  if (rule.mode === 'adaptive' && input.consensusMethod !== 'majority')
    add(
      'overlap_rule',
      'consensusMethod',
      'Adaptive overlap weighs readers itself and settles each case at once. Choose majority with it.',
    );
  if (rule.mode === 'adaptive' && input.schema !== null) {
    const open = unweighedFields(input.schema);
    if (open.length > 0)
      add(
        'overlap_rule',
        'overlapRule',
        `Adaptive overlap reads on until one answer of a list is sure. ${open.join(', ')} ${open.length === 1 ? 'has' : 'have'} no such list, so doubt about ${open.length === 1 ? 'it' : 'them'} would bring no further read. Choose more reads on disagreement, or a fixed overlap.`,
      );
  }
  return faults;
}

/**
 * Labels of the fields that count and whose answers no posterior weighs: several answers at once, numbers; free text too where nothing
 * else is asked. What counts are the gated fields; all of them where none is gated.
 */
function unweighedFields(schema: LabelSchema): string[] {
  const counting = schema.fields.filter((field) => schema.gatedFields.includes(field.key));
  const asked = counting.length > 0 ? counting : schema.fields;
  const open = asked.filter((field) => closedAnswers(field) === null);
  const isRemark = (field: LabelField) => field.type === 'text' && open.length < asked.length;
  return open.filter((field) => !isRemark(field)).map((field) => `“${field.label}”`);
}

/** The share of cases that review can come to at most: what a ceiling has to hold. 1 means every case. */
export function mostReviewed(shareBasisPoints: number, rules: readonly ReviewRule[]): number {
  const sum = rules.reduce((total, rule) => total + rule.sampleRateBasisPoints, shareBasisPoints);
  return Math.min(1, sum / 10_000);
}
