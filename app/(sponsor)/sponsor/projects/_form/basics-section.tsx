'use client';

import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { CURRENCIES } from '#server/core/money.ts';
import { DATA_CLASSES, type DataClass } from '#server/projects/schemas.ts';
import { FormSection } from './form-section.tsx';
import type { ProjectValues } from './form-values.ts';
import { DATA_CLASS_NEEDS, DATA_CLASS_WORDS, useOptions } from './project-words.ts';

export type SectionProps = {
  values: ProjectValues;
  errors: Partial<Record<string, string>>;
  set: (change: Partial<ProjectValues>) => void;
};

/** What everything else hangs on: name, purpose, data, money, time. */
export function BasicsSection({
  values,
  errors,
  set,
  onUse,
}: SectionProps & { onUse: (use: string) => void }) {
  return (
    <FormSection id="basics" title="Basics">
      <Field label="Title" name="title" error={errors.title} required>
        <Input value={values.title} onChange={(event) => set({ title: event.target.value })} />
      </Field>
      <Field
        label="What the labels are for"
        name="intendedUse"
        hint="It sets where the quality policy below starts."
        error={errors.intendedUse}
      >
        <RadioCards options={useOptions} value={values.intendedUse} onValueChange={onUse} columns={2} />
      </Field>
      <Field
        label="What kind of data it is"
        name="dataClass"
        error={errors.dataClass}
        hint={values.dataClass === '' ? undefined : `Needs: ${DATA_CLASS_NEEDS[values.dataClass]}`}
        required
      >
        <NativeSelect
          value={values.dataClass}
          onChange={(event) => set({ dataClass: event.target.value as DataClass | '' })}
        >
          <option value="">Choose</option>
          {DATA_CLASSES.map((one) => (
            <option key={one} value={one}>
              {DATA_CLASS_WORDS[one]}
            </option>
          ))}
        </NativeSelect>
      </Field>
      <div className="grid gap-4 sm:grid-cols-3">
        <Field label="Budget" name="budgetMinor" error={errors.budgetMinor} required>
          <Input
            inputMode="decimal"
            value={values.budget}
            onChange={(event) => set({ budget: event.target.value })}
          />
        </Field>
        <Field label="Currency" name="currency" error={errors.currency}>
          <NativeSelect value={values.currency} onChange={(event) => set({ currency: event.target.value })}>
            {CURRENCIES.map((code) => (
              <option key={code}>{code}</option>
            ))}
          </NativeSelect>
        </Field>
        <Field label="Deadline" name="deadline" error={errors.deadline} required>
          <Input
            type="date"
            value={values.deadline}
            onChange={(event) => set({ deadline: event.target.value })}
          />
        </Field>
      </div>
    </FormSection>
  );
}

/** What bidders read first. */
export function AboutSection({ values, errors, set }: SectionProps) {
  return (
    <FormSection
      id="about"
      title="About the work"
      hint="Bidders read this first. Needed before the call opens. No patient data."
    >
      <Field label="Summary" name="summary" error={errors.summary}>
        <Textarea value={values.summary} onChange={(event) => set({ summary: event.target.value })} />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Modality"
          name="modality"
          hint="Such as CT, mammography, histopathology"
          error={errors.modality}
        >
          <Input value={values.modality} onChange={(event) => set({ modality: event.target.value })} />
        </Field>
        <Field label="Anatomy" name="anatomy" hint="Such as chest, breast, prostate" error={errors.anatomy}>
          <Input value={values.anatomy} onChange={(event) => set({ anatomy: event.target.value })} />
        </Field>
      </div>
      <Field
        label="Review period"
        name="reviewPeriodDays"
        hint="Reads not rejected by then are accepted and paid; at most 21 days."
        error={errors.reviewPeriodDays}
      >
        <div className="max-w-40">
          <Input
            inputMode="numeric"
            suffix="days"
            value={values.reviewPeriodDays}
            onChange={(event) => set({ reviewPeriodDays: event.target.value })}
          />
        </div>
      </Field>
    </FormSection>
  );
}
