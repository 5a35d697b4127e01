'use client';

import { Plus, X } from 'lucide-react';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { KIND_WORDS, LEVEL_WORDS } from '#server/credentials/describe.ts';
import { CREDENTIAL_KINDS, CREDENTIAL_LEVELS } from '#server/credentials/schemas.ts';
import type { SectionProps } from './basics-section.tsx';
import { FormSection } from './form-section.tsx';
import type { RequirementValues } from './form-values.ts';

const NEW: RequirementValues = {
  kind: 'board_certification',
  specialty: '',
  jurisdiction: '',
  minYears: '',
  minLevel: 'primary_source',
};

/** Who may read, and from where. */
export function PeopleSection({ values, errors, set }: SectionProps) {
  const { credentials } = values;
  const change = (alternative: number, index: number, part: Partial<RequirementValues>) =>
    set({
      credentials: credentials.map((all, a) =>
        a === alternative ? all.map((one, i) => (i === index ? { ...one, ...part } : one)) : all,
      ),
    });
  const remove = (alternative: number, index: number) =>
    set({
      credentials: credentials
        .map((all, a) => (a === alternative ? all.filter((_, i) => i !== index) : all))
        .filter((all) => all.length > 0),
    });
  const add = (alternative: number) =>
    set({ credentials: credentials.map((all, a) => (a === alternative ? [...all, NEW] : all)) });
  return (
    <FormSection
      id="people"
      title="Who may read"
      hint="A reader needs everything of any one alternative. Nobody without it is offered a case."
    >
      {credentials.length === 0 ? (
        <p className="text-ink-3 text-sm">No credential is asked for yet.</p>
      ) : null}
      {credentials.map((all, alternative) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: alternatives have no identity but their place
        <fieldset key={alternative} className="flex flex-col gap-3 rounded-lg border border-line-strong p-3">
          <legend className="px-1 font-medium text-sm">
            {alternative === 0 ? 'Readers have' : 'Or they have'}
          </legend>
          {all.map((one, index) => (
            <RequirementRow
              // biome-ignore lint/suspicious/noArrayIndexKey: requirements have no identity but their place
              key={index}
              name={`credentialRule.anyOf.${alternative}.allOf.${index}`}
              one={one}
              errors={errors}
              onChange={(part) => change(alternative, index, part)}
              onRemove={() => remove(alternative, index)}
            />
          ))}
          <div>
            <Button size="sm" variant="quiet" icon={<Plus aria-hidden />} onClick={() => add(alternative)}>
              And also
            </Button>
          </div>
        </fieldset>
      ))}
      <div>
        <Button icon={<Plus aria-hidden />} onClick={() => set({ credentials: [...credentials, [NEW]] })}>
          {credentials.length === 0 ? 'Add a credential' : 'Add an alternative'}
        </Button>
      </div>
      <LocationPart values={values} errors={errors} set={set} />
    </FormSection>
  );
}

/** From where it may be read. */
function LocationPart({ values, errors, set }: SectionProps) {
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      <Field
        label="Countries to read from"
        name="locationPolicy.allowedCountries"
        hint="Codes; empty means anywhere"
        error={errors['locationPolicy.allowedCountries']}
      >
        <Input
          placeholder="US, CA"
          value={values.allowedCountries}
          onChange={(event) => set({ allowedCountries: event.target.value })}
        />
      </Field>
      <Field
        label="Least share read onshore"
        name="locationPolicy.onshoreShareBasisPoints"
        hint="0 asks for none"
        error={errors['locationPolicy.onshoreShareBasisPoints']}
      >
        <Input
          inputMode="decimal"
          suffix="%"
          value={values.onshoreShare}
          onChange={(event) => set({ onshoreShare: event.target.value })}
        />
      </Field>
      <Field
        label="Onshore means"
        name="locationPolicy.onshoreCountry"
        hint="Two-letter code"
        error={errors['locationPolicy.onshoreCountry']}
      >
        <Input
          placeholder="US"
          value={values.onshoreCountry}
          onChange={(event) => set({ onshoreCountry: event.target.value.toUpperCase().trim() })}
        />
      </Field>
    </div>
  );
}

type RowProps = {
  name: string;
  one: RequirementValues;
  errors: Partial<Record<string, string>>;
  onChange: (part: Partial<RequirementValues>) => void;
  onRemove: () => void;
};

function RequirementRow({ name, one, errors, onChange, onRemove }: RowProps) {
  return (
    <div className="grid gap-3 sm:grid-cols-12 sm:items-start">
      <Field label="Credential" name={`${name}.kind`} className="sm:col-span-6">
        <NativeSelect
          value={one.kind}
          onChange={(event) => onChange({ kind: event.target.value as RequirementValues['kind'] })}
        >
          {CREDENTIAL_KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {KIND_WORDS[kind].replace(/^an? /, '')}
            </option>
          ))}
        </NativeSelect>
      </Field>
      <Field
        label="Specialty"
        name={`${name}.specialty`}
        error={errors[`${name}.specialty`]}
        className="sm:col-span-6"
      >
        <Input value={one.specialty} onChange={(event) => onChange({ specialty: event.target.value })} />
      </Field>
      <Field
        label="Country"
        name={`${name}.jurisdiction`}
        error={errors[`${name}.jurisdiction`]}
        className="sm:col-span-3"
      >
        <Input
          value={one.jurisdiction}
          maxLength={2}
          onChange={(event) => onChange({ jurisdiction: event.target.value.toUpperCase().trim() })}
        />
      </Field>
      <Field
        label="Years of practice"
        name={`${name}.minYears`}
        error={errors[`${name}.minYears`]}
        className="sm:col-span-3"
      >
        <Input
          inputMode="numeric"
          value={one.minYears}
          onChange={(event) => onChange({ minYears: event.target.value })}
        />
      </Field>
      <Field label="At least" name={`${name}.minLevel`} className="sm:col-span-5">
        <NativeSelect
          value={one.minLevel}
          onChange={(event) => onChange({ minLevel: event.target.value as RequirementValues['minLevel'] })}
        >
          {CREDENTIAL_LEVELS.map((level) => (
            <option key={level} value={level}>
              {LEVEL_WORDS[level]}
            </option>
          ))}
        </NativeSelect>
      </Field>
      <Button
        className="sm:mt-6"
        variant="quiet"
        size="icon"
        aria-label="Remove this credential"
        icon={<X aria-hidden />}
        onClick={onRemove}
      />
    </div>
  );
}
