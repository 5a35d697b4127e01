'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { readForm, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { AppError } from '#server/core/errors.ts';
import { parseMoney } from '#server/core/money.ts';

type Candidate = { personId: string; name: string; credentials: string };
type BidFormProps = {
  callId: string;
  currency: string;
  overlap: number;
  people: readonly Candidate[];
  countries: readonly string[];
};

/** A binding bid: price, pace, start, people. Everything that is wrong is listed at once, here and by the server. */
export function BidForm({ callId, currency, overlap, people, countries }: BidFormProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [problems, setProblems] = useState<FormProblem[]>([]);
  const [named, setNamed] = useState<ReadonlySet<string>>(new Set(people.map((person) => person.personId)));
  const submit = useMutation(
    trpc.bids.submit.mutationOptions({
      onSuccess: () => {
        toast.success('Bid submitted');
        router.push('/vendor/bids');
      },
      onError: (error) =>
        setProblems(refusalProblems(error, (path) => (path.startsWith('seats') ? 'seats' : path))),
    }),
  );
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = readForm(event.currentTarget) as Record<string, string>;
    const found: FormProblem[] = [];
    const price = priceOf(values.price ?? '', currency, found);
    const readsPerDay = Number(values.readsPerDay);
    if (!Number.isInteger(readsPerDay) || readsPerDay < 1)
      found.push({
        name: 'readsPerDay',
        message: 'Say how many reads a day you deliver, as a whole number.',
      });
    if (!values.startOn) found.push({ name: 'startOn', message: 'Choose the day you can start.' });
    if (named.size < overlap)
      found.push({
        name: 'seats',
        message: `Each case is read by ${overlap} people; name at least ${overlap}.`,
      });
    setProblems(found);
    if (found.length > 0 || price === null) return;
    submit.mutate({
      callId,
      pricePerReadMinor: price,
      currency,
      readsPerDay,
      startOn: values.startOn ?? '',
      locationMix: { [(values.country ?? 'US').toUpperCase()]: 10_000 },
      seats: [...named].map((personId) => ({
        personId,
        role: 'annotator' as const,
        hoursPerWeek: Number(values.hoursPerWeek) || 10,
      })),
      note: values.note ?? '',
    });
  };
  const errorOf = (name: string) => problems.find((problem) => problem.name === name)?.message;
  return (
    <form onSubmit={send} noValidate className="flex flex-col gap-4">
      <FormErrorSummary problems={problems} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Price per read"
          name="price"
          hint="Binding until 30 days after the verdict. The platform fee is the sponsor’s."
          error={errorOf('price')}
        >
          <Input name="price" inputMode="decimal" suffix={currency} required />
        </Field>
        <Field label="Reads per day" name="readsPerDay" error={errorOf('readsPerDay')}>
          <Input name="readsPerDay" inputMode="numeric" required />
        </Field>
        <Field label="Start" name="startOn" error={errorOf('startOn')}>
          <Input name="startOn" type="date" required />
        </Field>
        <Field
          label="Country of the readers"
          name="country"
          hint={countries.length === 0 ? 'Two letters, such as US.' : `One of ${countries.join(', ')}.`}
          error={errorOf('locationMix')}
        >
          <Input name="country" defaultValue={countries[0] ?? 'US'} maxLength={2} required />
        </Field>
        <Field label="Hours per week and person" name="hoursPerWeek">
          <Input name="hoursPerWeek" inputMode="numeric" defaultValue="10" />
        </Field>
      </div>
      <fieldset id="field-seats" tabIndex={-1} className="flex flex-col gap-2">
        <legend className="font-medium text-sm">People</legend>
        <p className="text-ink-3 text-sm">
          At least {overlap}. Their credentials are checked when you submit, and again at every claim.
        </p>
        {errorOf('seats') ? <p className="text-critical-ink text-sm">{errorOf('seats')}</p> : null}
        {people.length === 0 ? (
          <p className="text-ink-2">
            Nobody on your team has a credential yet. Invite people and attest what they hold.
          </p>
        ) : null}
        {people.map((person) => (
          <Checkbox
            key={person.personId}
            label={person.name}
            hint={person.credentials}
            checked={named.has(person.personId)}
            onCheckedChange={(checked) =>
              setNamed(
                (before) =>
                  new Set(
                    checked === true
                      ? [...before, person.personId]
                      : [...before].filter((id) => id !== person.personId),
                  ),
              )
            }
          />
        ))}
      </fieldset>
      <Field label="Note to the sponsor" name="note" optional>
        <Textarea name="note" maxLength={4000} />
      </Field>
      <div>
        <Button type="submit" variant="primary" pending={submit.isPending}>
          Submit binding bid
        </Button>
      </div>
    </form>
  );
}

function priceOf(text: string, currency: string, found: FormProblem[]): bigint | null {
  try {
    const { amountMinor } = parseMoney(text, currency);
    if (amountMinor > 0n) return amountMinor;
    found.push({ name: 'price', message: 'The price must be above zero.' });
  } catch (error) {
    found.push({
      name: 'price',
      message: error instanceof AppError ? error.message : 'Write the price, for example 1.20.',
    });
  }
  return null;
}
