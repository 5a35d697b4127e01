'use client';

import { type FormEvent, type ReactNode, useState } from 'react';
import { byField } from '#app/_shell/read-form.ts';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import type { RosterParameters } from '#server/staffing/roster-schemas.ts';
import type { ContractRoster } from './planner-types.ts';
import { SeatRows } from './seat-rows.tsx';
import { type SettingsValues, toParameters, toValues } from './settings-values.ts';

type SettingsFormProps = {
  contract: ContractRoster;
  parameters: RosterParameters;
  problems: readonly FormProblem[];
  onProblems: (problems: readonly FormProblem[]) => void;
  isBusy: boolean;
  onPlan: (parameters: RosterParameters) => void;
};
type TextName = Exclude<
  keyof SettingsValues,
  'seats' | 'objective' | 'speedBasis' | 'keepsAccepted' | 'leavesOut' | 'teamId'
>;

/** What a roster has to meet. The usual few in sight, the rest a press away. */
export function SettingsForm(props: SettingsFormProps) {
  const { contract, parameters, problems, isBusy } = props;
  const { currency } = contract;
  const [values, setValues] = useState(() => toValues(parameters, currency));
  const set = (part: Partial<SettingsValues>) => setValues((before) => ({ ...before, ...part }));
  const errors = byField(problems);
  const send = (event: FormEvent) => {
    event.preventDefault();
    const read = toParameters(values, parameters, currency);
    props.onProblems(read.problems);
    if (read.parameters) props.onPlan(read.parameters);
  };
  const text = (
    name: TextName,
    label: string,
    more: { hint?: string; suffix?: ReactNode; mode?: 'decimal' | 'numeric' } = {},
  ) => (
    <Field label={label} name={name} hint={more.hint} error={errors[name]}>
      <Input
        inputMode={more.mode ?? 'numeric'}
        value={values[name]}
        suffix={more.suffix}
        onChange={(event) => set({ [name]: event.target.value })}
      />
    </Field>
  );
  const isMoreWrong = MORE.some((name) => errors[name]);
  return (
    <form onSubmit={send} noValidate className="flex flex-col gap-4">
      <FormErrorSummary problems={problems} />
      <div className="grid grid-cols-2 items-end gap-3">
        <Field label="First week" name="startOn" error={errors.startOn} hint="A Monday">
          <Input
            type="date"
            min={contract.earliestStart}
            step={7}
            value={values.startOn}
            onChange={(event) => set({ startOn: event.target.value })}
          />
        </Field>
        {text('weeks', 'Weeks')}
      </div>
      {text('reads', 'Reads a week', { hint: 'One number, or one per week: 900, 600, 600' })}
      <div className="grid grid-cols-2 items-end gap-3">
        {text('overlap', 'Reads per case')}
        {text('reviewShare', 'Reviewed', { suffix: '%', mode: 'decimal' })}
      </div>
      <p className="text-ink-3 text-xs">
        Adjudication is the sponsor’s panel’s, so it takes none of your hours.
      </p>
      {contract.teams.length === 0 ? null : (
        <Field label="From" name="teamId" error={errors.teamId}>
          <NativeSelect value={values.teamId} onChange={(event) => set({ teamId: event.target.value })}>
            <option value="">All your people</option>
            {contract.teams.map((one) => (
              <option key={one.teamId} value={one.teamId}>
                {one.name}
              </option>
            ))}
          </NativeSelect>
        </Field>
      )}
      <Field label="Make small" name="objective" error={errors.objective}>
        <NativeSelect
          value={values.objective}
          onChange={(event) => set({ objective: event.target.value === 'time' ? 'time' : 'cost' })}
        >
          <option value="cost">Cost per correct label</option>
          <option value="time">Time until it is done</option>
        </NativeSelect>
      </Field>
      <SeatRows seats={values.seats} errors={errors} onChange={(seats) => set({ seats })} />
      <details className="group" open={isMoreWrong || undefined}>
        <summary className="cursor-pointer font-medium text-sm">People, places and money</summary>
        <div className="mt-3 flex flex-col gap-4">
          <div className="grid grid-cols-2 items-end gap-3">
            {text('mostHours', 'Hours a week at most', { suffix: 'h' })}
            {text('leastHours', 'Hours in all at least', { suffix: 'h' })}
            {text('annotatorsPerReviewer', 'Annotators to a reviewer')}
            {text('coverage', 'Readers at any hour', { hint: 'Round the clock' })}
            {text('onshoreCountry', 'Onshore is')}
            {text('onshoreShare', 'Onshore reads', { suffix: '%', mode: 'decimal' })}
          </div>
          <div className="grid grid-cols-2 items-end gap-3">
            {text('sponsorTimezone', 'Sponsor’s time zone')}
            {text('sharedOfficeHours', 'Shared with it', { suffix: 'h/week' })}
            {text('price', 'Price per read', { mode: 'decimal', suffix: currency })}
            {contract.canSeeMoney ? text('budget', 'Budget', { mode: 'decimal', suffix: currency }) : null}
          </div>
          <Field label="Plan with" name="speedBasis">
            <NativeSelect
              value={values.speedBasis}
              onChange={(event) =>
                set({ speedBasis: event.target.value === 'cautious' ? 'cautious' : 'expected' })
              }
            >
              <option value="expected">People’s usual speed</option>
              <option value="cautious">The slow end of their speed</option>
            </NativeSelect>
          </Field>
          <div className="grid grid-cols-2 items-end gap-3">
            {text('assumedReadsPerHour', 'Speed of the unmeasured', { suffix: '/h', mode: 'decimal' })}
            {text('assumedAccuracy', 'Accuracy of the unmeasured', { mode: 'decimal' })}
          </div>
          <Checkbox
            label="Keep those who have accepted"
            hint="They stay in their seats; hours may change."
            checked={values.keepsAccepted}
            onCheckedChange={(checked) => set({ keepsAccepted: checked === true })}
          />
          {parameters.without.length === 0 ? null : (
            <Checkbox
              label={`Leave out who was left out before (${parameters.without.length})`}
              hint="For example because they dropped out."
              checked={values.leavesOut}
              onCheckedChange={(checked) => set({ leavesOut: checked === true })}
            />
          )}
        </div>
      </details>
      <div>
        <Button type="submit" variant="primary" pending={isBusy}>
          Plan roster
        </Button>
      </div>
    </form>
  );
}

/** Fields behind the summary; a problem in one opens it. */
const MORE: readonly TextName[] = [
  'mostHours',
  'leastHours',
  'annotatorsPerReviewer',
  'coverage',
  'onshoreCountry',
  'onshoreShare',
  'sponsorTimezone',
  'sharedOfficeHours',
  'price',
  'budget',
  'assumedReadsPerHour',
  'assumedAccuracy',
];
