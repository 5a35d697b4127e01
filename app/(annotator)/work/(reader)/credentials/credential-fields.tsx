'use client';

import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { type Country, CountrySelect } from '#app/_shell/country-select.tsx';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { LANGUAGES } from '#server/credentials/languages.ts';
import { PROFICIENCIES } from '#server/credentials/schemas.ts';
import type { Scheme } from '#server/credentials/scheme.ts';
import { US_STATES } from '#server/credentials/us-states.ts';

type Errors = Partial<Record<string, string>>;
type PartProps = { scheme: Scheme; errors: Errors };

/** A language and how well it is known; nothing else is asked of it. */
export function LanguageFields({ errors }: { errors: Errors }) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Language" name="specialty" error={errors.specialty}>
        <NativeSelect name="specialty">
          {LANGUAGES.map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </NativeSelect>
      </Field>
      <Field label="Level (CEFR)" name="proficiency" error={errors.proficiency}>
        <NativeSelect name="proficiency" defaultValue="C1">
          {PROFICIENCIES.map((level) => (
            <option key={level} value={level}>
              {level === 'native' ? 'Native' : level}
            </option>
          ))}
        </NativeSelect>
      </Field>
    </div>
  );
}

/** Who issued it, where, and its number; only what the register leaves open. */
export function IssuerFields({ scheme, errors, countries }: PartProps & { countries: readonly Country[] }) {
  const { number } = scheme;
  return (
    <>
      {scheme.issuer === null ? (
        <Field label="Issuer" name="issuer" hint="The board, chamber or university" error={errors.issuer}>
          <Input name="issuer" />
        </Field>
      ) : null}
      <div className="grid gap-4 empty:hidden sm:grid-cols-2">
        {scheme.isOfState ? (
          <Field label="State" name="region" error={errors.region}>
            <NativeSelect name="region" defaultValue="">
              <option value="">Choose a state</option>
              {Object.entries(US_STATES).map(([name, code]) => (
                <option key={code} value={code}>
                  {name}
                </option>
              ))}
            </NativeSelect>
          </Field>
        ) : null}
        {number === null ? null : (
          <Field
            label="Number"
            name="identifier"
            error={errors.identifier}
            hint={`For example ${number.example}`}
            optional={!number.isRequired}
          >
            <Input name="identifier" autoComplete="off" />
          </Field>
        )}
        {scheme.jurisdiction === null ? (
          <Field label="Country" name="jurisdiction" error={errors.jurisdiction}>
            <CountrySelect name="jurisdiction" countries={countries} />
          </Field>
        ) : null}
      </div>
    </>
  );
}

/** The specialty in words and as NUCC code: typing a name finds the code. */
export function SpecialtyFields({ errors }: { errors: Errors }) {
  const trpc = useTRPC();
  const list = useId();
  const [specialty, setSpecialty] = useState('');
  const [code, setCode] = useState('');
  const found = useQuery(
    trpc.credentials.specialties.queryOptions(
      { text: specialty.trim() },
      { enabled: specialty.trim().length > 1 },
    ),
  );
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Specialty" name="specialty" error={errors.specialty} optional>
        <Input
          name="specialty"
          list={list}
          autoComplete="off"
          value={specialty}
          onChange={(event) => {
            const typed = event.target.value;
            setSpecialty(typed);
            const match = found.data?.find((one) => one.name === typed);
            if (match) setCode(match.code);
          }}
        />
        <datalist id={list}>
          {(found.data ?? []).map((one) => (
            <option key={one.code} value={one.name}>
              {one.code}
            </option>
          ))}
        </datalist>
      </Field>
      <Field label="NUCC code" name="taxonomyCode" error={errors.taxonomyCode} optional>
        <Input
          name="taxonomyCode"
          autoComplete="off"
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
      </Field>
    </div>
  );
}

/** When it was issued and until when it holds. */
export function DateFields({ errors }: { errors: Errors }) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Issued on" name="issuedOn" error={errors.issuedOn} optional>
        <Input type="date" name="issuedOn" />
      </Field>
      <Field
        label="Expires on"
        name="expiresOn"
        hint="Empty: does not expire"
        error={errors.expiresOn}
        optional
      >
        <Input type="date" name="expiresOn" />
      </Field>
    </div>
  );
}
