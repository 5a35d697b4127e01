'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { useDeferredValue, useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { ErrorState } from '#app/_ui/error-state.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { Money } from '#app/_ui/money.tsx';
import { Skeleton } from '#app/_ui/skeleton.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { AppError } from '#server/core/errors.ts';
import { parseMoney } from '#server/core/money.ts';
import type { AppRouter } from '#server/routers/_app.ts';

type Reach = inferRouterOutputs<AppRouter>['matching']['reach'];
type Gate = Reach['leftOut'][number]['gate'];

const GATE_WORDS: Record<Gate, string> = {
  verified: 'Not verified yet',
  credential_rule: 'Credential rule',
  location: 'Location',
  agreements: 'Agreements do not reach there',
  exclusion: 'Exclusion list',
  conflict: 'Your own people',
  capacity: 'No free hours',
  cap: 'Cap used up',
};

/** Who could read this before anything is posted: how many, how long, how well, and which gate keeps how many out. */
export function ReachPanel({ projectId, currency }: { projectId: string; currency: string }) {
  const trpc = useTRPC();
  const [price, setPrice] = useState('');
  const asked = readPrice(useDeferredValue(price), currency);
  const reach = useQuery(
    trpc.matching.reach.queryOptions(
      { projectId, priceMinor: asked.priceMinor },
      { placeholderData: keepPreviousData, enabled: asked.problem === undefined },
    ),
  );
  return (
    <section aria-label="Reach" className="flex max-w-[720px] flex-col gap-4">
      <h2 className="font-semibold text-lg">Who could read this</h2>
      {reach.error ? (
        <ErrorState
          title="Who could read this could not be told"
          action={<Button onClick={() => reach.refetch()}>Try again</Button>}
        >
          {reach.error.message}
        </ErrorState>
      ) : reach.data === undefined ? (
        <Skeleton className="h-24" />
      ) : (
        <div aria-live="polite" className="flex flex-col gap-4">
          <Sentence reach={reach.data} priceMinor={asked.priceMinor} currency={currency} />
          <LeftOut reach={reach.data} />
        </div>
      )}
      <Field
        label="Price per read you think of"
        hint={`In ${currency}; compared with what vendors have asked before.`}
        error={asked.problem}
      >
        <Input
          inputMode="decimal"
          className="sm:max-w-40"
          value={price}
          onChange={(event) => setPrice(event.target.value)}
        />
      </Field>
    </section>
  );
}

function readPrice(text: string, currency: string): { priceMinor: number | null; problem?: string } {
  if (text.trim() === '') return { priceMinor: null };
  try {
    const priceMinor = Number(parseMoney(text, currency).amountMinor);
    return priceMinor > 0 ? { priceMinor } : { priceMinor: null, problem: 'A price is above 0.' };
  } catch (error) {
    return { priceMinor: null, problem: error instanceof AppError ? error.message : 'Such as 1.10.' };
  }
}

function Sentence({
  reach,
  priceMinor,
  currency,
}: {
  reach: Reach;
  priceMinor: number | null;
  currency: string;
}) {
  const { qualified, available, days, daysReason, reliability, priceShare, cases, overlap } = reach;
  return (
    <div className="prose-width flex flex-col gap-1">
      <p>
        <strong>{counted(qualified, 'person', 'people')}</strong> {qualified === 1 ? 'qualifies' : 'qualify'},{' '}
        <strong>{available}</strong> of them {available === 1 ? 'is' : 'are'} available now.{' '}
        {days === null ? (
          daysReason === 'too_few_available' ? (
            <>Each case is read by {overlap}, so no date can be given.</>
          ) : (
            <>Nobody’s pace on such work has been measured, so no date can be given.</>
          )
        ) : (
          <>
            Expect <strong>{days < 1 ? 'under a day' : counted(Math.ceil(days), 'day')}</strong> for{' '}
            {counted(cases, 'case')} at overlap {overlap}
            {reliability === null ? null : (
              <>
                {' '}
                and{' '}
                <strong>
                  α {reliability.lower.toFixed(2)}–{reliability.upper.toFixed(2)}
                </strong>
              </>
            )}
            .
          </>
        )}
      </p>
      {priceMinor === null || priceShare === null ? null : (
        <p>
          At <Money amountMinor={BigInt(priceMinor)} currency={currency} /> a read,{' '}
          <strong>{Math.round(priceShare * 100)} %</strong> of them work for vendors that have asked about
          that or less.
        </p>
      )}
      <p className="text-ink-3 text-sm">
        {reach.isHoursAssumed
          ? `Reckoned with ${reach.hoursPerWeek} hours a week each, because few say how many they have.`
          : `Reckoned with the ${reach.hoursPerWeek.toFixed(0)} hours a week they say are free.`}{' '}
        {reliability === null
          ? 'Too few batches of this kind of work have been read to tell what agreement to expect.'
          : `Agreement as in eight of ten of the last ${reliability.n} batches of this kind of work.`}
      </p>
    </div>
  );
}

/** Bars of who is left out by each gate; the dark part would come in if this gate alone opened. */
function LeftOut({ reach }: { reach: Reach }) {
  const closed = reach.leftOut.filter((one) => one.failing > 0);
  if (closed.length === 0) return null;
  const most = Math.max(...closed.map((one) => one.failing));
  return (
    <div className="flex flex-col gap-2">
      <h3 className="font-medium text-sm">Who is left out, and by what</h3>
      <ul className="flex flex-col gap-2 text-sm">
        {closed.map(({ gate, failing, onlyThis }) => (
          <li
            key={gate}
            className="grid grid-cols-[9rem_1fr] items-center gap-x-3 sm:grid-cols-[9rem_1fr_16rem]"
          >
            <span>{GATE_WORDS[gate]}</span>
            <span className="flex h-2 overflow-hidden rounded-full bg-sunken" aria-hidden>
              <span className="bg-chart-1" style={{ width: `${(onlyThis / most) * 100}%` }} />
              <span className="bg-line-strong" style={{ width: `${((failing - onlyThis) / most) * 100}%` }} />
            </span>
            <span className="col-span-2 text-ink-2 sm:col-span-1">
              {failing} left out; opening it adds {onlyThis}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
