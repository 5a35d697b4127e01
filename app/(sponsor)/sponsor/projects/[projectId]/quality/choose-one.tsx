import { Field } from '#app/_ui/field.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';

export type ChooseOneProps = {
  label: string;
  /** Form name, where an error summary leads to it. */
  name?: string | undefined;
  options: readonly { value: string; label: string; disabled?: boolean }[];
  value: string;
  onChange: (value: string) => void;
  /** What stands first and means nothing chosen; without it one is always chosen. */
  none?: string | undefined;
  error?: string | undefined;
};

/** One of a short list under its label. */
export function ChooseOne({ label, name, options, value, onChange, none, error }: ChooseOneProps) {
  return (
    <Field label={label} name={name} error={error}>
      <NativeSelect value={value} onChange={(event) => onChange(event.target.value)}>
        {none === undefined ? null : <option value="">{none}</option>}
        {options.map((one) => (
          <option key={one.value} value={one.value} disabled={one.disabled}>
            {one.label}
          </option>
        ))}
      </NativeSelect>
    </Field>
  );
}

/** A list of words as options. */
export const optionsOfWords = (words: Readonly<Record<string, string>>) =>
  Object.entries(words).map(([value, label]) => ({ value, label }));

export type Batches = readonly { id: string; label: string }[];
export type Fields = readonly { key: string; label: string }[];

/** Which batch a page is about. */
export function ChooseABatch(props: { batches: Batches; value: string; onChange: (id: string) => void }) {
  const options = props.batches.map(({ id, label }) => ({ value: id, label }));
  return <ChooseOne label="Batch" options={options} value={props.value} onChange={props.onChange} />;
}

/** Which field a page is about. */
export function ChooseAField(props: { fields: Fields; value: string; onChange: (key: string) => void }) {
  const options = props.fields.map(({ key, label }) => ({ value: key, label }));
  return <ChooseOne label="Field" options={options} value={props.value} onChange={props.onChange} />;
}
