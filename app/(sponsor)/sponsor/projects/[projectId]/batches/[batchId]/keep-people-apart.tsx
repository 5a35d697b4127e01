'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { apartChoices } from '#app/(sponsor)/sponsor/projects/[projectId]/batches/new/batch-line.ts';
import { OtherPeople } from '#app/(sponsor)/sponsor/projects/[projectId]/batches/new/keep-apart.tsx';

type KeepPeopleApartProps = {
  projectId: string;
  batchId: string;
  /** Batches whose people are others already, and whether this one says so or they do. */
  apartFrom: readonly { id: string; name: string; isNamedHere: boolean }[];
};

/** Whose people are others than in a draft; changed here until it is opened, when the first may come in (R23). */
export function KeepPeopleApart({ projectId, batchId, apartFrom }: KeepPeopleApartProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const named = apartFrom.filter((one) => one.isNamedHere).map((one) => one.id);
  const [chosen, setChosen] = useState<readonly string[]>(named);
  const here = useQuery(trpc.work.batches.queryOptions({ projectId }, { enabled: isOpen }));
  const elsewhere = useQuery(
    trpc.work.batchesElsewhere.queryOptions({ projectId, namedIds: named }, { enabled: isOpen }),
  );
  const save = useMutation(
    trpc.work.keepApart.mutationOptions({
      onSuccess: () => {
        toast.success('Saved. It holds from the first who comes in.');
        setIsOpen(false);
        router.refresh();
      },
    }),
  );
  const turn = (open: boolean) => {
    setIsOpen(open);
    setChosen(named);
    save.reset();
  };
  const saidThere = apartFrom.filter((one) => !one.isNamedHere);
  const isLoaded = here.data !== undefined && elsewhere.data !== undefined;
  const without = [batchId, ...saidThere.map((one) => one.id)];
  const offered = isLoaded ? apartChoices(here.data, elsewhere.data) : null;
  const isNone = [...(here.data ?? []), ...(elsewhere.data?.batches ?? [])].every((one) =>
    without.includes(one.id),
  );
  return (
    <Dialog
      title="Whose people are others"
      description="It can be changed until the batch is opened, and is fixed from then on."
      open={isOpen}
      onOpenChange={turn}
      trigger={<Button>Keep people apart</Button>}
      footer={
        <Button
          variant="primary"
          disabled={!isLoaded}
          pending={save.isPending}
          onClick={() => save.mutate({ batchId, apartFromBatchIds: [...chosen] })}
        >
          Save whose people are others
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Refusal error={here.error ?? elsewhere.error} title="The batches could not be listed." />
        <Refusal error={save.error} title="Nothing was changed." />
        {saidThere.length === 0 ? null : (
          <p className="text-ink-2 text-sm">
            {saidThere.map((one) => one.name).join(', ')}{' '}
            {saidThere.length === 1 ? 'keeps its people' : 'keep their people'} apart from here; that is said
            there.
          </p>
        )}
        {isLoaded && isNone ? <p className="text-ink-3 text-sm">There is no other batch yet.</p> : null}
        {offered === null ? null : (
          <OtherPeople
            projectId={projectId}
            {...offered}
            without={without}
            chosen={chosen}
            onChange={setChosen}
          />
        )}
      </div>
    </Dialog>
  );
}
