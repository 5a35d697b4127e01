import type { LabelField } from '#server/protocols/schemas.ts';

/** A class of a field in the words shown; what is none of its options as it is. */
export function classLabelOf(field: LabelField | undefined, value: string): string {
  return optionsOf(field).find((option) => option.value === value)?.label ?? value;
}

/** What can be answered to a closed field, with the words shown; empty for open ones. */
export function optionsOf(field: LabelField | undefined): { value: string; label: string }[] {
  if (field?.type === 'boolean')
    return [
      { value: 'false', label: 'No' },
      { value: 'true', label: 'Yes' },
    ];
  return (field?.options ?? []).map(({ value, label }) => ({ value, label }));
}
