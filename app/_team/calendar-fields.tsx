'use client';

import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Field } from '#app/_ui/field.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';

type CalendarFieldsProps = {
  countries: readonly { code: string; name: string }[];
  country: string;
  region: string;
  /** What is wrong with the country. */
  problem?: string | undefined;
  onChange: (part: { country: string; region: string }) => void;
};

/** Country and, where its holidays differ within it, region. */
export function CalendarFields({ countries, country, region, problem, onChange }: CalendarFieldsProps) {
  const trpc = useTRPC();
  const regions = useQuery({
    ...trpc.staffing.holidayRegions.queryOptions({ country }),
    enabled: country !== '',
  });
  return (
    <>
      <Field label="Country" error={problem} className="w-full sm:w-56">
        <NativeSelect
          value={country}
          onChange={(event) => onChange({ country: event.target.value, region: '' })}
        >
          <option value="">Choose</option>
          {countries.map((one) => (
            <option key={one.code} value={one.code}>
              {one.name}
            </option>
          ))}
        </NativeSelect>
      </Field>
      {(regions.data ?? []).length === 0 || country === '' ? null : (
        <Field label="Region" className="w-full sm:w-56">
          <NativeSelect
            value={region}
            onChange={(event) => onChange({ country, region: event.target.value })}
          >
            <option value="">What the whole country keeps</option>
            {(regions.data ?? []).map((one) => (
              <option key={one.code} value={one.code}>
                {one.name}
              </option>
            ))}
          </NativeSelect>
        </Field>
      )}
    </>
  );
}
