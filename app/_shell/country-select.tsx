'use client';

import type { ComponentProps } from 'react';
import { NativeSelect } from '#app/_ui/native-select.tsx';

export type Country = { code: string; name: string };

/**
 * A country by name; its value is the ISO 3166-1 code. The list comes from the server (`listCountries`), because
 * browsers call some countries otherwise and the page would not be the one that was sent.
 */
export function CountrySelect({
  countries,
  ...props
}: ComponentProps<typeof NativeSelect> & { countries: readonly Country[] }) {
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
