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
import type { Work } from '#server/bids/pricing.ts';
import { type BidValues, readBid } from './bid-values.ts';
import type { Candidate } from './find-candidates.ts';
import { LocationRows } from './location-rows.tsx';
import { PriceFields } from './price-fields.tsx';
import { emptyPrice } from './price-values.ts';
import { SeatList, type Team } from './seat-list.tsx';

type BidFormProps = {
  callId: string;
  work: Work;
  /** Readers of each case of the pilot. */
  overlap: number;
  people: readonly Candidate[];
  /** The vendor's teams, to find people by. */
  teams: readonly Team[];
  countries: readonly string[];
  /** Today in UTC, from the server, so that the page and the rule agree. */
  today: string;
  /** The bid that is revised, as it stands; a first bid without. */
  revises?: { bidId: string; version: number; values: BidValues } | undefined;
};

/** A binding bid: price, pace, start, places, people. Everything that is wrong is listed at once, here and by the server. */
export function BidForm({ callId, work, overlap, people, teams, countries, today, revises }: BidFormProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const [changeNote, setChangeNote] = useState('');
  const [values, setValues] = useState<BidValues>(
    revises?.values ?? {
      price: emptyPrice(),
      readsPerDay: '',
      startOn: '',
      locations: [{ id: 0, country: countries[0] ?? '', share: '100' }],
      seats: {},
      note: '',
    },
  );
  const set = (part: Partial<BidValues>) => setValues((before) => ({ ...before, ...part }));
  const showRefusal = (error: unknown, sent: { seats: readonly { personId: string }[] }) =>
    setProblems(
      refusalProblems(error, (path) => {
        const [, seat] = /^seats\.(\d+)/.exec(path) ?? [];
        return seat === undefined ? path : `seats.${sent.seats[Number(seat)]?.personId}`;
      }),
    );
  const submit = useMutation(
    trpc.bids.submit.mutationOptions({
      onSuccess: () => {
        toast.success('Bid submitted');
        router.push('/vendor/bids');
        router.refresh();
      },
      onError: showRefusal,
    }),
  );
  const revise = useMutation(
    trpc.bids.revise.mutationOptions({
      onSuccess: ({ version }) => {
        toast.success(`Version ${version} of your bid counts now`);
        router.refresh();
      },
      onError: showRefusal,
    }),
  );
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const names = new Map(people.map((person) => [person.personId, person.name]));
    const read = readBid(values, { ...work, overlap, names, today });
    setProblems(read.problems);
    if (!read.offer) return;
    if (!revises) submit.mutate({ callId, ...read.offer });
    else revise.mutate({ bidId: revises.bidId, seenVersion: revises.version, changeNote, ...read.offer });
  };
  const errors = byField(problems);
  const text = (name: 'readsPerDay' | 'startOn') => ({
    value: values[name],
    onChange: (event: { target: { value: string } }) => set({ [name]: event.target.value }),
  });
  return (
    <form onSubmit={send} noValidate className="flex flex-col gap-5">
      <FormErrorSummary problems={problems} />
      <PriceFields values={values.price} work={work} errors={errors} onChange={(price) => set({ price })} />
      <p className="prose-width text-ink-3 text-sm">
        The price is binding until 30 days after the verdict. It is yours in full: the platform fee comes on
        top and is the sponsor’s. Your people are paid per case, whatever the model.
      </p>
      <div className="grid gap-4 sm:grid-cols-3">
        <Field label="Reads per day" name="readsPerDay" error={errors.readsPerDay}>
          <Input inputMode="numeric" suffix="reads" {...text('readsPerDay')} />
        </Field>
        <Field label="Start" name="startOn" error={errors.startOn}>
          <Input type="date" min={today} {...text('startOn')} />
        </Field>
      </div>
      <LocationRows
        rows={values.locations}
        countries={countries}
        errors={errors}
        onChange={(locations) => set({ locations })}
      />
      <SeatList
        people={people}
        teams={teams}
        overlap={overlap}
        seats={values.seats}
        errors={errors}
        onChange={(seats) => set({ seats })}
      />
      <Field label="Note to the sponsor" name="note" optional error={errors.note}>
        <Textarea value={values.note} onChange={(event) => set({ note: event.target.value })} />
      </Field>
      {revises ? (
        <Field
          label="What you changed"
          name="changeNote"
          optional
          hint="Stays with this version."
          error={errors.changeNote}
        >
          <Input value={changeNote} onChange={(event) => setChangeNote(event.target.value)} />
        </Field>
      ) : null}
      <div>
        <Button type="submit" variant="primary" pending={submit.isPending || revise.isPending}>
          {revises ? `Submit version ${revises.version + 1}` : 'Submit binding bid'}
        </Button>
      </div>
    </form>
  );
}
