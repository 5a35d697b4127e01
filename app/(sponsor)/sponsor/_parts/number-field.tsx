import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';

type NumberFieldProps = {
  label: string;
  /** Where the server names what is wrong with it. */
  name: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string | undefined;
  suffix?: string | undefined;
  error?: string | undefined;
  optional?: boolean | undefined;
  /** Takes a fraction, so that a phone's keyboard has the point. */
  isDecimal?: boolean | undefined;
  className?: string | undefined;
};

/** A number as it is typed; whether it is one is told when the form is sent. */
export function NumberField(props: NumberFieldProps) {
  const { value, onChange, suffix, isDecimal = false, className, ...field } = props;
  return (
    <Field {...field}>
      <Input
        inputMode={isDecimal ? 'decimal' : 'numeric'}
        suffix={suffix}
        className={className}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}

/** A number that may be left out; NaN, which no schema takes, for what is none. */
export const optionalNumber = (text: string): number | null => (text.trim() === '' ? null : Number(text));

/** A number that has to be there; NaN where nothing is. */
export const requiredNumber = (text: string): number => optionalNumber(text) ?? Number.NaN;

/** Per cent as typed in basis points; NaN where nothing is. */
export const basisPointsOf = (percent: string): number => Math.round(requiredNumber(percent) * 100);

/** The shortest plausible read of a batch, when it is made and while it runs. */
export function ShortestRead(props: Pick<NumberFieldProps, 'name' | 'value' | 'onChange' | 'error'>) {
  return (
    <NumberField
      {...props}
      label="Shortest plausible read"
      hint="Faster reads are shown to you, never rejected. Empty goes by the usual time here."
      suffix="s"
      optional
    />
  );
}
