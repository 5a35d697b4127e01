'use client';

import { useMutation } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { useRouter } from 'next/navigation';
import { refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Money } from '#app/_ui/money.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { AppRouter } from '#server/routers/_app.ts';

type Offer = inferRouterOutputs<AppRouter>['staffing']['myOffers'][number];

/** Offers and applications of a person on their own account: what is paid, until when to answer, what comes next. */
export function OwnOffers({ offers }: { offers: readonly Offer[] }) {
  if (offers.length === 0) return null;
  return (
    <section aria-label="Your offers" className="flex flex-col gap-2">
      <h2 className="font-semibold text-lg">Your offers</h2>
      <ul className="divide-y divide-line border-line border-y">
        {offers.map((one) => (
          <li key={one.id} className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 py-3">
            <div className="min-w-0 flex-1 basis-64">
              <p className="font-medium">{one.projectTitle}</p>
              <p className="text-ink-2 text-sm">
                {one.sponsor}: {one.modality}, {one.anatomy}.{' '}
                {one.pricePerReadMinor === null || one.currency === null ? (
                  <>
                    You asked <DateTime at={one.createdAt} format="day" />.
                  </>
                ) : (
                  <>
                    At least <Money amountMinor={one.pricePerReadMinor} currency={one.currency} /> a read,
                    about {one.readsPerWeek} a week
                    {one.status === 'offered' && one.expiresAt !== null ? (
                      <>
                        ; answer by <DateTime at={one.expiresAt} />
                      </>
                    ) : null}
                    .
                  </>
                )}
              </p>
              {one.note ? <p className="prose-width mt-1 text-sm">“{one.note}”</p> : null}
              {one.status === 'accepted' ? (
                <p className="mt-1 text-ink-2 text-sm">
                  Next: sign what “Agreements” shows; a paid exam, where one is asked for, is under “Work for
                  me”.
                </p>
              ) : null}
            </div>
            <div className="flex flex-wrap items-center gap-2">
              <StatusPill state={one.status} />
              {one.status === 'offered' ? <Answer offerId={one.id} /> : null}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Answer({ offerId }: { offerId: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const answer = useMutation(
    trpc.staffing.answerOffer.mutationOptions({
      onSuccess: (_, { answer: given }) => {
        toast.success(given === 'accepted' ? 'Accepted. Your work is under “Work for me”.' : 'Declined.');
        router.refresh();
      },
      onError: (error) => toast.error(refusalProblems(error)[0]?.message ?? 'That did not work.'),
    }),
  );
  return (
    <>
      <Button
        size="sm"
        variant="quiet"
        disabled={answer.isPending}
        onClick={() => answer.mutate({ offerId, answer: 'declined' })}
      >
        Decline offer
      </Button>
      <Button
        size="sm"
        variant="primary"
        pending={answer.isPending}
        onClick={() => answer.mutate({ offerId, answer: 'accepted' })}
      >
        Accept offer
      </Button>
    </>
  );
}
