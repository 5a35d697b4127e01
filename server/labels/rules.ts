import type { AdjudicationRule } from '#server/projects/schemas.ts';
import { answerKey, levelOf } from '#server/protocols/rules.ts';
import type { Answers, AnswerValue, LabelField, LabelSchema } from '#server/protocols/schemas.ts';
import type { FinalField } from './schemas.ts';

type Vote = { key: string; value: AnswerValue; n: number };

/** Votes on one field, most first, ties in the order of the field's options; `unanswered` counts silent reads. */
export function countVotes(
  field: LabelField,
  reads: readonly Answers[],
): { votes: Vote[]; unanswered: number } {
  const votes = new Map<string, Vote>();
  let unanswered = 0;
  for (const answers of reads) {
    const value = answers[field.key];
    const key = answerKey(field, value);
    if (key === null || value === undefined) {
      unanswered += 1;
      continue;
    }
    const vote = votes.get(key) ?? { key, value, n: 0 };
    vote.n += 1;
    votes.set(key, vote);
  }
  const sorted = [...votes.values()].sort(
    (a, b) => b.n - a.n || levelOf(field, a.value) - levelOf(field, b.value) || (a.key < b.key ? -1 : 1),
  );
  return { votes: sorted, unanswered };
}

/**
 * Plurality per field over independent reads: unanimous, majority of the votes, or `undecided` when the most are tied,
 * because money and models follow the answer and no coin may decide it. Numbers without a majority take the median.
 */
export function settleByMajority(schema: LabelSchema, reads: readonly Answers[]): Record<string, FinalField> {
  return Object.fromEntries(schema.fields.map((field) => [field.key, settleField(field, reads)]));
}

function settleField(field: LabelField, reads: readonly Answers[]): FinalField {
  const { votes, unanswered } = countVotes(field, reads);
  // Free text is a person's own words: it is never voted on, and not repeated here unless there is one read.
  const shownVotes = field.type === 'text' ? [] : votes.map(({ value, n }) => ({ value, n }));
  const final = (path: FinalField['path'], value: AnswerValue | null, n: number): FinalField => ({
    value,
    confidence: field.type === 'text' || reads.length === 0 ? null : n / reads.length,
    votes: shownVotes,
    path,
  });
  const [first, second] = votes;
  if (first === undefined || unanswered > first.n) return final('unanswered', null, unanswered);
  if (reads.length === 1) return final('single', first.value, 1);
  if (first.n === reads.length) return final('unanimous', first.value, first.n);
  if (field.type === 'text') return final('undecided', null, 0);
  const isTied = second?.n === first.n || unanswered === first.n;
  if (!isTied) return final('majority', first.value, first.n);
  return field.type === 'number'
    ? final('median', median(reads, field.key), first.n)
    : final('undecided', null, first.n);
}

function median(reads: readonly Answers[], key: string): number {
  const numbers = reads
    .map((answers) => answers[key])
    .filter((value): value is number => typeof value === 'number')
    .sort((a, b) => a - b);
  const middle = numbers.length >> 1;
  const upper = numbers[middle] ?? 0;
  return numbers.length % 2 === 1 ? upper : ((numbers[middle - 1] ?? upper) + upper) / 2;
}

/** R5: a test reference rests on the reads that its protocol names; with fewer, no field of a case is decided. */
export const leftUndecided = (fields: Record<string, FinalField>): Record<string, FinalField> =>
  Object.fromEntries(
    Object.entries(fields).map(([key, field]) => [
      key,
      { ...field, value: null, confidence: null, path: 'undecided' },
    ]),
  );

/** Fields that nobody could settle; free text does not count. */
export function countUncertain(schema: LabelSchema, fields: Record<string, FinalField>): number {
  return schema.fields.filter((field) => field.type !== 'text' && fields[field.key]?.path === 'undecided')
    .length;
}

