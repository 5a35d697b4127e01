'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { formatMoney } from '#app/_ui/format-money.ts';
import { Input } from '#app/_ui/input.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { counted, quarantinedWords } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { readIds } from '#app/(sponsor)/sponsor/projects/[projectId]/batches/new/case-choice.ts';

type OfBatch = { projectId: string; batchId: string };

type ToClone = OfBatch & {
  name: string;
  /** Its cases come in the order of a list. */
  isByList: boolean;
  refusal: { message: string; href?: string | undefined } | null;
};

/** A draft with the same settings, or why there is none and what to do instead. */
export function CloneBatch({ refusal, ...of }: ToClone) {
  if (refusal === null) return <CloneForm {...of} />;
  return (
    <Dialog
      size="sm"
      title="This batch is not cloned"
      description={refusal.message}
      trigger={<Button variant="quiet">Clone batch</Button>}
      footer={
        refusal.href ? (
          <LinkButton variant="primary" href={refusal.href}>
            Route cases
          </LinkButton>
        ) : undefined
      }
    />
  );
}

/** Over the same cases, or over others that the same choice gives. */
function CloneForm({ projectId, batchId, name, isByList }: Omit<ToClone, 'refusal'>) {
  const trpc = useTRPC();
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [called, setCalled] = useState(`${name}, again`.slice(0, 120));
  const [cases, setCases] = useState<'same' | 'others'>('others');
  const clone = useMutation(
    trpc.work.cloneBatch.mutationOptions({
      onSuccess: ({ batchId: made, quarantined }) => {
        toast.success(`The clone is made, as a draft.${quarantinedWords(quarantined)}`);
        setOpen(false);
        router.push(`/sponsor/projects/${projectId}/batches/${made}`);
      },
    }),
  );
  return (
    <Dialog
      size="sm"
      title="Clone this batch"
      description={`The same price, overlap, gold and review, as a new draft${isByList ? '' : ' with an order of its own'}.`}
      open={open}
      onOpenChange={setOpen}
      trigger={<Button variant="quiet">Clone batch</Button>}
      footer={
        <Button
          variant="primary"
          pending={clone.isPending}
          onClick={() => clone.mutate({ batchId, name: called, cases })}
        >
          Clone batch
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Refusal error={clone.error} title="It was not cloned." />
        <Field label="Name" name="cloneName">
          <Input value={called} onChange={(event) => setCalled(event.target.value)} />
        </Field>
        <Field label="Cases" name="cloneCases">
          <RadioCards
            value={cases}
            onValueChange={(value) => setCases(value as 'same' | 'others')}
            options={[
              {
                value: 'others',
                label: 'Others',
                hint: `The same choice, without the cases of this batch.${isByList ? ' They come at random: the list that ordered these says nothing of others. You can bring cases forward in the draft.' : ''}`,
              },
              {
                value: 'same',
                label: 'The same',
                hint: `Every case of this batch once more${isByList ? ', in the same order' : ''}.`,
              },
            ]}
          />
        </Field>
      </div>
    </Dialog>
  );
}

/** More cases for a batch that runs: by a list, the next of the dataset, or more of its draw. */
export function AddCases({ batchId, isSample }: Pick<OfBatch, 'batchId'> & { isSample: boolean }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [n, setN] = useState('');
  const [ids, setIds] = useState('');
  const add = useMutation(
    trpc.work.addTasks.mutationOptions({
      onSuccess: ({ added, goldLeftOut, quarantined, reservedMinor, currency }) => {
        const left = goldLeftOut > 0 ? ` ${counted(goldLeftOut, 'gold case')} left out.` : '';
        toast.success(
          `${counted(added, 'case')} added; ${formatMoney({ amountMinor: reservedMinor, currency }).full} reserved for them.${left}${quarantinedWords(quarantined)}`,
        );
        setOpen(false);
        router.refresh();
      },
    }),
  );
  const list = readIds(ids);
  const number = n.trim() === '' ? null : Number(n);
  const isWrong = number !== null && !(Number.isInteger(number) && number > 0);
  const isEmpty = isSample ? number === null : number === null && list.length === 0;
  return (
    <Dialog
      size="sm"
      title="Add cases"
      description={
        isSample
          ? 'This batch is a sample: it grows by more of the same draw, so that its weights stay true. What they may cost, with the repeats that were asked of readers, is reserved at once.'
          : 'They are read after the cases that are there. What they may cost, with the repeats that were asked of readers, is reserved at once. An audit of the batch is drawn anew from all of them.'
      }
      open={open}
      onOpenChange={setOpen}
      trigger={<Button>Add cases</Button>}
      footer={
        <Button
          variant="primary"
          pending={add.isPending}
          disabled={isEmpty || isWrong}
          onClick={() =>
            add.mutate({
              batchId,
              ...(isSample && number !== null ? { more: number } : {}),
              ...(!isSample && number !== null ? { limit: number } : {}),
              ...(!isSample && list.length > 0 ? { filter: { externalIds: list } } : {}),
            })
          }
        >
          Add cases
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Refusal error={add.error} title="Nothing was added." />
        <Field
          label={isSample ? 'How many more' : 'At most'}
          name="more"
          error={isWrong ? 'A number of cases is whole and at least 1.' : undefined}
          {...(isSample ? {} : { optional: true, hint: 'The next of the dataset that are not in it.' })}
        >
          <Input
            inputMode="numeric"
            suffix="cases"
            value={n}
            onChange={(event) => setN(event.target.value)}
          />
        </Field>
        {isSample ? null : (
          <Field
            label="Only these case ids"
            name="addIds"
            optional
            hint={list.length === 0 ? 'One a line.' : counted(list.length, 'case id')}
          >
            <Textarea rows={3} value={ids} onChange={(event) => setIds(event.target.value)} />
          </Field>
        )}
      </div>
    </Dialog>
  );
}

/** Gives a draft up; asked once more, because it does not come back. */
export function DiscardBatch({ projectId, batchId }: OfBatch) {
  const trpc = useTRPC();
  const router = useRouter();
  const discard = useMutation(
    trpc.work.discardBatch.mutationOptions({
      onSuccess: () => {
        toast.success('The draft is gone.');
        router.push(`/sponsor/projects/${projectId}/batches`);
      },
    }),
  );
  return (
    <Dialog
      size="sm"
      title="Discard this draft?"
      description="Nothing was reserved and nobody has read in it. It does not come back."
      trigger={<Button variant="quiet">Discard draft</Button>}
      footer={
        <Button variant="danger" pending={discard.isPending} onClick={() => discard.mutate({ batchId })}>
          Discard draft
        </Button>
      }
    >
      <Refusal error={discard.error} title="It was not discarded." />
    </Dialog>
  );
}
