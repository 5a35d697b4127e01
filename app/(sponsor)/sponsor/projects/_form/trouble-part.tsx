import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import type { PolicyValues } from './form-values.ts';

type TroublePartProps = {
  policy: PolicyValues;
  at: (name: string) => string | undefined;
  onChange: (part: Partial<PolicyValues>) => void;
};

const RULES = [
  { key: 'unusableSkips', label: 'Set aside as unusable after', hint: 'people who cannot read its images' },
  { key: 'edgeCaseAsks', label: 'Edge case after', hint: 'people who ask about it' },
  { key: 'disputedAsks', label: 'Edge case after, where reads differ', hint: 'people who ask about it' },
] as const;

/** When what readers say about a case is acted on (R24): it is set aside, or the clinical lead is alerted. */
export function TroublePart({ policy, at, onChange }: TroublePartProps) {
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="pb-2 font-medium text-sm">What readers say about a case</legend>
      <div className="grid gap-4 sm:grid-cols-3">
        {RULES.map(({ key, label, hint }) => (
          <Field
            key={key}
            label={label}
            name={`qualityPolicy.trouble.${key}`}
            hint={hint}
            error={at(`trouble.${key}`)}
          >
            <Input
              inputMode="numeric"
              value={policy[key]}
              onChange={(event) => onChange({ [key]: event.target.value })}
            />
          </Field>
        ))}
      </div>
    </fieldset>
  );
}
