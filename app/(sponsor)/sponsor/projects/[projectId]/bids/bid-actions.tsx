'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Money } from '#app/_ui/money.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { percentOf } from '#server/core/money.ts';

export type BidActionsProps = {
  bidId: string;
  vendor: string;
  status: string;
  /** The version on the screen: what is decided is that one. */
  version: number;
  projectId: string;
  pilot: {
    cases: number;
    overlap: number;
    pricePerReadMinor: bigint;
    currency: string;
    feeBasisPoints: number;
  };
  datasets: readonly { id: string; name: string; caseCount: number }[];
  mayAward: boolean;
};

/** What can be decided about a bid in its state: shortlist, order the pilot, decline with a reason. */
export function BidActions(props: BidActionsProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const shortlist = useMutation(
    trpc.bids.shortlist.mutationOptions({
      onSuccess: () => {
        toast.success(`${props.vendor} is shortlisted.`);
        router.refresh();
      },
    }),
  );
  const { status, bidId, version } = props;
  if (status !== 'submitted' && status !== 'shortlisted')
    return <span className="text-ink-3">Nothing left to decide</span>;
  return (
    <div className="flex flex-col items-start gap-2">
      <div className="flex flex-wrap gap-2">
        {status === 'submitted' ? (
          <Button
            size="sm"
            pending={shortlist.isPending}
            onClick={() => shortlist.mutate({ bidId, seenVersion: version })}
          >
            Shortlist bid
          </Button>
        ) : (
          <OrderPilot {...props} />
        )}
        <DeclineBid {...props} />
      </div>
      <Refusal error={shortlist.error} title="The bid was not shortlisted." />
    </div>
  );
}

function DeclineBid({ bidId, vendor }: BidActionsProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [isShort, setIsShort] = useState(false);
  const decline = useMutation(
    trpc.bids.decline.mutationOptions({
      onSuccess: () => {
        setOpen(false);
        toast.success(`The bid of ${vendor} is declined.`);
        router.refresh();
      },
    }),
  );
  return (
    <Dialog
      size="sm"
      title={`Decline the bid of ${vendor}`}
      description="The vendor reads your reason."
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button size="sm" variant="quiet">
          Decline bid
        </Button>
      }
      footer={
        <Button
          variant="danger"
          pending={decline.isPending}
          onClick={() => {
            const short = reason.trim().length < 3;
            setIsShort(short);
            if (!short) decline.mutate({ bidId, reason });
          }}
        >
          Decline bid
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Refusal error={decline.error} title="The bid was not declined." />
        <Field label="Reason" error={isShort ? 'Say why, in a sentence.' : undefined}>
          <Textarea rows={3} value={reason} onChange={(event) => setReason(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}

function OrderPilot({ bidId, version, vendor, projectId, pilot, datasets, mayAward }: BidActionsProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [datasetId, setDatasetId] = useState(datasets[0]?.id ?? '');
  const order = useMutation(
    trpc.bids.orderPilot.mutationOptions({
      onSuccess: ({ pilotId }) => {
        toast.success(`The pilot of ${vendor} is ordered.`);
        router.push(`/sponsor/projects/${projectId}/pilots/${pilotId}`);
      },
    }),
  );
  const chosen = datasets.find((one) => one.id === datasetId);
  const cases = Math.min(pilot.cases, chosen?.caseCount ?? pilot.cases);
  const reads = BigInt(cases * pilot.overlap);
  const work = pilot.pricePerReadMinor * reads;
  // The fee is locked read by read (R2), so it is rounded there, not on the sum.
  const fee = percentOf(pilot.pricePerReadMinor, pilot.feeBasisPoints) * reads;
  if (!mayAward) return <span className="text-ink-3">Shortlisted; ordering is not in your role</span>;
  return (
    <Dialog
      size="sm"
      title={`Order a pilot from ${vendor}`}
      description="A small contract at the bid’s price. Reading starts when you have funded and opened its batch; every valid read is paid, pass or fail."
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button size="sm" variant="primary">
          Order pilot
        </Button>
      }
      footer={
        <Button
          variant="primary"
          pending={order.isPending}
          disabled={datasetId === ''}
          onClick={() => order.mutate({ bidId, datasetId, seenVersion: version })}
        >
          Order pilot
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Refusal error={order.error} title="The pilot was not ordered." />
        <Field label="Cases from">
          <NativeSelect value={datasetId} onChange={(event) => setDatasetId(event.target.value)}>
            {datasets.map(({ id, name, caseCount }) => (
              <option key={id} value={id}>
                {name} ({caseCount.toLocaleString('en')} cases)
              </option>
            ))}
          </NativeSelect>
        </Field>
        <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1 border-line border-y py-3 text-sm">
          <dt className="text-ink-2">
            {cases.toLocaleString('en')} cases × {pilot.overlap} reads
          </dt>
          <dd className="text-right">
            <Money amountMinor={work} currency={pilot.currency} />
          </dd>
          <dt className="text-ink-2">Platform fee, {pilot.feeBasisPoints / 100} %</dt>
          <dd className="text-right">
            <Money amountMinor={fee} currency={pilot.currency} />
          </dd>
          <dt className="text-ink-2">Rounding of the fee, at most</dt>
          <dd className="text-right">
            <Money amountMinor={1n} currency={pilot.currency} />
          </dd>
          <dt className="font-medium">To fund</dt>
          <dd className="text-right font-semibold">
            <Money amountMinor={work + fee + 1n} currency={pilot.currency} />
          </dd>
        </dl>
        <p className="text-ink-3 text-xs">Gold that is dealt in comes on top; what is not spent goes back.</p>
      </div>
    </Dialog>
  );
}
