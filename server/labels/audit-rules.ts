import type { MissRule } from '#server/projects/tier-schemas.ts';
import { answerKey } from '#server/protocols/rules.ts';
import type { Answers, LabelSchema } from '#server/protocols/schemas.ts';
import { SLOT_BASE } from '#server/work/rules.ts';
import type { AuditErrorKind, FinalField } from './schemas.ts';

/** What a check says of a final label. */
export type Finding = {
  outcome: 'agree' | 'disagree';
  errorKind: AuditErrorKind | null;
  /** Keys of the fields in which it is wrong. */
  wrongFields: string[];
};

/** What a slot of the audit tier is for, by its number. */
export function purposeOf(slotNo: number): 'audit' | 'reread' {
  return slotNo >= SLOT_BASE.reread ? 'reread' : 'audit';
}

/** The fields in which these answers differ from a final label; free text is never held against it. */
export function wrongFieldsOf(
  schema: LabelSchema,
  fields: Record<string, FinalField>,
  answers: Answers,
): string[] {
  return schema.fields
    .filter((field) => field.type !== 'text')
    .filter(
      (field) =>
        answerKey(field, answers[field.key]) !== answerKey(field, fields[field.key]?.value ?? undefined),
    )
    .map((field) => field.key);
}

/** Whether a final label says that nothing was found: the normal value in the field in which misses are sought. */
export function isNormalLabel(
  rule: Pick<MissRule, 'field' | 'normalValue'>,
  fields: Record<string, FinalField>,
): boolean {
  const value = fields[rule.field]?.value;
  return value !== null && value !== undefined && String(value) === rule.normalValue;
}

/**
 * What a blind re-read says of a final label, by the field in which misses are sought: something found where the label says
 * normal is an omission, normal where it says something is extra, something else a mislabel. Other fields do not count.
 */
export function findingOfReread(
  schema: LabelSchema,
  rule: Pick<MissRule, 'field' | 'normalValue'> | null,
  fields: Record<string, FinalField>,
  answers: Answers,
): Finding {
  const wrong = wrongFieldsOf(schema, fields, answers);
  const sought = rule === null ? wrong : wrong.filter((key) => key === rule.field);
  if (sought.length === 0) return { outcome: 'agree', errorKind: null, wrongFields: [] };
  const text = (value: unknown) => (value === null || value === undefined ? null : String(value));
  const normal = rule?.normalValue ?? null;
  const is = rule === null ? null : text(answers[rule.field]);
  const errorKind =
    rule !== null && isNormalLabel(rule, fields)
      ? 'omission'
      : normal !== null && is === normal
        ? 'extra'
        : 'mislabel';
  return { outcome: 'disagree', errorKind, wrongFields: sought };
}
