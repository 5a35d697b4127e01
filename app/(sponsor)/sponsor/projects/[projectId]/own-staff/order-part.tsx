'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Money } from '#app/_ui/money.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { NumberField, requiredNumber } from '#app/(sponsor)/sponsor/_parts/number-field.tsx';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { AppError } from '#server/core/errors.ts';
import { formatMinor, parseMoney } from '#server/core/money.ts';
import { type OrderView, type OwnStaffView, proposeOrderInput } from '#server/own-staff/schemas.ts';

/** What is agreed with the unit, what waits for it, and a new proposal. */
export function OrderPart({ view, mayPropose }: { view: OwnStaffView; mayPropose: boolean }) {
  const { order, proposal, barred } = view;
  return (
    <div className="flex max-w-[720px] flex-col gap-3">
      <ul className="divide-y divide-line border-line border-y empty:hidden">
        {[order, proposal].map((one) => (one === null ? null : <OrderLine key={one.id} order={one} />))}
      </ul>
      {proposal === null ? null : (
        <p className="text-ink-3 text-sm">
          {view.unit?.isMember
            ? 'Switch to the unit in the menu of organisations, and answer it under Contracts.'
            : 'An owner or staffing lead of the unit answers it under Contracts.'}
        </p>
      )}
      {mayPropose && barred.length === 0 ? (
        <div className="flex flex-wrap gap-2">
          <ProposeOrder view={view} />
          {order === null ? null : <EndOrder orderId={order.id} />}
        </div>
      ) : null}
    </div>
  );
}

function OrderLine({ order }: { order: OrderView }) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2 text-sm">
      <span>
        {order.pricePerReadMinor === 0n ? (
          'No internal charge'
        ) : (
          <Money amountMinor={order.pricePerReadMinor} currency={order.currency} per="a read" />
        )}
        , up to {order.hoursPerWeek} hours a week, {order.needsExam ? 'after the exam' : 'without an exam'}
        {order.note === '' ? null : <span className="block text-ink-3">{order.note}</span>}
      </span>
      <StatusPill state={order.status} />
    </li>
  );
}

function ProposeOrder({ view }: { view: OwnStaffView }) {
  const { currency, id: projectId } = view.project;
  // What waits is taken back by a new proposal.
  const known = view.proposal ?? view.order;
  const isFirst = known === null;
  const trpc = useTRPC();
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [price, setPrice] = useState(formatMinor({ amountMinor: known?.pricePerReadMinor ?? 0n, currency }));
  const [hours, setHours] = useState(String(known?.hoursPerWeek ?? 20));
  const [needsExam, setNeedsExam] = useState(known?.needsExam ?? true);
  const [note, setNote] = useState('');
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const propose = useMutation(
    trpc.ownStaff.propose.mutationOptions({
      onSuccess: () => {
        setOpen(false);
        toast.success('Proposed to the unit.');
        router.refresh();
      },
    }),
  );
  function send() {
    const amount = readAmount(price, currency);
    const parsed = proposeOrderInput.safeParse({
      projectId,
      pricePerReadMinor: typeof amount === 'bigint' ? amount : 0n,
      hoursPerWeek: requiredNumber(hours),
      needsExam,
      note,
    });
    const problems: Record<string, string> = typeof amount === 'bigint' ? {} : { pricePerReadMinor: amount };
    for (const issue of parsed.error?.issues ?? []) problems[String(issue.path[0])] ??= issue.message;
    setWrong(problems);
    if (parsed.success && Object.keys(problems).length === 0) propose.mutate(parsed.data);
  }
  return (
    <Dialog
      size="sm"
      title={isFirst ? 'Propose an order' : 'Propose other terms'}
      description="It holds when the unit has accepted it; batches that are open keep their price."
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button variant={isFirst ? 'primary' : 'secondary'}>
          {isFirst ? 'Propose an order' : 'Propose other terms'}
        </Button>
      }
      footer={
        <Button variant="primary" pending={propose.isPending} onClick={send}>
          Propose to the unit
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Refusal error={propose.error} title="It was not proposed." />
        <NumberField
          label="Internal price per read"
          name="price"
          hint="0 charges nothing, and needs no payout account."
          suffix={currency}
          isDecimal
          value={price}
          error={wrong.pricePerReadMinor}
          onChange={setPrice}
        />
        <NumberField
          label="Hours a week, all together"
          name="hours"
          suffix="h"
          value={hours}
          error={wrong.hoursPerWeek}
          onChange={setHours}
        />
        <Checkbox
          label="The exam on the protocol comes first"
          checked={needsExam}
          onCheckedChange={(checked) => setNeedsExam(checked === true)}
        />
        <Field label="Note" optional error={wrong.note}>
          <Textarea rows={2} value={note} onChange={(event) => setNote(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}

function EndOrder({ orderId }: { orderId: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const end = useMutation(
    trpc.ownStaff.end.mutationOptions({
      onSuccess: () => {
        setOpen(false);
        toast.success('The order has ended.');
        router.refresh();
      },
    }),
  );
  return (
    <Dialog
      size="sm"
      title="End the order"
      description="Its people finish what they hold, and it is paid. Their seats end."
      open={open}
      onOpenChange={setOpen}
      trigger={<Button>End order</Button>}
      footer={
        <Button variant="danger" pending={end.isPending} onClick={() => end.mutate({ orderId, reason })}>
          End order
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Refusal error={end.error} title="The order was not ended." />
        <Field label="Why">
          <Textarea rows={2} value={reason} onChange={(event) => setReason(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}

function readAmount(text: string, currency: string): bigint | string {
  try {
    return parseMoney(text, currency).amountMinor;
  } catch (error) {
    return error instanceof AppError ? error.message : 'Such as 1.10, or 0.';
  }
}
