'use client';

import { Plus, X } from 'lucide-react';
import { MeetingCount } from '#app/_credentials/meeting-count.tsx';
import { RuleEditor } from '#app/_credentials/rule-editor.tsx';
import { type GroupValues, NEW_REQUIREMENT, toRule } from '#app/_credentials/rule-values.ts';
import { Button } from '#app/_ui/button.tsx';
import { Dialog, DialogClose } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { describeCredentialRule } from '#server/credentials/describe.ts';
import { credentialRule } from '#server/credentials/schemas.ts';
import type { SeatValues } from './settings-values.ts';

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
        rule: { match: 'all', parts: [{ ...NEW_REQUIREMENT, minLevel: 'vendor_attested' }] },
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
          <SeatRule label={seat.label} value={seat.rule} onChange={(rule) => change(at, { rule })} />
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

/** What a seat asks for on top of the project's rule, in words, with the editor behind it. */
function SeatRule({
  label,
  value,
  onChange,
}: {
  label: string;
  value: GroupValues;
  onChange: (rule: GroupValues) => void;
}) {
  const rule = credentialRule.safeParse(toRule(value));
  return (
    <div className="flex items-start justify-between gap-2 text-sm">
      <p className="min-w-0 text-ink-2">
        {!rule.success || rule.data.anyOf.length === 0
          ? 'The project’s rule only.'
          : `And: ${describeCredentialRule(rule.data)}`}
      </p>
      <Dialog
        size="lg"
        title={`Who may take ${label}`}
        description="On top of the project’s rule, which everybody meets anyway."
        trigger={
          <Button size="sm" variant="quiet" aria-label={`Edit rule of ${label}`}>
            Edit rule
          </Button>
        }
        footer={
          <DialogClose>
            <Button variant="primary">Done</Button>
          </DialogClose>
        }
      >
        <RuleEditor name="rule" value={value} errors={{}} onChange={onChange}>
          <MeetingCount value={value} whose="own" />
        </RuleEditor>
      </Dialog>
    </div>
  );
}

function freeKey(seats: readonly SeatValues[]): string {
  let number = seats.length + 1;
  while (seats.some((seat) => seat.key === `seat-${number}`)) number += 1;
  return `seat-${number}`;
}
