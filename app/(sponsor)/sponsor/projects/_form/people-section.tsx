'use client';

import { MeetingCount } from '#app/_credentials/meeting-count.tsx';
import { RuleEditor } from '#app/_credentials/rule-editor.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import type { SectionProps } from './basics-section.tsx';
import { FormSection } from './form-section.tsx';

/** Who may read, and from where. */
export function PeopleSection({ values, errors, set }: SectionProps) {
  return (
    <FormSection id="people" title="Who may read" hint="Nobody who does not meet this is offered a case.">
      <RuleEditor
        name="credentialRule"
        value={values.credentials}
        errors={errors}
        onChange={(credentials) => set({ credentials })}
      >
        <MeetingCount value={values.credentials} whose="everybody" />
      </RuleEditor>
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
