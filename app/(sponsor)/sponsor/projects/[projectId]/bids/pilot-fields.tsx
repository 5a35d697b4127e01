import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import type { CallValues } from './call-values.ts';

/** What a pilot's cases can be drawn by: the site or a subgroup, with its values and their cases. */
export type Dimension = { key: string; label: string; values: readonly { value: string; cases: number }[] };

type PilotFieldsProps = {
  values: CallValues;
  wrong: Partial<Record<string, string>>;
  set: (part: Partial<CallValues>) => void;
  dimensions: readonly Dimension[];
};

/** How large the pilot is, which cases it has and how gold comes into it. */
export function PilotFields({ values, wrong, set, dimensions }: PilotFieldsProps) {
  const number = (key: 'cases' | 'overlap' | 'timeLimitDays', label: string, suffix: string) => (
    <Field label={label} name={`pilotTerms.${key}`} error={wrong[`pilotTerms.${key}`]}>
      <Input
        inputMode="numeric"
        suffix={suffix}
        value={values[key]}
        onChange={(event) => set({ [key]: event.target.value })}
      />
    </Field>
  );
  return (
    <fieldset className="flex flex-col gap-4">
      <legend className="font-semibold text-lg">Pilot</legend>
      <p className="prose-width text-ink-3 text-sm">
        Every bidder you pick reads the same cases in its own order. Every valid read is paid, pass or fail.
      </p>
      <div className="grid gap-4 sm:grid-cols-3">
        {number('cases', 'Cases', 'cases')}
        {number('overlap', 'Reads per case', 'reads')}
        {number('timeLimitDays', 'Time limit', 'days')}
      </div>
      <StrataFields values={values} wrong={wrong} set={set} dimensions={dimensions} />
      <Field label="Gold" name="pilotTerms.goldMode" error={wrong['pilotTerms.goldMode']}>
        <RadioCards
          columns={3}
          value={values.goldMode}
          onValueChange={(goldMode) => set({ goldMode: goldMode as CallValues['goldMode'] })}
          options={[
            {
              value: 'embedded',
              label: 'Among the cases',
              hint: 'Gold cases are read by as many people as the others.',
            },
            { value: 'dealt', label: 'Dealt in', hint: 'Gold cases are mixed in at a share you set.' },
            { value: 'none', label: 'None', hint: 'Accuracy can’t be said; only agreement.' },
          ]}
        />
      </Field>
      {values.goldMode === 'dealt' ? (
        <Field
          label="Share of gold"
          name="pilotTerms.goldShareBasisPoints"
          error={wrong['pilotTerms.goldShareBasisPoints']}
        >
          <Input
            inputMode="decimal"
            suffix="%"
            className="sm:max-w-40"
            value={values.goldShare}
            onChange={(event) => set({ goldShare: event.target.value })}
          />
        </Field>
      ) : null}
    </fieldset>
  );
}

/** So many cases of each site or subgroup; choosing one shares the pilot out as the dataset is made. */
function StrataFields({ values, wrong, set, dimensions }: PilotFieldsProps) {
  if (dimensions.length === 0) return null;
  const chosen = dimensions.find((one) => one.key === values.strataBy);
  const total = Object.values(values.strataCounts).reduce((sum, text) => sum + (Number(text) || 0), 0);
  return (
    <div className="flex flex-col gap-3">
      <Field label="Cases are taken" name="pilotTerms.strata" error={wrong['pilotTerms.strata']}>
        <NativeSelect
          value={values.strataBy}
          onChange={(event) => {
            const dimension = dimensions.find((one) => one.key === event.target.value);
            set({
              strataBy: event.target.value,
              strataCounts: dimension ? sharedOut(Number(values.cases), dimension) : {},
            });
          }}
        >
          <option value="">In the dataset’s order</option>
          {dimensions.map(({ key, label }) => (
            <option key={key} value={key}>
              {`So many of each ${label}`}
            </option>
          ))}
        </NativeSelect>
      </Field>
      {chosen ? (
        <>
          <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
            {chosen.values.map(({ value, cases }) => (
              <Field key={value} label={value} hint={`of ${cases.toLocaleString('en')}`}>
                <Input
                  inputMode="numeric"
                  value={values.strataCounts[value] ?? ''}
                  onChange={(event) =>
                    set({ strataCounts: { ...values.strataCounts, [value]: event.target.value } })
                  }
                />
              </Field>
            ))}
          </div>
          <p role="status" className="text-ink-3 text-xs">
            {total.toLocaleString('en')} of {values.cases} cases.
          </p>
        </>
      ) : null}
    </div>
  );
}

/** The pilot's cases in proportion to the dataset, by largest remainder. */
function sharedOut(cases: number, { values }: Dimension): Record<string, string> {
  const total = values.reduce((sum, one) => sum + one.cases, 0);
  if (!Number.isInteger(cases) || cases < 1 || total === 0) return {};
  const exact = values.map((one) => (Math.min(cases, total) * one.cases) / total);
  const parts = exact.map(Math.floor);
  const left = Math.min(cases, total) - parts.reduce((sum, n) => sum + n, 0);
  const byRest = exact.map((x, at) => ({ at, rest: x - Math.floor(x) })).sort((a, b) => b.rest - a.rest);
  for (const { at } of byRest.slice(0, left)) parts[at] = (parts[at] ?? 0) + 1;
  return Object.fromEntries(values.map((one, at) => [one.value, String(parts[at])]));
}
