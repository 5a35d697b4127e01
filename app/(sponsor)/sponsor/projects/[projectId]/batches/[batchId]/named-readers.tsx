'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { Skeleton } from '#app/_ui/skeleton.tsx';
import { toast } from '#app/_ui/toast.ts';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import type { AppRouter } from '#server/routers/_app.ts';

type Allowable = inferRouterOutputs<AppRouter>['work']['allowable'];

/** Who may read this batch: everybody who is eligible, or named people alone. */
export function NamedReaders({ batchId, allowedCount }: { batchId: string; allowedCount: number | null }) {
  const trpc = useTRPC();
  const [open, setOpen] = useState(false);
  // The list is changed as a whole, so it is asked anew whenever it is opened, and not while somebody ticks.
  const list = useQuery({
    ...trpc.work.allowable.queryOptions({ batchId }),
    enabled: open,
    staleTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  return (
    <Dialog
      title="Who may read this batch"
      description="Names are their organisation’s to say; the label is the one that their reads carry."
      open={open}
      onOpenChange={setOpen}
      trigger={<Button>{allowedCount === null ? 'Name readers' : `Named readers: ${allowedCount}`}</Button>}
    >
      <Refusal error={list.error} title="The list cannot be shown." />
      {list.isFetching ? (
        <Skeleton className="h-40" />
      ) : list.data ? (
        <ChooseReaders batchId={batchId} allowable={list.data} onSaved={() => setOpen(false)} />
      ) : null}
    </Dialog>
  );
}

type ChooseReadersProps = { batchId: string; allowable: Allowable; onSaved: () => void };

function ChooseReaders({ batchId, allowable, onSaved }: ChooseReadersProps) {
  const { people, isListed, isSequestered } = allowable;
  const trpc = useTRPC();
  const router = useRouter();
  const [isNamed, setIsNamed] = useState(isListed || isSequestered);
  const [ticked, setTicked] = useState<readonly string[]>(() =>
    people.filter((one) => one.isAllowed).map((one) => one.engagementId),
  );
  const save = useMutation(
    trpc.work.allowReaders.mutationOptions({
      onSuccess: () => {
        toast.success('Saved. Who is not let in gets no new case within a minute.');
        onSaved();
        router.refresh();
      },
    }),
  );
  const isNobody = isNamed && ticked.length === 0;
  return (
    <div className="flex flex-col gap-4">
      <Refusal error={save.error} title="Nothing was changed." />
      {isSequestered ? (
        <p className="text-ink-2 text-sm">This is test data: only named people read it (R5).</p>
      ) : (
        <RadioCards
          aria-label="Who may read"
          columns={2}
          value={isNamed ? 'named' : 'all'}
          onValueChange={(value) => setIsNamed(value === 'named')}
          options={[
            { value: 'all', label: 'Everybody', hint: 'Who is engaged and eligible.' },
            { value: 'named', label: 'Named people', hint: 'Nobody else, at any tier.' },
          ]}
        />
      )}
      {isNamed ? <Ticks people={people} ticked={ticked} onChange={setTicked} /> : null}
      <div className="flex flex-wrap items-center gap-3">
        <Button
          variant="primary"
          pending={save.isPending}
          disabled={isNobody && !isListed && !isSequestered}
          onClick={() => save.mutate({ batchId, engagementIds: isNamed ? [...ticked] : null })}
        >
          {isNamed ? `Let ${counted(ticked.length, 'person', 'people')} read` : 'Let everybody read'}
        </Button>
        {isNobody ? (
          <span className="text-sm text-attention-ink">With nobody named it is read by nobody.</span>
        ) : null}
      </div>
    </div>
  );
}

type TicksProps = {
  people: Allowable['people'];
  ticked: readonly string[];
  onChange: (ticked: string[]) => void;
};

function Ticks({ people, ticked, onChange }: TicksProps) {
  if (people.length === 0)
    return <p className="text-ink-3 text-sm">Nobody is engaged in this project yet.</p>;
  return (
    <div className="flex max-h-[50dvh] flex-col gap-2 overflow-y-auto">
      {people.map((one) => (
        <Checkbox
          key={one.engagementId}
          label={`${one.person} · ${one.via}`}
          hint={one.isOwn ? `${one.role}, your own panel` : one.role}
          checked={ticked.includes(one.engagementId)}
          onCheckedChange={(isOn) =>
            onChange(
              isOn === true ? [...ticked, one.engagementId] : ticked.filter((id) => id !== one.engagementId),
            )
          }
        />
      ))}
    </div>
  );
}
