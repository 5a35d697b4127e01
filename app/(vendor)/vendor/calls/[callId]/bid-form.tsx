'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { byField, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { type BidValues, readBid } from './bid-values.ts';
import { LocationRows } from './location-rows.tsx';
import { type Candidate, SeatList } from './seat-list.tsx';

type BidFormProps = {
  callId: string;
  currency: string;
  overlap: number;
  people: readonly Candidate[];
  countries: readonly string[];
  /** Today in UTC, from the server, so that the page and the rule agree. */
  today: string;
};

/** A binding bid: price, pace, start, places, people. Everything that is wrong is listed at once, here and by the server. */
export function BidForm({ callId, currency, overlap, people, countries, today }: BidFormProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const [values, setValues] = useState<BidValues>({
    price: '',
    readsPerDay: '',
    startOn: '',
    locations: [{ id: 0, country: countries[0] ?? '', share: '100' }],
    seats: {},
    note: '',
  });
  const set = (part: Partial<BidValues>) => setValues((before) => ({ ...before, ...part }));
  const submit = useMutation(
    trpc.bids.submit.mutationOptions({
      onSuccess: () => {
        toast.success('Bid submitted');
        router.push('/vendor/bids');
        router.refresh();
      },
      onError: (error, sent) =>
        setProblems(
          refusalProblems(error, (path) => {
            const [, seat] = /^seats\.(\d+)/.exec(path) ?? [];
            return seat === undefined ? path : `seats.${sent.seats[Number(seat)]?.personId}`;
          }),
        ),
    }),
  );
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const names = new Map(people.map((person) => [person.personId, person.name]));
    const read = readBid(values, { callId, currency, overlap, names, today });
    setProblems(read.problems);
    if (read.input) submit.mutate(read.input);
  };
  const errors = byField(problems);
  const text = (name: 'price' | 'readsPerDay' | 'startOn') => ({
    value: values[name],
    onChange: (event: { target: { value: string } }) => set({ [name]: event.target.value }),
  });
  return (
    <form onSubmit={send} noValidate className="flex flex-col gap-5">
      <FormErrorSummary problems={problems} />
      <div className="grid gap-4 sm:grid-cols-3">
        <Field label="Price per read" name="price" error={errors.price}>
          <Input inputMode="decimal" suffix={currency} {...text('price')} />
        </Field>
        <Field label="Reads per day" name="readsPerDay" error={errors.readsPerDay}>
          <Input inputMode="numeric" suffix="reads" {...text('readsPerDay')} />
        </Field>
        <Field label="Start" name="startOn" error={errors.startOn}>
          <Input type="date" min={today} {...text('startOn')} />
        </Field>
      </div>
      <p className="prose-width text-ink-3 text-sm">
        The price is binding until 30 days after the verdict. It is yours in full: the platform fee comes on
        top and is the sponsor’s.
      </p>
      <LocationRows
        rows={values.locations}
        countries={countries}
        errors={errors}
        onChange={(locations) => set({ locations })}
      />
      <SeatList
        people={people}
        overlap={overlap}
        seats={values.seats}
        errors={errors}
        onChange={(seats) => set({ seats })}
      />
      <Field label="Note to the sponsor" name="note" optional error={errors.note}>
        <Textarea value={values.note} onChange={(event) => set({ note: event.target.value })} />
      </Field>
      <div>
        <Button type="submit" variant="primary" pending={submit.isPending}>
          Submit binding bid
        </Button>
      </div>
    </form>
  );
}
