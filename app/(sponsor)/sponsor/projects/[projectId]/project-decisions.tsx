'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { toast } from '#app/_ui/toast.ts';

type Decision = 'paused' | 'resumed' | 'completed' | 'archived';

const WORDS: Record<Decision, { verb: string; what: string }> = {
  paused: {
    verb: 'Pause project',
    what: 'Nobody can claim new cases. Cases being read are finished and paid.',
  },
  resumed: { verb: 'Resume project', what: 'Readers can claim cases again.' },
  completed: {
    verb: 'Complete project',
    what: 'No more batches are opened. Labels, scores and money stay as they are.',
  },
  archived: { verb: 'Archive project', what: 'It leaves your lists. Nothing is deleted.' },
};

/** What the sponsor may decide about the project now, each asked once more before it is done. */
export function ProjectDecisions({
  projectId,
  decisions,
}: {
  projectId: string;
  decisions: readonly Decision[];
}) {
  const trpc = useTRPC();
  const router = useRouter();
  const decide = useMutation(
    trpc.projects.decide.mutationOptions({
      onSuccess: ({ status }) => {
        toast.success(`The project is ${status}.`);
        router.refresh();
      },
      onError: (error) => toast.error(error.message),
    }),
  );
  return decisions.map((decision) => (
    <Dialog
      key={decision}
      size="sm"
      title={`${WORDS[decision].verb}?`}
      description={WORDS[decision].what}
      trigger={<Button variant="quiet">{WORDS[decision].verb}</Button>}
      footer={
        <Button
          variant="primary"
          pending={decide.isPending}
          onClick={() => decide.mutate({ projectId, decision })}
        >
          {WORDS[decision].verb}
        </Button>
      }
    />
  ));
}
