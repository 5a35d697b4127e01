'use client';

import { Plus, X } from 'lucide-react';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import type { SeatValues } from './settings-values.ts';

/** Kinds of credential a seat may ask for on top of the project's rule. */
const KINDS: readonly { value: SeatValues['kind']; label: string }[] = [
  { value: '', label: 'The project’s rule only' },
  { value: 'medical_licence', label: 'And a medical licence' },
  { value: 'nursing_licence', label: 'And a nursing licence' },
  { value: 'board_certification', label: 'And a board certification' },
  { value: 'technologist_certification', label: 'And a technologist certification' },
  { value: 'coder_certification', label: 'And a coding certification' },
  { value: 'degree', label: 'And a degree' },
  { value: 'residency', label: 'And a residency' },
  { value: 'training', label: 'And a training certificate' },
];

type SeatRowsProps = {
  seats: readonly SeatValues[];
  errors: Partial<Record<string, string>>;
  onChange: (seats: SeatValues[]) => void;
};

/** Seats by role and rule, with how many at least and at most. */
export function SeatRows({ seats, errors, onChange }: SeatRowsProps) {
  const change = (at: number, part: Partial<SeatValues>) =>
    onChange(seats.map((seat, index) => (index === at ? { ...seat, ...part } : seat)));
  const add = () =>
    onChange([
      ...seats,
      {
        key: freeKey(seats),
        role: 'annotator',
        label: 'Experts',
        least: '1',
        most: '4',
        kind: 'board_certification',
        specialty: '',
        minYears: '',
      },
    ]);
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-1 font-medium text-sm">Seats</legend>
      {seats.map((seat, at) => (
        <div key={seat.key} className="flex flex-col gap-2 border-line border-t pt-3">
          <div className="flex items-end gap-2">
            <Field label="Seat" name={`seats.${at}`} error={errors[`seats.${at}`]} className="min-w-0 flex-1">
              <Input value={seat.label} onChange={(event) => change(at, { label: event.target.value })} />
            </Field>
            {seats.length > 1 ? (
              <Button
                variant="quiet"
                size="icon"
                aria-label={`Remove ${seat.label}`}
                icon={<X aria-hidden />}
                onClick={() => onChange(seats.filter((_, index) => index !== at))}
              />
            ) : null}
          </div>
          <div className="grid grid-cols-[1fr_4.5rem_4.5rem] gap-2">
            <Field label={`Role of ${seat.label}`} labelHidden>
              <NativeSelect
                value={seat.role}
                onChange={(event) =>
                  change(at, { role: event.target.value === 'reviewer' ? 'reviewer' : 'annotator' })
                }
              >
                <option value="annotator">Annotator</option>
                <option value="reviewer">Reviewer</option>
              </NativeSelect>
            </Field>
            <Field label={`${seat.label}: at least`} labelHidden>
              <Input
                inputMode="numeric"
                prefix="≥"
                value={seat.least}
                onChange={(event) => change(at, { least: event.target.value })}
              />
            </Field>
            <Field label={`${seat.label}: at most`} labelHidden>
              <Input
                inputMode="numeric"
                prefix="≤"
                value={seat.most}
                onChange={(event) => change(at, { most: event.target.value })}
              />
            </Field>
          </div>
          <Field label={`Rule of ${seat.label}`} labelHidden>
            <NativeSelect
              value={seat.kind}
              onChange={(event) =>
                change(at, { kind: KINDS.find((one) => one.value === event.target.value)?.value ?? '' })
              }
            >
              {KINDS.map((one) => (
                <option key={one.value} value={one.value}>
                  {one.label}
                </option>
              ))}
            </NativeSelect>
          </Field>
          {seat.kind === '' ? null : (
            <div className="grid grid-cols-[1fr_5.5rem] gap-2">
              <Field label={`Specialty of ${seat.label}`} labelHidden>
                <Input
                  placeholder="In any specialty"
                  value={seat.specialty}
                  onChange={(event) => change(at, { specialty: event.target.value })}
                />
              </Field>
              <Field label={`Years of ${seat.label}`} labelHidden>
                <Input
                  inputMode="numeric"
                  placeholder="0"
                  suffix="years"
                  value={seat.minYears}
                  onChange={(event) => change(at, { minYears: event.target.value })}
                />
              </Field>
            </div>
          )}
        </div>
      ))}
      <div>
        <Button size="sm" icon={<Plus aria-hidden />} onClick={add}>
          Add a kind of seat
        </Button>
      </div>
    </fieldset>
  );
}

function freeKey(seats: readonly SeatValues[]): string {
  let number = seats.length + 1;
  while (seats.some((seat) => seat.key === `seat-${number}`)) number += 1;
  return `seat-${number}`;
}
