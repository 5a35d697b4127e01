import { Field } from '#app/_ui/field.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';

export type ChooseWordProps = {
  label: string;
  words: Readonly<Record<string, string>>;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
};

/** One of a closed list, none at first: a finding is never pre-ticked. */
export function ChooseWord({ label, words, value, error, onChange }: ChooseWordProps) {
  return (
    <Field label={label} error={error}>
      <NativeSelect value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">Choose</option>
        {Object.entries(words).map(([one, said]) => (
          <option key={one} value={one}>
            {said}
          </option>
        ))}
      </NativeSelect>
    </Field>
  );
}