/** Why a task must go to the panel under the signed rule (R25), as `<rule>:<field>`; empty when it need not. */
export function adjudicationReasons(
  rule: AdjudicationRule,
  schema: LabelSchema,
  reads: readonly Answers[],
  fields: Record<string, FinalField>,
): string[] {
  const watched = schema.fields.filter(
    (field) => field.type !== 'text' && (rule.fields.length === 0 || rule.fields.includes(field.key)),
  );
  return watched.flatMap((field) => fieldReasons(rule, field, reads, fields[field.key]));
}

function fieldReasons(
  rule: AdjudicationRule,
  field: LabelField,
  reads: readonly Answers[],
  final: FinalField | undefined,
): string[] {
  const { votes, unanswered } = countVotes(field, reads);
  const kinds = votes.length + (unanswered > 0 ? 1 : 0);
  const most = Math.max(votes[0]?.n ?? 0, unanswered);
  const found: string[] = [];
  if (rule.noMajority && most * 2 <= reads.length) found.push('no_majority');
  if (rule.anyDisagreement && kinds > 1) found.push('any_disagreement');
  if (rule.ordinalSpreadAtLeast !== null && field.type === 'ordinal') {
    const levels = votes.map((vote) => levelOf(field, vote.value)).filter((level) => level >= 0);
    if (levels.length > 0 && Math.max(...levels) - Math.min(...levels) >= rule.ordinalSpreadAtLeast)
      found.push('ordinal_spread');
  }
  if (rule.posteriorBelow !== null && (final?.confidence ?? 1) < rule.posteriorBelow)
    found.push('posterior_below');
  const isNamed = (value: AnswerValue, name: string) =>
    Array.isArray(value) ? value.includes(name) : String(value) === name;
  if (rule.classes.some((c) => c.field === field.key && votes.some((vote) => isNamed(vote.value, c.value))))
    found.push('named_class');
  return found.map((reason) => `${reason}:${field.key}`);
}

/** The reads that vote: a repeat by the same reader (R23) is no second vote. All of them where only repeats are in force. */
export function independentOf<Read extends { round: number }>(reads: readonly Read[]): readonly Read[] {
  const first = reads.filter((read) => read.round === 1);
  return first.length > 0 ? first : reads;
}

/** Settled fields when a person decided the whole case: the reviewer's fix or the panel's answer; with the votes of its independent reads. */
export function settleByDecision(
  schema: LabelSchema,
  decided: Answers,
  reads: readonly Answers[],
  path: 'review' | 'adjudication',
): Record<string, FinalField> {
  const voted = settleByMajority(schema, reads);
  return Object.fromEntries(
    schema.fields.map((field) => {
      const value = decided[field.key];
      const votes = voted[field.key]?.votes ?? [];
      return [
        field.key,
        value === undefined
          ? { value: null, confidence: null, votes, path: 'unanswered' as const }
          : { value, confidence: null, votes, path },
      ];
    }),
  );
}

/** The leading answer must have more than this share of the reads, or the case could as well have gone otherwise. */
const CLEAR_SHARE = 2 / 3;

/**
 * Whether a settled field is ambiguous: its readers were divided so evenly (the leading answer has at most two thirds of two
 * reads or more), or nobody could settle it. A review or the panel decides what the label is, not that the case was clear,
 * so the flag stays with it.
 */
export function isAmbiguous(final: Pick<FinalField, 'path' | 'votes'>): boolean {
  if (final.path === 'undecided') return true;
  const given = final.votes.reduce((sum, vote) => sum + vote.n, 0);
  const most = Math.max(0, ...final.votes.map((vote) => vote.n));
  return given >= 2 && most / given <= CLEAR_SHARE + 1e-9;
}

/** The distribution of the reads, most first, as what is exported: each answer with its count and share. */
export function distributionOf(
  final: Pick<FinalField, 'votes'>,
): { value: AnswerValue; n: number; share: number }[] {
  const given = final.votes.reduce((sum, vote) => sum + vote.n, 0);
  return final.votes.map(({ value, n }) => ({ value, n, share: n / given }));
}
