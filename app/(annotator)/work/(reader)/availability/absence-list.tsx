'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { byField, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { AvailabilityView } from '#server/staffing/roster-view-schemas.ts';

/** Days away beside public holidays. No reason is asked: they look the same to whoever plans. */
export function AbsenceList({ absences }: { absences: AvailabilityView['absences'] }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [fromOn, setFromOn] = useState('');
  const [toOn, setToOn] = useState('');
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const errors = byField(problems);
  const plan = useMutation(
    trpc.staffing.planAbsence.mutationOptions({
      onSuccess: ({ touched }) => {
        setProblems([]);
        setFromOn('');
        setToOn('');
        toast.success(touched > 0 ? 'Saved; whoever planned you has been told' : 'Saved');
        router.refresh();
      },
      onError: (error) => setProblems(refusalProblems(error)),
    }),
  );
  const withdraw = useMutation(
    trpc.staffing.withdrawAbsence.mutationOptions({
      onSuccess: () => router.refresh(),
      onError: (error) => toast.error(error.message),
    }),
  );
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (fromOn === '' || toOn === '') {
      setProblems([{ name: fromOn === '' ? 'fromOn' : 'toOn', message: 'Give the first and the last day.' }]);
      return;
    }
    plan.mutate({ fromOn, toOn });
  };
  return (
    <section aria-label="Days away" className="flex flex-col gap-3">
      <h2 className="font-semibold text-lg">Days away</h2>
      <p className="prose-width text-ink-2 text-sm">
        On top of the public holidays above. Why you are away is not asked.
      </p>
      {absences.length === 0 ? null : (
        <ul className="divide-y divide-line border-line border-y">
          {absences.map((one) => (
            <li key={one.absenceId} className="flex items-center justify-between gap-4 py-2 text-base">
              <span>
                <DateTime at={`${one.fromOn}T00:00:00Z`} format="day" zone="UTC" />
                {one.toOn === one.fromOn ? null : (
                  <>
                    {' '}
                    to <DateTime at={`${one.toOn}T00:00:00Z`} format="day" zone="UTC" />
                  </>
                )}
              </span>
              <Button
                size="sm"
                variant="quiet"
                disabled={withdraw.isPending}
                aria-label={`Take back the days away from ${one.fromOn}`}
                onClick={() => withdraw.mutate({ absenceId: one.absenceId })}
              >
                Take back
              </Button>
            </li>
          ))}
        </ul>
      )}
      <form onSubmit={send} noValidate className="flex flex-col gap-3">
        <FormErrorSummary problems={problems} />
        <div className="flex flex-wrap items-end gap-3">
          <Field label="First day" name="fromOn" error={errors.fromOn}>
            <Input type="date" value={fromOn} onChange={(event) => setFromOn(event.target.value)} />
          </Field>
          <Field label="Last day" name="toOn" error={errors.toOn}>
            <Input type="date" value={toOn} onChange={(event) => setToOn(event.target.value)} />
          </Field>
          <Button type="submit" pending={plan.isPending}>
            Add days away
          </Button>
        </div>
      </form>
    </section>
  );
}
