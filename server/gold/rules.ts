import type { Role } from '#server/command/capabilities.ts';
import { unreachable } from '#server/core/assert.ts';
import type { IntendedUse } from '#server/projects/schemas.ts';
import { answerKey, fieldsOf, holds, levelOf } from '#server/protocols/rules.ts';
import type { Answers, AnswerValue, LabelField, LabelSchema } from '#server/protocols/schemas.ts';
import type { GoldAnswers, GoldStatus } from './schemas.ts';

/** Whether an answer is one of the acceptable values. Sets are equal whatever their order; no answer is wrong. */
export function isHit(
  field: LabelField,
  acceptable: readonly AnswerValue[],
  answer: AnswerValue | undefined,
) {
  const given = answerKey(field, answer);
  return given !== null && acceptable.some((one) => answerKey(field, one) === given);
}

/** Per field of the gold answer: right or wrong. Fields the gold says nothing about are absent. */
export function scoreAgainstGold(
  schema: LabelSchema,
  gold: GoldAnswers,
  answers: Answers,
): Record<string, boolean> {
  const hits: Record<string, boolean> = {};
  for (const field of schema.fields) {
    const acceptable = gold[field.key];
    if (acceptable) hits[field.key] = isHit(field, acceptable, answers[field.key]);
  }
  return hits;
}

/**
 * True when every gated field that the gold knows is right (R12: a correct label); null when the gold knows none of
 * them, so nothing can be said (R8).
 */
export function isCorrectLabel(schema: LabelSchema, gold: GoldAnswers, answers: Answers): boolean | null {
  const hits = scoreAgainstGold(schema, gold, answers);
  const known = schema.gatedFields.filter((key) => key in hits);
  return known.length === 0 ? null : known.every((key) => hits[key] === true);
}

/** What the panel's reads of one case say about one field. */
export type FieldVerdict =
  | { kind: 'unanimous'; values: AnswerValue[] }
  | { kind: 'split' }
  /** Nobody answered; a field that does not apply to the case. */
  | { kind: 'unanswered' };

/** Unanimous when every read gives the same answer; a read without an answer beside others is a split. */
export function fieldVerdict(field: LabelField, reads: readonly Answers[]): FieldVerdict {
  const keys = new Set(reads.map((answers) => answerKey(field, answers[field.key])));
  if (keys.size > 1) return { kind: 'split' };
  const value = reads[0]?.[field.key];
  return value === undefined || keys.has(null)
    ? { kind: 'unanswered' }
    : { kind: 'unanimous', values: [value] };
}

export type CaseVerdict = {
  /** Gold of the fields all agree on. Free text is never gold. */
  answers: GoldAnswers;
  /** Fields to resolve; empty when the case is unanimous. */
  split: string[];
};

/** What the panel's blind reads of one case settle (R7): unanimous fields, and the ones that need a decision. */
export function caseVerdict(schema: LabelSchema, reads: readonly Answers[]): CaseVerdict {
  const answers: GoldAnswers = {};
  const split: string[] = [];
  for (const field of schema.fields) {
    if (field.type === 'text') continue;
    const verdict = fieldVerdict(field, reads);
    if (verdict.kind === 'unanimous') answers[field.key] = verdict.values;
    if (verdict.kind === 'split') split.push(field.key);
  }
  return { answers, split };
}

/** What is wrong with a gold answer under the protocol, in words; empty when it can be used. */
export function goldFaults(schema: LabelSchema, gold: GoldAnswers): { path: string; message: string }[] {
  const faults: { path: string; message: string }[] = [];
  if (Object.keys(gold).length === 0) faults.push({ path: '', message: 'Answer at least one field.' });
  for (const [key, values] of Object.entries(gold)) {
    const field = schema.fields.find((one) => one.key === key);
    if (!field) faults.push({ path: key, message: `The protocol has no field "${key}".` });
    else if (field.type === 'text') faults.push({ path: key, message: 'Free text is never gold.' });
    else faults.push(...valueFaults(field, values).map((message) => ({ path: key, message })));
  }
  return faults.length > 0 ? faults : brokenRules(schema, gold);
}

