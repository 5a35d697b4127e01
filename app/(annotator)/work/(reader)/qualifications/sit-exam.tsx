'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { RefusalReasons } from '#app/(annotator)/work/(reader)/_home/refusal-reasons.tsx';
import { deskPath } from '#app/(annotator)/work/(reader)/_home/work-words.ts';

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
  return (
    <>
      <Button
        aria-label={`${words}: ${title}`}
        pending={sit.isPending || sit.isSuccess}
        onClick={() => sit.mutate({ examId })}
      >
        {words}
      </Button>
      <RefusalReasons error={sit.error} />
    </>
  );
}
