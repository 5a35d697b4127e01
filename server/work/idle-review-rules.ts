import { isDeepStrictEqual } from 'node:util';
import type { ErrorDetail } from '#server/core/errors.ts';
import type { MissRule, OverlapRule, ReviewRule } from '#server/projects/tier-schemas.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { mostSlotsOf } from './overlap-rules.ts';
import type { Candidate } from './selection-rules.ts';

type Idle = ErrorDetail & { isOfDraw?: boolean };
type Of = {
  overlap: number;
  rounds: number;
  overlapRule: OverlapRule;
  /** The protocol that it is read by; null while there is none. */
  schema: LabelSchema | null;
  /** Every case that fits, and those of them that are read. */
  frame: readonly Candidate[];
  chosen: readonly Candidate[];
};

/** Names that a message lists before it counts the rest. */
const MOST_NAMED = 8;

/**
 * Review rules that could never send a case of a batch, such as one with a misspelt subgroup: a fault where the batch itself asks for
 * it, a warning where it is the project's policy (`isKept`: or the batch's it is a clone of), which other batches need. A subgroup that
 * fits but was not drawn is only said: cases added later may have it.
 */
export function idleReviewRules(
  of: Of & {
    rules: readonly ReviewRule[];
    ofPolicy: readonly ReviewRule[];
    isKept: boolean;
  },
): { faults: ErrorDetail[]; warnings: ErrorDetail[] } {
  const faults: ErrorDetail[] = [];
  const warnings = new Map<string, ErrorDetail>();
  if (of.chosen.length === 0) return { faults, warnings: [] };
  for (const [place, rule] of of.rules.entries()) {
    const idle = idleBecause(rule, of, `reviewRules.${place}`);
    if (idle === null) continue;
    const { isOfDraw, ...detail } = idle;
    const isGiven = of.isKept || of.ofPolicy.some((one) => isDeepStrictEqual(one, rule));
    if (isGiven || isOfDraw) warnings.set(detail.message, detail);
    else faults.push(detail);
  }
  return { faults, warnings: [...warnings.values()] };
}

/** Of these rules, why the protocol alone keeps any from ever sending a case of a batch. */
export function idleByProtocol(
  rules: readonly ReviewRule[],
  of: Omit<Of, 'frame' | 'chosen'> & { cases: number },
): ErrorDetail[] {
  return rules.flatMap((rule, place) => {
    const path = `reviewRules.${place}`;
    if (rule.kind === 'low_agreement') return noAgreement(of, `${path}.agreementBelow`) ?? [];
    return rule.kind === 'rare_class' ? (noClass(rule, of.schema, path) ?? []) : [];
  });
}

/**
 * A search for misses among labels that no case can come to, as by a misspelt field: everything would be read again as if it were not
 * normal, and nothing found. A fault where the batch itself asks for it, a warning where it is the project's policy, or of the batch it is a clone of (`isKept`).
 */
export function idleMisses(
  rule: MissRule | null,
  { schema, isKept }: { schema: LabelSchema | null; isKept: boolean },
): { faults: ErrorDetail[]; warnings: ErrorDetail[] } {
  const asked = rule && { field: rule.field, value: rule.normalValue };
  const idle =
    asked && noClass(asked, schema, 'misses', 'so no label is ever the normal one and no misses are sought');
  if (!idle) return { faults: [], warnings: [] };
  const path = idle.path === 'misses.field' ? idle.path : 'misses.normalValue';
  const detail = { ...idle, code: 'batch.misses_idle', path };
  return isKept ? { faults: [], warnings: [detail] } : { faults: [detail], warnings: [] };
}

/** Why a rule meets no case of the batch; null when it can, or nobody knows before it is read. */
function idleBecause(rule: ReviewRule, of: Of, path: string): Idle | null {
  switch (rule.kind) {
    case 'low_agreement':
      return noAgreement({ ...of, cases: of.chosen.length }, `${path}.agreementBelow`);
    case 'rare_class':
      return noClass(rule, of.schema, path);
    case 'subgroup':
      return noSubgroup(rule, of, path);
    case 'low_confidence':
    case 'new_annotator':
    case 'technical_reader':
      return null;
  }
}

