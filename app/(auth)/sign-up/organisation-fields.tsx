'use client';

import type { ReactNode } from 'react';
import { type Country, CountrySelect } from '#app/_shell/country-select.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';

export type OrganisationKind = 'sponsor' | 'vendor' | 'independent';
export type Problems = Partial<Record<string, string>>;

/** Which of the three comes in; nothing is chosen beforehand. */
export function KindChoice({
  value,
  onChange,
  error,
  isIndependent = false,
}: {
  value: OrganisationKind | undefined;
  onChange: (kind: OrganisationKind) => void;
  error: string | undefined;
  isIndependent?: boolean;
}) {
  return (
    <Field label="What brings you here?" name="organisation.kind" error={error}>
      <RadioCards
        columns={3}
        aria-label="What brings you here?"
        value={value ?? ''}
        onValueChange={(kind) => onChange(kind as OrganisationKind)}
        options={[
          {
            value: 'sponsor',
            label: 'We have data',
            hint: 'Sponsor: post projects, sign protocols, fund the work',
          },
          { value: 'vendor', label: 'We have readers', hint: 'Vendor: bid on calls, staff and run teams' },
          {
            value: 'independent',
            label: 'I read',
            hint: isIndependent
              ? 'You are signed up as independent already'
              : 'Independent annotator: in your own name',
            disabled: isIndependent,
          },
        ]}
      />
    </Field>
  );
}

/** What the operator checks of a company. */
export function CompanyFields({
  problems,
  countries,
}: {
  problems: Problems;
  countries: readonly Country[];
}) {
  return (
    <Section title="Organisation">
      <Field label="Legal name" name="organisation.legalName" error={problems['organisation.legalName']}>
        <Input name="organisation.legalName" autoComplete="organization" />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Register number"
          name="organisation.registerNumber"
          hint="Of the company, or its tax number"
          error={problems['organisation.registerNumber']}
        >
          <Input name="organisation.registerNumber" autoComplete="off" />
        </Field>
        <Field
          label="Domain"
          name="organisation.domain"
          hint="Of your web site and mail, such as example.org"
          error={problems['organisation.domain']}
        >
          <Input name="organisation.domain" autoComplete="off" inputMode="url" spellCheck={false} />
        </Field>
      </div>
      <Field
        label="Country of registration"
        name="organisation.country"
        error={problems['organisation.country']}
      >
        <CountrySelect name="organisation.country" countries={countries} />
      </Field>
    </Section>
  );
}

/** A titled part of a form. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-4">
      <h2 className="border-line border-b pb-1 font-semibold text-lg">{title}</h2>
      {children}
    </section>
  );
}
