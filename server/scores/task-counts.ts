import { countAgreement } from './count-agreement.ts';
import { countCase, countGated, type Held } from './count-cases.ts';
import {
  ALL_DAYS,
  addTo,
  type CellKey,
  type CountedRead,
  type CountedTask,
  type CountPlan,
  type Counts,
  dayOf,
  type Reference,
  type SubjectKind,
  type TrialKey,
} from './counts.ts';
import type { MeasuredField } from './rules.ts';

/**
 * Adds (or with −1 takes away) one case: the same function counts a new read and recounts a batch, which is why both
 * give the same numbers. Costs O(reads of the case × fields), whatever the size of the batch.
 */
export function countTask(counts: Counts, plan: CountPlan, task: CountedTask, sign: 1 | -1): void {
  const adder = adderOf(counts, plan.batchId, sign);
  for (const read of task.reads) adder.cell(read, '', 'time', '', String(timeBin(read.activeMs)));
  for (const field of plan.fields) {
    if (field.scale === null) continue;
    for (const read of task.reads) countAnswer(adder, plan, field, read);
    const gold = countGold(adder, plan, field, task);
    const final = countFinal(adder, field, task);
    const others = countOthers(adder, plan, field, task);
    countCase(counts, { batchId: plan.batchId, field: field.key, gold, others, final, sign });
    countAgreement(counts, { batchId: plan.batchId, field, reads: task.reads, sign });
  }
  countGated(counts, plan, task, sign);
}

type Adder = ReturnType<typeof adderOf>;

function countAnswer(adder: Adder, plan: CountPlan, field: MeasuredField, read: CountedRead): void {
  const answer = read.values[field.key] ?? null;
  if (field.scale !== 'interval') adder.cell(read, field.key, 'answers', '', answer ?? '');
  else if (answer !== null) {
    const place = isAtLimit(plan, field.key, answer) ? 'at_limit' : 'within';
    adder.cell(read, field.key, 'answers', '', place);
  }
}

/** Answers against gold; one left blank is not right. */
function countGold(adder: Adder, plan: CountPlan, field: MeasuredField, task: CountedTask): Held[] {
  const acceptable = task.gold?.[field.key] ?? [];
  if (acceptable.length === 0) return [];
  return task.reads.map((read) => {
    const answer = read.values[field.key] ?? null;
    // R7: an acceptable answer counts as the truth itself.
    const isRight = answer !== null && acceptable.includes(answer);
    if (plan.watched.has(field.key)) adder.trial(read, field.key, 'gold', task.taskId, isRight);
    adder.sure(read, field.key, 'sure_gold', isRight);
    return adder.held(field, read, 'gold', isRight ? answer : (acceptable[0] ?? ''), answer);
  });
}

/** Answers against the settled value, where others had a say in it. */
function countFinal(adder: Adder, field: MeasuredField, task: CountedTask): Held[] {
  const settled = task.final?.[field.key] ?? null;
  if (settled === null || task.reads.length < 2) return [];
  return task.reads.map((read) => adder.held(field, read, 'final', settled, read.values[field.key] ?? null));
}

/** Answers against the plurality of the others (R8); one left blank is compared with nothing. */
function countOthers(adder: Adder, plan: CountPlan, field: MeasuredField, task: CountedTask): Held[] {
  return task.reads.flatMap((read) => {
    const answer = read.values[field.key] ?? null;
    if (answer === null) return [];
    const plurality = pluralityOfOthers(task.reads, read, field.key);
    if (plurality === 'tied') adder.cell(read, field.key, 'tied', '', '');
    if (plurality === 'tied' || plurality === null) return [];
    const isSame = plurality.value === answer;
    adder.sure(read, field.key, 'sure_others', isSame);
    if (plan.watched.has(field.key)) adder.trial(read, field.key, 'others', task.taskId, isSame);
    return adder.held(field, read, 'others', plurality.value, answer);
  });
}

/** R8: what most of the others gave on this case; `tied` when no answer leads, null when nobody else answered. */
export function pluralityOfOthers(
  reads: readonly CountedRead[],
  own: CountedRead,
  field: string,
): { value: string } | 'tied' | null {
  const votes = new Map<string, number>();
  for (const read of reads) {
    const value = read.values[field] ?? null;
    if (read.readerId !== own.readerId && value !== null) votes.set(value, (votes.get(value) ?? 0) + 1);
  }
  const most = Math.max(0, ...votes.values());
  const leaders = [...votes].filter(([, n]) => n === most);
  if (most === 0) return null;
  const [leader] = leaders;
  return leaders.length === 1 && leader ? { value: leader[0] } : 'tied';
}

function isAtLimit(plan: CountPlan, field: string, answer: string): boolean {
  const { min = null, max = null } = plan.limits.get(field) ?? {};
  const value = Number(answer);
  return (min !== null && value <= min) || (max !== null && value >= max);
}

/** Bin of a reading time on a logarithmic scale, eight bins to a doubling; −1 when no time was measured. */
export function timeBin(activeMs: number): number {
  return activeMs > 0 ? Math.round(8 * Math.log2(activeMs)) : -1;
}

/** The time in the middle of a bin, in milliseconds. */
export const timeOfBin = (bin: number): number => 2 ** (bin / 8);

function adderOf(counts: Counts, batchId: string, sign: 1 | -1) {
  const add = (map: Map<string, number>, key: unknown[]) => addTo(map, key, sign);
  const cell = (read: CountedRead, field: string, reference: Reference, truth: string, answer: string) => {
    const subjects: [SubjectKind, string][] = [
      ['batch', batchId],
      ['team', read.teamId],
      ['reader', read.readerId],
    ];
    for (const [kind, id] of subjects)
      for (const day of [dayOf(read.at), ALL_DAYS])
        add(counts.cells, [kind, id, field, day, reference, truth, answer] satisfies CellKey);
  };
  return {
    cell,
    /** An answer held against a truth. Numbers are right or wrong: every distinct value would be a class of its own. */
    held: (
      field: MeasuredField,
      read: CountedRead,
      reference: 'gold' | 'others' | 'final',
      truth: string,
      answer: string | null,
    ): Held => {
      const held =
        field.scale === 'interval'
          ? { truth: 'right', answer: answer === null ? '' : answer === truth ? 'right' : 'wrong' }
          : { truth, answer: answer ?? '' };
      cell(read, field.key, reference, held.truth, held.answer);
      return { read, ...held };
    },
    /** How often a stated confidence was justified. */
    sure: (read: CountedRead, field: string, reference: 'sure_gold' | 'sure_others', isRight: boolean) => {
      if (read.confidence !== null)
        cell(read, field, reference, String(read.confidence), isRight ? 'right' : 'wrong');
    },
    trial: (
      read: CountedRead,
      field: string,
      reference: 'gold' | 'others',
      taskId: string,
      isRight: boolean,
    ) =>
      add(counts.trials, [
        read.readerId,
        field,
        reference,
        read.at.toISOString(),
        taskId,
        isRight,
      ] satisfies TrialKey),
  };
}
