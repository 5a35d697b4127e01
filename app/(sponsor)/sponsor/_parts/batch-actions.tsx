'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { callErrorData } from '#app/_trpc/query-client.ts';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { formatMoney } from '#app/_ui/format-money.ts';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { quarantinedWords } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { Refusal } from './refusal.tsx';

export type BatchActionsProps = {
  batchId: string;
  status: 'draft' | 'open' | 'closing' | 'settled' | 'paused';
  /** What it is called here: "batch", "pilot". */
  noun: string;
  /** True while a checkpoint or a stop holds it: only its signature, or the decision, lets it go on. */
  isHeld?: boolean;
  /** What would come back if it closed now, when the page knows. */
  refundable?: { amountMinor: bigint; currency: string };
  /** True where cases wait for a turn that nobody engaged may take: then it does not settle by itself. */
  isStranded?: boolean;
};

/** Open, pause, resume and close, each where its state allows it; refusals with what would change them. None of it is of use to a draft that `MoveToProtocol` moves first. */
export function BatchActions(props: BatchActionsProps) {
  // A new state starts afresh: what was refused in the one before is over.
  return <Actions key={props.status} {...props} />;
}

function Actions({
  batchId,
  status,
  noun,
  isHeld = false,
  refundable,
  isStranded = false,
}: BatchActionsProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const said = (message: string) => {
    toast.success(message);
    router.refresh();
  };
  const open = useMutation(
    trpc.work.openBatch.mutationOptions({
      // A page from before the version was signed: loaded anew it says what to do in its one note.
      onError: (error) => {
        if (callErrorData(error)?.details?.some((one) => one.code === 'protocol_superseded'))
          router.refresh();
      },
      onSuccess: ({ reservedMinor, currency, quarantined }) =>
        said(
          `The ${noun} is open. ${formatMoney({ amountMinor: reservedMinor, currency }).full} is reserved; what is not spent comes back.${quarantinedWords(quarantined)}`,
        ),
    }),
  );
  const resume = useMutation(
    trpc.work.resumeBatch.mutationOptions({ onSuccess: () => said(`The ${noun} is open again.`) }),
  );
  const pause = useMutation(
    trpc.work.pauseBatch.mutationOptions({
      onSuccess: () => said(`The ${noun} is paused. Cases being read are finished and paid.`),
    }),
  );
  const close = useMutation(
    trpc.work.closeBatch.mutationOptions({
      onSuccess: () => said(`The ${noun} is closing. It settles when everything under way is done.`),
    }),
  );
  if (status === 'settled') return <span className="text-ink-3 text-sm">Settled; nothing left to do</span>;
  if (status === 'closing')
    return (
      <span className="text-ink-3 text-sm">
        {isStranded
          ? 'Closing; it settles once somebody is engaged for the cases that wait'
          : 'Closing; it settles by itself when nothing is under way'}
      </span>
    );
  return (
    <div className="flex flex-col items-start gap-3">
      <div className="flex flex-wrap gap-2">
        {status === 'draft' ? (
          <Button variant="primary" pending={isBusy(open)} onClick={() => open.mutate({ batchId })}>
            Open {noun}
          </Button>
        ) : null}
        {status === 'paused' && !isHeld ? (
          <Button variant="primary" pending={isBusy(resume)} onClick={() => resume.mutate({ batchId })}>
            Resume {noun}
          </Button>
        ) : null}
        {status === 'open' ? (
          <WithReason
            verb={`Pause ${noun}`}
            says="Nobody can claim new cases. Cases being read are finished within their lease and paid."
            call={pause}
            batchId={batchId}
          />
        ) : null}
        {status === 'open' || status === 'paused' ? (
          <WithReason
            verb={`Close ${noun}`}
            says={`No new claims, for good. What is under way is finished, reads are accepted, and money that was not spent goes back to the project${refundable ? `: ${formatMoney(refundable).full} as it stands, less reviews that are still to come` : ''}.`}
            call={close}
            batchId={batchId}
          />
        ) : null}
      </div>
      <Refusal error={open.error} title={`The ${noun} can’t open yet.`} />
      <Refusal error={resume.error} title={`The ${noun} was not resumed.`} />
    </div>
  );
}

/** Busy until the page shows the new state, so that a second click is not refused for what the first has done. */
function isBusy(call: { isPending: boolean; isSuccess: boolean }): boolean {
  return call.isPending || call.isSuccess;
}

type WithReasonProps = {
  verb: string;
  says: string;
  batchId: string;
  call: {
    isPending: boolean;
    error: unknown;
    mutate: (input: { batchId: string; reason: string }, options: { onSuccess: () => void }) => void;
  };
};

function WithReason({ verb, says, call, batchId }: WithReasonProps) {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  return (
    <Dialog
      size="sm"
      title={`${verb}?`}
      description={says}
      open={open}
      onOpenChange={setOpen}
      trigger={<Button>{verb}</Button>}
      footer={
        <Button
          variant="primary"
          pending={call.isPending}
          onClick={() => {
            const missing = reason.trim() === '';
            setIsMissing(missing);
            if (!missing) call.mutate({ batchId, reason }, { onSuccess: () => setOpen(false) });
          }}
        >
          {verb}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Refusal error={call.error} title="It was not done." />
        <Field label="Reason" hint="Readers see it." error={isMissing ? 'Say why.' : undefined}>
          <Textarea rows={2} value={reason} onChange={(event) => setReason(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}
