'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { CalendarFields } from '#app/_team/calendar-fields.tsx';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Field } from '#app/_ui/field.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { Switch } from '#app/_ui/switch.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { HolidaysView } from '#server/staffing/holiday-schemas.ts';

type Keeps = HolidaysView['keeps'];

/** Days of the list that are in sight at once. */
const SHOWN = 6;

/** Whose public holidays somebody keeps, and on which of them they work after all. */
export function HolidayPart({ view }: { view: HolidaysView }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [keeps, setKeeps] = useState<Keeps>(view.keeps);
  const [place, setPlace] = useState({ country: view.country ?? '', region: view.region ?? '' });
  const nameOf = (code: string | null) => view.countries.find((one) => one.code === code)?.name ?? code;
  const options = {
    onSuccess: () => {
      toast.success('Saved: rosters made from now on go by it');
      router.refresh();
    },
    onError: (error: { message: string }) => toast.error(error.message),
  };
  const choose = useMutation(trpc.staffing.chooseHolidays.mutationOptions(options));
  const isPlaced = keeps !== 'calendar' || place.country !== '';
  const isSame =
    keeps === view.keeps &&
    (keeps !== 'calendar' ||
      (place.country === (view.country ?? '') && place.region === (view.region ?? '')));
  function send() {
    if (keeps === 'calendar')
      choose.mutate({ keeps, country: place.country, region: place.region === '' ? null : place.region });
    else choose.mutate({ keeps });
  }
  return (
    <section aria-label="Public holidays" className="flex flex-col gap-3">
      <h2 className="font-semibold text-lg">Public holidays</h2>
      <p className="prose-width text-ink-2 text-sm">
        {view.calendar === null
          ? 'None are counted for you now: you can be planned on each of them.'
          : `Those of ${nameOf(view.calendar.country)}${view.calendar.region === null ? '' : ` (${view.calendar.region})`} count as days away. ${view.keeps === 'vendor' ? 'Your organisation has set them.' : 'Whoever plans you sees fewer hours, and not why.'}`}
      </p>
      <div className="flex flex-wrap items-end gap-3">
        <Field label="You keep" className="w-full sm:w-72">
          <NativeSelect value={keeps} onChange={(event) => setKeeps(event.target.value as Keeps)}>
            <option value="vendor">What your organisation has set</option>
            {view.ownCountry === null ? null : (
              <option value="own">Those of {nameOf(view.ownCountry)}, where your account is</option>
            )}
            <option value="calendar">Those of another place</option>
            <option value="none">None, I work on them</option>
          </NativeSelect>
        </Field>
        {keeps === 'calendar' ? (
          <CalendarFields countries={view.countries} {...place} onChange={setPlace} />
        ) : null}
        <Button pending={choose.isPending} disabled={isSame || !isPlaced} onClick={send}>
          Save holidays
        </Button>
      </div>
      {view.days.length === 0 ? null : (
        <>
          <Days days={view.days.slice(0, SHOWN)} />
          {view.days.length > SHOWN ? (
            <details>
              <summary className="focus-target cursor-pointer text-accent-ink text-sm">
                The other {view.days.length - SHOWN} of the next twelve months
              </summary>
              <Days days={view.days.slice(SHOWN)} />
            </details>
          ) : null}
        </>
      )}
    </section>
  );
}

function Days({ days }: { days: HolidaysView['days'] }) {
  const trpc = useTRPC();
  const router = useRouter();
  const work = useMutation(
    trpc.staffing.workOnHoliday.mutationOptions({
      onSuccess: () => router.refresh(),
      onError: (error) => toast.error(error.message),
    }),
  );
  return (
    <ul className="divide-y divide-line border-line border-y">
      {days.map((day) => (
        <li key={day.on} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2">
          <span className="min-w-0">
            <DateTime at={`${day.on}T00:00:00Z`} format="day" zone="UTC" />{' '}
            <span className="text-ink-2">{day.name}</span>
          </span>
          <Switch
            label="I work"
            aria-label={`I work on ${day.name}, ${day.on}`}
            checked={work.isPending && work.variables.on === day.on ? work.variables.works : day.works}
            onCheckedChange={(works) => work.mutate({ on: day.on, works })}
          />
        </li>
      ))}
    </ul>
  );
}
