'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { Fragment } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { callErrorData } from '#app/_trpc/query-client.ts';
import { Button } from '#app/_ui/button.tsx';
import { ReasonChange } from '#app/_ui/reason-change.tsx';
import type { WorkLine } from './work-words.ts';

/** Joins the batch with the terms that hold now and opens its page. A refusal that arose meanwhile is said in place. */
export function StartButton({
  batchId,
  tier,
  href,
  name,
  children,
}: {
  batchId: string;
  tier: WorkLine['tier'];
  href: string;
  name: string;
  children: string;
}) {
  const trpc = useTRPC();
  const router = useRouter();
  const join = useMutation(trpc.work.join.mutationOptions({ onSuccess: () => router.push(href) }));
  const reasons = callErrorData(join.error)?.details ?? [];
  return (
    <>
      <Button
        aria-label={name}
        pending={join.isPending || join.isSuccess}
        onClick={() => join.mutate({ batchId, tier })}
      >
        {children}
      </Button>
      {join.error === null ? null : (
        <p role="alert" className="mt-1 text-critical-ink text-xs">
          {reasons.length > 0
            ? reasons.map((reason) => (
                <Fragment key={reason.code + reason.message}>
                  {reason.message} <ReasonChange change={reason.change} />{' '}
                </Fragment>
              ))
            : join.error.message}
        </p>
      )}
    </>
  );
}
