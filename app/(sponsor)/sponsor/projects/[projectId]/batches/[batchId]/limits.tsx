import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NumberField, ShortestRead } from '#app/(sponsor)/sponsor/_parts/number-field.tsx';

/** What the dialog holds, as typed. */
export type LimitValues = {
  priority: string;
  dueAt: string;
  maxReadsPerReader: string;
  share: string;
  minutes: string;
  leastSeconds: string;
};

type LimitsProps = {
  values: LimitValues;
  wrong: Partial<Record<string, string>>;
  onChange: (part: Partial<LimitValues>) => void;
};

type LimitField = {
  key: keyof LimitValues;
  name: string;
  label: string;
  hint: string;
  suffix?: string;
  isDecimal?: boolean;
};

const PRIORITY: LimitField = {
  key: 'priority',
  name: 'priority',
  label: 'Priority',
  hint: '0 to 100, higher is read first.',
};

const LIMITS: readonly LimitField[] = [
  {
    key: 'maxReadsPerReader',
    name: 'maxReadsPerReader',
    label: 'Most cases',
    hint: 'Of one person, in first reads.',
    suffix: 'cases',
  },
  {
    key: 'share',
    name: 'maxReaderShareBasisPoints',
    label: 'Most of the reads',
    hint: 'Of one person, as a share of all first reads. Repeats, reviews, audits and decisions have no cap.',
    suffix: '%',
    isDecimal: true,
  },
  {
    key: 'minutes',
    name: 'maxActiveMinutesPerDay',
    label: 'Active minutes a day',
    hint: 'Of a person, at every tier and in every batch; then they rest until midnight UTC.',
    suffix: 'min',
  },
];

/** Priority, deadline, and how much and how fast one person reads. */
export function Limits({ values, wrong, onChange }: LimitsProps) {
  const number = ({ key, ...field }: LimitField, optional: boolean) => (
    <NumberField
      key={key}
      {...field}
      optional={optional}
      error={wrong[field.name]}
      value={values[key]}
      onChange={(value) => onChange({ [key]: value })}
    />
  );
  return (
    <div className="grid items-end gap-4 sm:grid-cols-2">
      {number(PRIORITY, false)}
      <Field label="Due" name="dueAt" optional hint="Readers see it." error={wrong.dueAt}>
        <Input
          type="date"
          value={values.dueAt}
          onChange={(event) => onChange({ dueAt: event.target.value })}
        />
      </Field>
      {LIMITS.map((field) => number(field, true))}
      <ShortestRead
        name="leastReadSeconds"
        value={values.leastSeconds}
        onChange={(leastSeconds) => onChange({ leastSeconds })}
        error={wrong.leastReadSeconds}
      />
    </div>
  );
}
