'use client';

import { useMutation } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { byField, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { AvailabilityView } from '#server/staffing/roster-view-schemas.ts';

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
/** An end of "00:00" is midnight at the day's end. */
const MIDNIGHT = 1_440;

type Row = { id: number; day: number; from: string; to: string };

const clock = (minute: number) =>
  minute === MIDNIGHT
    ? '00:00'
    : `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

function minutes(text: string, isEnd: boolean): number {
  const [hour = Number.NaN, minute = Number.NaN] = text.split(':').map(Number);
  const at = hour * 60 + minute;
  return isEnd && at === 0 ? MIDNIGHT : at;
}

/** The usual week: hours offered and the windows they may lie in, in the person's own zone. */
export function WeekForm({ view }: { view: AvailabilityView }) {
  const trpc = useTRPC();
  const router = useRouter();
  const said = view.availability;
  const [timezone, setTimezone] = useState(said?.timezone ?? view.suggestedTimezone);
  const [hours, setHours] = useState(said ? String(said.hoursPerWeek) : '');
  const [rows, setRows] = useState<Row[]>(() =>
    (said?.windows ?? []).map((one, id) => ({
      id,
      day: one.day,
      from: clock(one.fromMinute),
      to: clock(one.toMinute),
    })),
  );
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const save = useMutation(
    trpc.staffing.setAvailability.mutationOptions({
      onSuccess: () => {
        setProblems([]);
        toast.success('Saved: rosters made from now on go by it');
        router.refresh();
      },
      onError: (error) =>
        setProblems(refusalProblems(error, (path) => path.replace(/^(windows\.\d+).*/, '$1'))),
    }),
  );
  const errors = byField(problems);
  const add = (day: number) =>
    setRows((before) => [
      ...before,
      { id: Math.max(-1, ...before.map((row) => row.id)) + 1, day, from: '09:00', to: '17:00' },
    ]);
  const change = (id: number, part: Partial<Row>) =>
    setRows((before) => before.map((row) => (row.id === id ? { ...row, ...part } : row)));
  const send = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({
      timezone,
      hoursPerWeek: hours.trim() === '' ? Number.NaN : Number(hours),
      windows: rows.map((row) => ({
        day: row.day,
        fromMinute: minutes(row.from, false),
        toMinute: minutes(row.to, true),
      })),
    });
  };
  return (
    <form onSubmit={send} noValidate aria-label="Your week" className="flex flex-col gap-5">
      <h2 className="font-semibold text-lg">Your week</h2>
      <FormErrorSummary problems={problems} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Hours a week"
          name="hoursPerWeek"
          error={errors.hoursPerWeek}
          hint="What you would like to work at most"
        >
          <Input
            inputMode="numeric"
            suffix="h"
            value={hours}
            onChange={(event) => setHours(event.target.value)}
          />
        </Field>
        <Field label="Time zone" name="timezone" error={errors.timezone} hint="The times below are in it">
          <NativeSelect value={timezone} onChange={(event) => setTimezone(event.target.value)}>
            {[...new Set([timezone, ...view.timezones])].map((zone) => (
              <option key={zone}>{zone}</option>
            ))}
          </NativeSelect>
        </Field>
      </div>
      <div className="flex flex-col divide-y divide-line border-line border-y">
        {DAYS.map((name, at) => {
          const day = at + 1;
          const own = rows.map((row, index) => ({ row, index })).filter(({ row }) => row.day === day);
          return (
            <fieldset
              key={name}
              className="grid grid-cols-[1fr_auto] items-start gap-x-3 gap-y-1 py-2 sm:grid-cols-[6rem_1fr_auto]"
            >
              <legend className="sr-only">{name}</legend>
              <span aria-hidden className="pt-1.5 font-medium text-sm">
                {name}
              </span>
              <div className="order-last col-span-2 flex min-w-0 flex-col gap-2 sm:order-none sm:col-span-1">
                {own.length === 0 ? <span className="pt-1.5 text-ink-3 text-sm">not at all</span> : null}
                {own.map(({ row, index }) => (
                  <div key={row.id} className="flex flex-wrap items-end gap-2">
                    <Field
                      label={`${name} from`}
                      labelHidden
                      name={`windows.${index}`}
                      error={errors[`windows.${index}`]}
                    >
                      <Input
                        type="time"
                        value={row.from}
                        onChange={(event) => change(row.id, { from: event.target.value })}
                      />
                    </Field>
                    <span aria-hidden className="pb-1.5 text-ink-3">
                      –
                    </span>
                    <Field label={`${name} until`} labelHidden>
                      <Input
                        type="time"
                        value={row.to}
                        onChange={(event) => change(row.id, { to: event.target.value })}
                      />
                    </Field>
                    <Button
                      variant="quiet"
                      size="icon-sm"
                      aria-label={`Remove ${name} ${row.from}`}
                      icon={<X aria-hidden />}
                      onClick={() => setRows((before) => before.filter((other) => other.id !== row.id))}
                    />
                  </div>
                ))}
              </div>
              <Button
                variant="quiet"
                size="icon-sm"
                aria-label={`Add a window on ${name}`}
                icon={<Plus aria-hidden />}
                onClick={() => add(day)}
              />
            </fieldset>
          );
        })}
      </div>
      {rows.length === 0 ? (
        <div>
          <Button
            size="sm"
            onClick={() =>
              setRows([1, 2, 3, 4, 5].map((day, id) => ({ id, day, from: '09:00', to: '17:00' })))
            }
          >
            Fill in weekdays 9 to 17
          </Button>
        </div>
      ) : null}
      <div>
        <Button type="submit" variant="primary" pending={save.isPending}>
          Save availability
        </Button>
      </div>
    </form>
  );
}
