'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { toast } from '#app/_ui/toast.ts';

type OpenRootCauseProps = { projectId: string; batchId: string; field: { key: string; label: string } };

/** Gathers the evidence on the field as it stands and opens a root-cause case on it. */
export function OpenRootCause({ projectId, batchId, field }: OpenRootCauseProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const open = useMutation(
    trpc.scores.openRootCause.mutationOptions({
      onSuccess: ({ rootCauseId }) =>
        router.push(`/sponsor/projects/${projectId}/quality/root-causes/${rootCauseId}`),
      onError: (error) => toast.error(error.message),
    }),
  );
  return (
    <Button pending={open.isPending} onClick={() => open.mutate({ batchId, field: field.key })}>
      Look for the cause in {field.label}
    </Button>
  );
}
