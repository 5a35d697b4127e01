import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import type { PolicyValues } from './form-values.ts';

type TroublePartProps = {
  policy: PolicyValues;
  at: (name: string) => string | undefined;
  onChange: (part: Partial<PolicyValues>) => void;
};

const RULES = [
  {
    key: 'unusableSkips',
    label: 'Set aside as unusable',
    hint: 'When so many say its images cannot be read',
    unit: 'people',
  },
  { key: 'edgeCaseAsks', label: 'Edge case', hint: 'When so many ask about it', unit: 'people' },
  {
    key: 'disputedAsks',
    label: 'Edge case, where reads differ',
    hint: 'When so many ask about it',
    unit: 'people',
  },
  {
    key: 'answerHours',
    label: 'Questions answered within',
    hint: 'Readers are told by when',
    unit: 'hours',
  },
] as const;

/** When what readers say about a case is acted on (R24): it is set aside, or the clinical lead is alerted. */
export function TroublePart({ policy, at, onChange }: TroublePartProps) {
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="pb-2 font-medium text-sm">What readers say about a case</legend>
      <div className="grid gap-4 sm:grid-cols-2">
        {RULES.map(({ key, label, hint, unit }) => (
          <Field
            key={key}
            label={label}
            name={`qualityPolicy.trouble.${key}`}
            hint={hint}
            error={at(`trouble.${key}`)}
          >
            <Input
              inputMode="numeric"
              suffix={unit}
              value={policy[key]}
              onChange={(event) => onChange({ [key]: event.target.value })}
            />
          </Field>
        ))}
      </div>
    </fieldset>
  );
}
