'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { deskPath, type WorkLine } from './work-words.ts';

/** One button for who does not want to choose: the batch that needs reads most, by the order of the list. */
export function ReadMostNeeded({ first }: { first: WorkLine | undefined }) {
  const trpc = useTRPC();
  const router = useRouter();
  const join = useMutation(
    trpc.work.joinMostNeeded.mutationOptions({
      onSuccess: (joined) => router.push(deskPath(joined) ?? '/work'),
    }),
  );
  return (
    <div className="flex flex-col items-start gap-1 sm:items-end">
      <Button
        variant="primary"
        pending={join.isPending || join.isSuccess}
        title={first && `Now: ${first.projectTitle}, ${first.name}`}
        onClick={() => join.mutate()}
      >
        Read what is most needed
      </Button>
      {join.error === null ? null : (
        <p role="alert" className="text-critical-ink text-xs">
          {join.error.message}
        </p>
      )}
    </div>
  );
}