function noAgreement(
  { overlap, rounds, overlapRule, schema, cases }: Omit<Of, 'frame' | 'chosen'> & { cases: number },
  path: string,
): Idle | null {
  const code = 'batch.review_rule_idle';
  // A repeat by the same reader (R23) is a further read of its case.
  if (rounds === 1 && mostSlotsOf(cases, overlap, overlapRule) <= cases)
    return {
      code,
      path,
      message:
        'No case of this batch is read twice, so its readers cannot differ and the review rule on agreement sends none. Ask for two reads per case, or take the rule out.',
    };
  const isOpen = schema?.fields.every((field) => field.type === 'text' || field.type === 'number');
  if (isOpen)
    return {
      code,
      path,
      message:
        'The protocol asks for numbers and free text only, which are not compared, so the review rule on agreement sends no case. Take it out.',
    };
  return null;
}

function noClass(
  rule: { field: string; value: string },
  schema: LabelSchema | null,
  path: string,
  so = 'so the review rule for it sends no case',
): Idle | null {
  if (schema === null) return null;
  const code = 'batch.review_rule_idle';
  const field = schema.fields.find((one) => one.key === rule.field);
  if (!field) {
    const keys = named(schema.fields.map((one) => one.key));
    const message = `The protocol has no field “${rule.field}”, ${so}. It has ${keys}.`;
    return { code, path: `${path}.field`, message };
  }
  const values = field.type === 'boolean' ? ['true', 'false'] : field.options?.map((option) => option.value);
  if (values === undefined || values.includes(rule.value)) return null;
  const message = `The field “${rule.field}” has no class “${rule.value}”, ${so}. It has ${named(nearFirst(values, rule.value))}.`;
  return { code, path: `${path}.value`, message };
}

function noSubgroup(
  { column, value }: Extract<ReviewRule, { kind: 'subgroup' }>,
  { frame, chosen }: Of,
  path: string,
): Idle | null {
  const code = 'batch.review_rule_idle';
  const has = (one: Candidate) => one.subgroups[column] === value;
  if (chosen.some(has)) return null;
  const fitting = frame.filter(has).length;
  if (fitting > 0) {
    const message = `None of the chosen cases has “${value}” in the column “${column}” (${fitting.toLocaleString('en')} of all that fit ${fitting === 1 ? 'does' : 'do'}), so the review rule for it sends none of them.`;
    return { code, path: `${path}.value`, message, isOfDraw: true };
  }
  const all = [...frame, ...chosen];
  const values = [...new Set(all.flatMap((one) => one.subgroups[column] ?? []))];
  if (values.length > 0) {
    const message = `No case here has “${value}” in the column “${column}”, so the review rule for it sends none. They have ${named(nearFirst(values, value))}.`;
    return { code, path: `${path}.value`, message };
  }
  const columns = [...new Set(all.flatMap((one) => Object.keys(one.subgroups)))];
  const known =
    columns.length === 0
      ? 'They have no subgroup columns.'
      : `They have ${named(nearFirst(columns, column))}.`;
  const message = `No case here has a subgroup column “${column}”, so the review rule for it sends none. ${known}`;
  return { code, path: `${path}.column`, message };
}

/** What differs from the asked for only in capitals comes first: it is most likely what was meant. */
function nearFirst(names: readonly string[], asked: string): string[] {
  const isNear = (name: string) => name.trim().toLowerCase() === asked.toLowerCase();
  return names.toSorted((a, b) => Number(isNear(b)) - Number(isNear(a)) || (a < b ? -1 : 1));
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED).map((name) => `“${name}”`);
  const rest = names.length - shown.length;
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest.toLocaleString('en')} more` : ''}`;
}
