'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { RefusalReasons } from './refusal-reasons.tsx';
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
  return (
    <>
      <Button
        aria-label={name}
        pending={join.isPending || join.isSuccess}
        onClick={() => join.mutate({ batchId, tier })}
      >
        {children}
      </Button>
      <RefusalReasons error={join.error} />
    </>
  );
}
