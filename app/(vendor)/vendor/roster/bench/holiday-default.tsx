'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { CalendarFields } from '#app/_team/calendar-fields.tsx';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { HolidayDefaultView } from '#server/staffing/holiday-schemas.ts';

type Mode = HolidayDefaultView['mode'];

/** Whose public holidays count for those of the vendor's people who have not chosen themselves. */
export function HolidayDefault({ view }: { view: HolidayDefaultView }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [mode, setMode] = useState<Mode>(view.mode);
  const [problem, setProblem] = useState<string>();
  const [place, setPlace] = useState({ country: view.country ?? '', region: view.region ?? '' });
  const set = useMutation(
    trpc.staffing.setHolidayDefault.mutationOptions({
      onSuccess: () => {
        setIsOpen(false);
        toast.success('Saved: hours from now on go by it.');
        router.refresh();
      },
      onError: (error) => toast.error(error.message),
    }),
  );
  function send() {
    const isMissing = mode === 'calendar' && place.country === '';
    setProblem(isMissing ? 'Choose whose public holidays they keep.' : undefined);
    if (isMissing) return;
    if (mode === 'calendar')
      set.mutate({ mode, country: place.country, region: place.region === '' ? null : place.region });
    else set.mutate({ mode });
  }
  const name = view.countries.find((one) => one.code === view.country)?.name;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <span className="text-ink-2">
        Public holidays:{' '}
        {view.mode === 'off'
          ? 'not counted, unless somebody says which they keep'
          : view.mode === 'own'
            ? 'those of each one’s country, unless they say otherwise'
            : `those of ${name ?? view.country}${view.region === null ? '' : ` (${view.region})`}, unless somebody says otherwise`}
        .
      </span>
      <Dialog
        title="Public holidays of your people"
        description="Counts in hours, rosters and delivery dates. What a person has chosen for themselves stands before it."
        open={isOpen}
        onOpenChange={setIsOpen}
        trigger={<Button size="sm">Change holidays</Button>}
        footer={
          <Button variant="primary" pending={set.isPending} onClick={send}>
            Save holidays
          </Button>
        }
      >
        <div className="flex flex-col gap-4">
          <Field label="They keep">
            <NativeSelect value={mode} onChange={(event) => setMode(event.target.value as Mode)}>
              <option value="off">None, unless they say so themselves</option>
              <option value="own">Those of each one’s country</option>
              <option value="calendar">Those of one place</option>
            </NativeSelect>
          </Field>
          {mode === 'calendar' ? (
            <CalendarFields countries={view.countries} {...place} problem={problem} onChange={setPlace} />
          ) : null}
        </div>
      </Dialog>
    </div>
  );
}
