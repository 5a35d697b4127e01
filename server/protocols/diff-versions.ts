import { canonicalJson } from './content-hash.ts';
import type { ChangeClass, LabelField, ProtocolContent } from './schemas.ts';

export type ProtocolChange = {
  part: 'guidelines' | 'field' | 'rule' | 'gated_fields' | 'edge_case';
  kind: 'added' | 'removed' | 'changed';
  /** Key of the field or rule, title of the edge case. */
  key: string;
  /** The least change class that is honest for this change. */
  atLeast: ChangeClass;
  /** In words: which parts of the field. */
  says: string;
};

/** What differs between two versions of a protocol, in the order of the newer one; empty when nothing does. */
export function diffVersions(before: ProtocolContent, after: ProtocolContent): ProtocolChange[] {
  const changes: ProtocolChange[] = [];
  if (before.guidelinesMarkdown !== after.guidelinesMarkdown) {
    changes.push({
      part: 'guidelines',
      kind: 'changed',
      key: 'guidelines',
      atLeast: 'editorial',
      says: 'The text of the guidelines changed.',
    });
  }
  changes.push(
    ...listDiff('field', before.labelSchema.fields, after.labelSchema.fields, (f) => f.key, fieldChange),
  );
  changes.push(
    ...listDiff(
      'rule',
      before.labelSchema.rules,
      after.labelSchema.rules,
      (r) => r.key,
      () => ({
        atLeast: 'breaking',
        says: 'The rule changed.',
      }),
    ),
  );
  if (canonicalJson(before.labelSchema.gatedFields) !== canonicalJson(after.labelSchema.gatedFields)) {
    changes.push({
      part: 'gated_fields',
      kind: 'changed',
      key: 'gated_fields',
      atLeast: 'breaking',
      says: 'Other fields decide whether a label is correct.',
    });
  }
  changes.push(
    ...listDiff(
      'edge_case',
      before.edgeCases,
      after.edgeCases,
      (e) => e.title,
      () => ({
        atLeast: 'clarifying',
        says: 'The example changed.',
      }),
    ),
  );
  return changes;
}

/** The least change class that covers all changes. */
export function leastChangeClass(changes: readonly ProtocolChange[]): ChangeClass {
  if (changes.some((change) => change.atLeast === 'breaking')) return 'breaking';
  return changes.some((change) => change.atLeast === 'clarifying') ? 'clarifying' : 'editorial';
}

const CLASS_RANK: Record<ChangeClass, number> = { editorial: 0, clarifying: 1, breaking: 2 };

/** True when `declared` admits less than what the changes are. */
export function understates(declared: ChangeClass, changes: readonly ProtocolChange[]): boolean {
  return CLASS_RANK[declared] < CLASS_RANK[leastChangeClass(changes)];
}

function listDiff<T>(
  part: ProtocolChange['part'],
  before: readonly T[],
  after: readonly T[],
  keyOf: (item: T) => string,
  changeOf: (before: T, after: T) => Pick<ProtocolChange, 'atLeast' | 'says'>,
): ProtocolChange[] {
  const old = new Map(before.map((item) => [keyOf(item), item]));
  const present = new Set(after.map(keyOf));
  const whole: ChangeClass = part === 'edge_case' ? 'clarifying' : 'breaking';
  const changed = after.flatMap((item): ProtocolChange[] => {
    const key = keyOf(item);
    const was = old.get(key);
    if (was === undefined) return [{ part, kind: 'added', key, atLeast: whole, says: 'Added.' }];
    if (canonicalJson(was) === canonicalJson(item)) return [];
    return [{ part, kind: 'changed', key, ...changeOf(was, item) }];
  });
  const removed = before
    .map(keyOf)
    .filter((key) => !present.has(key))
    .map((key): ProtocolChange => ({ part, kind: 'removed', key, atLeast: whole, says: 'Removed.' }));
  return [...changed, ...removed];
}

/** Words of a field can be made clearer; what can be answered, or must be, cannot change without breaking labels. */
function fieldChange(before: LabelField, after: LabelField): Pick<ProtocolChange, 'atLeast' | 'says'> {
  const answers = ({ type, options, unit, min, max, maxLength, required, requiredIf }: LabelField) =>
    canonicalJson({
      type,
      values: options?.map((o) => o.value),
      unit,
      min,
      max,
      maxLength,
      required,
      requiredIf,
    });
  if (answers(before) !== answers(after))
    return { atLeast: 'breaking', says: 'What can or must be answered changed.' };
  const definitions = (field: LabelField) =>
    canonicalJson({ definition: field.definition, options: field.options?.map((o) => o.definition ?? '') });
  if (definitions(before) !== definitions(after))
    return { atLeast: 'clarifying', says: 'A definition changed.' };
  return { atLeast: 'editorial', says: 'Wording changed.' };
}