/** Cross-field rules that a gold answer breaks; only rules all of whose fields it answers with one value can be judged. */
function brokenRules(schema: LabelSchema, gold: GoldAnswers): { path: string; message: string }[] {
  const answers: Answers = {};
  for (const [key, values] of Object.entries(gold)) {
    if (values.length === 1 && values[0] !== undefined) answers[key] = values[0];
  }
  return schema.rules.flatMap((rule) => {
    const named = [...fieldsOf(rule.when), ...fieldsOf(rule.must)];
    if (!named.every((key) => key in answers)) return [];
    const broken = holds(schema, rule.when, answers) && !holds(schema, rule.must, answers);
    return broken ? [{ path: fieldsOf(rule.must)[0] ?? '', message: rule.message }] : [];
  });
}

function valueFaults(field: LabelField, values: readonly AnswerValue[]): string[] {
  if (values.length > 1 && field.type !== 'ordinal') {
    return [`"${field.label}" takes one right answer; only ordinal fields take a set of levels.`];
  }
  return values.flatMap((value) => {
    switch (field.type) {
      case 'boolean':
        return typeof value === 'boolean' ? [] : [`"${field.label}" is yes or no.`];
      case 'number':
        return typeof value === 'number' && inRange(field, value)
          ? []
          : [`"${field.label}" is out of range.`];
      case 'multi_label':
        return Array.isArray(value) && value.every((one) => levelOf(field, one) >= 0)
          ? []
          : [`"${field.label}" has an unknown label.`];
      default:
        return levelOf(field, value) >= 0 ? [] : [`"${field.label}" has an unknown label.`];
    }
  });
}

const inRange = (field: LabelField, value: number) =>
  Number.isFinite(value) &&
  value >= (field.min ?? Number.NEGATIVE_INFINITY) &&
  value <= (field.max ?? Number.POSITIVE_INFINITY);

/** How many panel readers a gold answer needs: 3 for a test reference, else 2 (R7). */
export function leastPanelReaders(intendedUse: IntendedUse): number {
  return intendedUse === 'test_reference' ? 3 : 2;
}

/** Roles of the sponsor that read on a panel. */
export function mayJoinPanel(roles: readonly Role[]): boolean {
  return roles.includes('panel_reader') || roles.includes('clinical_lead');
}

export type GoldEvent = 'resolve' | 'call_ambiguous' | 'sign' | 'dispute' | 'retire';

/** The state of a gold item after an event, or null when it is not possible (design, section 6). */
export function nextGoldStatus(status: GoldStatus, event: GoldEvent): GoldStatus | null {
  switch (status) {
    case 'proposed':
      if (event === 'resolve') return 'agreed';
      if (event === 'call_ambiguous') return 'ambiguous';
      return event === 'retire' ? 'retired' : null;
    case 'agreed':
      if (event === 'sign') return 'active';
      if (event === 'resolve') return 'agreed';
      if (event === 'call_ambiguous') return 'ambiguous';
      return event === 'retire' ? 'retired' : null;
    case 'active':
      if (event === 'dispute') return 'disputed';
      return event === 'retire' ? 'retired' : null;
    case 'disputed':
      if (event === 'call_ambiguous') return 'ambiguous';
      return event === 'retire' ? 'retired' : null;
    case 'ambiguous':
      return event === 'retire' ? 'retired' : null;
    case 'retired':
      return null;
    default:
      return unreachable(status);
  }
}

/** The panel's reads of one case, ready to propose gold or not. */
export type CaseReads = { caseId: string; reads: readonly { annotatorId: string; answers: Answers }[] };

/** Reads of one round by case, one per reader (the last one given), cases in the order first read. */
export function readsByCase(
  reads: readonly { caseId: string; annotatorId: string; round: number; answers: Answers }[],
): CaseReads[] {
  const byCase = new Map<string, Map<string, Answers>>();
  for (const read of reads) {
    if (read.round !== 1) continue;
    const readers = byCase.get(read.caseId) ?? new Map<string, Answers>();
    readers.set(read.annotatorId, read.answers);
    byCase.set(read.caseId, readers);
  }
  return [...byCase].map(([caseId, readers]) => ({
    caseId,
    reads: [...readers].map(([annotatorId, answers]) => ({ annotatorId, answers })),
  }));
}
