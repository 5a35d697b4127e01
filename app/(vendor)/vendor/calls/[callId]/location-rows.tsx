'use client';

import { Plus, X } from 'lucide-react';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import type { LocationRow } from './bid-values.ts';

type LocationRowsProps = {
  rows: readonly LocationRow[];
  /** Where the project allows reading; empty means anywhere. */
  countries: readonly string[];
  errors: Partial<Record<string, string>>;
  onChange: (rows: LocationRow[]) => void;
};

/** From where it is read, in shares of the reads. */
export function LocationRows({ rows, countries, errors, onChange }: LocationRowsProps) {
  const change = (id: number, part: Partial<LocationRow>) =>
    onChange(rows.map((row) => (row.id === id ? { ...row, ...part } : row)));
  return (
    <fieldset id="field-locationMix" tabIndex={-1} className="flex flex-col gap-3">
      <legend className="pb-1 font-medium text-sm">Where it is read</legend>
      <p className="text-ink-3 text-sm">
        {countries.length === 0
          ? 'Two-letter country codes; the project allows any.'
          : `The project allows ${countries.join(', ')}.`}
      </p>
      {errors.locationMix ? <p className="text-critical-ink text-sm">{errors.locationMix}</p> : null}
      {rows.map((row, index) => (
        <div key={row.id} className="grid grid-cols-[1fr_1fr_auto] gap-3 sm:max-w-96">
          <Field
            label="Country"
            name={`locationMix.${index}.country`}
            error={errors[`locationMix.${index}.country`]}
          >
            <Input
              maxLength={2}
              className="uppercase"
              value={row.country}
              onChange={(event) => change(row.id, { country: event.target.value })}
            />
          </Field>
          <Field
            label="Share of the reads"
            name={`locationMix.${index}.share`}
            error={errors[`locationMix.${index}.share`]}
          >
            <Input
              inputMode="decimal"
              suffix="%"
              value={row.share}
              onChange={(event) => change(row.id, { share: event.target.value })}
            />
          </Field>
          {rows.length === 1 ? null : (
            <Button
              className="mt-6"
              variant="quiet"
              size="icon"
              aria-label={`Remove ${row.country.toUpperCase() || 'this country'}`}
              icon={<X aria-hidden />}
              onClick={() => onChange(rows.filter((other) => other.id !== row.id))}
            />
          )}
        </div>
      ))}
      <div>
        <Button
          size="sm"
          icon={<Plus aria-hidden />}
          onClick={() =>
            onChange([...rows, { id: Math.max(...rows.map((row) => row.id)) + 1, country: '', share: '' }])
          }
        >
          Add a country
        </Button>
      </div>
    </fieldset>
  );
}
