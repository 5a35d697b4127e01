'use client';

import { useState } from 'react';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import type { Candidate } from '#app/(sponsor)/sponsor/projects/[projectId]/bids/rank-list.tsx';
import { peopleToOffer } from '#server/staffing/direct-share-rules.ts';
import { MOST_OFFERS } from '#server/staffing/offer-schemas.ts';
import { OfferWork } from './offer-work.tsx';

type FittingListProps = {
  people: readonly Candidate[];
  projectId: string;
  currency: string;
  /** What the direct share pays, as it is typed, and the reads a week of it that nobody was asked for yet. */
  price: string;
  openPerWeek: number | null;
};

/** As many as are read without asking for more. */
const SHOWN = 15;

/** People who fit, best first: offered work one by one, or the same to those who are chosen. */
export function FittingList({ people, projectId, currency, price, openPerWeek }: FittingListProps) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isWhole, setIsWhole] = useState(false);
  const [each, setEach] = useState('');
  const needed = peopleToOffer(openPerWeek, Number(each.trim() || Number.NaN));
  const first = Math.min(needed ?? MOST_OFFERS, MOST_OFFERS, people.length);
  const to = people.filter((one) => chosen.has(one.orgId));
  const shown = isWhole ? people : people.slice(0, SHOWN);
  function choose(orgId: string, isChosen: boolean) {
    const next = new Set(chosen);
    if (isChosen) next.add(orgId);
    else next.delete(orgId);
    setChosen(next);
  }
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-3">
        {openPerWeek === null || openPerWeek === 0 ? null : (
          <Field label="If each reads a week" className="w-40">
            <Input
              inputMode="numeric"
              suffix="reads"
              value={each}
              onChange={(event) => setEach(event.target.value)}
            />
          </Field>
        )}
        <Button
          onClick={() => {
            setChosen(new Set(people.slice(0, first).map((one) => one.orgId)));
            if (first > SHOWN) setIsWhole(true);
          }}
          disabled={first === 0}
        >
          {needed === null ? `Choose the first ${first}` : `Choose the first ${first}, to fill the share`}
        </Button>
        {to.length === 0 ? null : (
          <Button variant="quiet" onClick={() => setChosen(new Set())}>
            Choose nobody
          </Button>
        )}
        <OfferWork
          isBulk
          projectId={projectId}
          to={to}
          currency={currency}
          price={price}
          readsPerWeek={each}
          onSent={() => setChosen(new Set())}
        />
      </div>
      {to.length > MOST_OFFERS ? (
        <p className="text-attention-ink text-sm">
          {to.length} are chosen; offer to at most {MOST_OFFERS} at once, and see who accepts.
        </p>
      ) : null}
      <ol className="divide-y divide-line border-line border-y">
        {shown.map((one) => (
          <li key={one.orgId} className="flex flex-wrap items-center justify-between gap-3 py-2">
            <span className="flex min-w-0 items-start gap-3">
              <span className="flex h-5 items-center">
                <Checkbox
                  aria-label={`Choose ${one.name}`}
                  checked={chosen.has(one.orgId)}
                  onCheckedChange={(value) => choose(one.orgId, value === true)}
                />
              </span>
              <span className="min-w-0">
                <span className="font-medium">{one.name}</span>{' '}
                <span className="text-ink-3 text-sm">
                  {one.country}, score {one.score?.toFixed(2)} of 1
                  {one.isNewcomer ? ', not measured yet' : ''}
                </span>
              </span>
            </span>
            <OfferWork projectId={projectId} to={[one]} currency={currency} price={price} />
          </li>
        ))}
      </ol>
      {isWhole || people.length <= SHOWN ? null : (
        <Button variant="quiet" className="self-start" onClick={() => setIsWhole(true)}>
          Show the other {people.length - SHOWN}
        </Button>
      )}
    </div>
  );
}
