'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { toast } from '#app/_ui/toast.ts';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';

/** Who alone may read this batch: people engaged in the project, by organisation and role. */
export function NamedReaders({ batchId, allowedCount }: { batchId: string; allowedCount: number | null }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState<readonly string[] | null>(null);
  const list = useQuery({ ...trpc.work.allowable.queryOptions({ batchId }), enabled: open });
  const save = useMutation(
    trpc.work.allowReaders.mutationOptions({
      onSuccess: () => {
        toast.success('The list is saved. Others get no new case within a minute.');
        setOpen(false);
        router.refresh();
      },
    }),
  );
  const people = list.data?.people ?? [];
  const ticked = chosen ?? people.filter((one) => one.isAllowed).map((one) => one.engagementId);
  return (
    <Dialog
      title="Who may read this batch"
      description="Only the people ticked here. Names are their organisation’s to say; the label is the one that their reads carry."
      open={open}
      onOpenChange={setOpen}
      trigger={<Button>{allowedCount === null ? 'Name readers' : `Named readers: ${allowedCount}`}</Button>}
      footer={
        <Button
          variant="primary"
          pending={save.isPending}
          onClick={() => save.mutate({ batchId, engagementIds: [...ticked] })}
        >
          Save list of {counted(ticked.length, 'person', 'people')}
        </Button>
      }
    >
      <div className="flex max-h-[50dvh] flex-col gap-2 overflow-y-auto">
        <Refusal error={save.error ?? list.error} title="The list was not saved." />
        {list.data && people.length === 0 ? (
          <p className="text-ink-3 text-sm">Nobody is engaged in this project yet.</p>
        ) : null}
        {people.map((one) => (
          <Checkbox
            key={one.engagementId}
            label={`${one.person} · ${one.via}`}
            hint={one.isOwn ? `${one.role}, your own panel` : one.role}
            checked={ticked.includes(one.engagementId)}
            onCheckedChange={(isOn) =>
              setChosen(
                isOn === true
                  ? [...ticked, one.engagementId]
                  : ticked.filter((id) => id !== one.engagementId),
              )
            }
          />
        ))}
      </div>
    </Dialog>
  );
}
