'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { Fragment } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { callErrorData } from '#app/_trpc/query-client.ts';
import { Button } from '#app/_ui/button.tsx';
import { ReasonChange } from '#app/_ui/reason-change.tsx';
import { deskPath } from '#app/(annotator)/work/_home/work-words.ts';

/** Begins an exam, or goes on with it, and opens its first case. A refusal that arose meanwhile is said in place. */
export function SitExam(props: { examId: string; title: string; hasBegun: boolean }) {
  const { examId, title, hasBegun } = props;
  const trpc = useTRPC();
  const router = useRouter();
  const sit = useMutation(
    trpc.work.sitExam.mutationOptions({
      onSuccess: ({ batchId }) => router.push(deskPath({ tier: 'label', batchId })),
    }),
  );
  const words = hasBegun ? 'Go on' : 'Take the exam';
  const reasons = callErrorData(sit.error)?.details ?? [];
  return (
    <>
      <Button
        aria-label={`${words}: ${title}`}
        pending={sit.isPending || sit.isSuccess}
        onClick={() => sit.mutate({ examId })}
      >
        {words}
      </Button>
      {sit.error === null ? null : (
        <p role="alert" className="mt-1 text-critical-ink text-xs">
          {reasons.length > 0
            ? reasons.map((reason) => (
                <Fragment key={reason.code + reason.message}>
                  {reason.message} <ReasonChange change={reason.change} />{' '}
                </Fragment>
              ))
            : sit.error.message}
        </p>
      )}
    </>
  );
}
