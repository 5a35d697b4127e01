'use client';

import type { ComponentProps } from 'react';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { listCountries } from '#server/identity/countries.ts';

const countries = listCountries();

/** Every country by name; its value is the ISO 3166-1 code. */
export function CountrySelect(props: ComponentProps<typeof NativeSelect>) {
  return (
    <NativeSelect {...props}>
      <option value="">Choose a country</option>
      {countries.map(({ code, name }) => (
        <option key={code} value={code}>
          {name}
        </option>
      ))}
    </NativeSelect>
  );
}
