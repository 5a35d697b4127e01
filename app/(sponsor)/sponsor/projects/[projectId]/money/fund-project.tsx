'use client';

import { useMutation } from '@tanstack/react-query';
import { TRPCClientError } from '@trpc/client';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { CopyId } from '#app/_ui/copy-id.tsx';
import { Field } from '#app/_ui/field.tsx';
import { formatMoney } from '#app/_ui/format-money.ts';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { parseMoney } from '#server/core/money.ts';

export type FundProjectProps = { projectId: string; currency: string; isSandbox: boolean };

const CARDS = [
  { value: 'pm_card_bypassPending', label: 'Test card that is paid at once' },
  { value: 'pm_card_visa', label: 'Test card, settles later' },
  { value: 'pm_card_chargeDeclined', label: 'Test card that is declined' },
];

/** By card, or by bank transfer with the reference that brings it to this project. */
export function FundProject({ projectId, currency, isSandbox }: FundProjectProps) {
  const [way, setWay] = useState('card');
  return (
    <div className="flex max-w-[720px] flex-col gap-4">
      <RadioCards
        aria-label="How to fund"
        columns={2}
        value={way}
        onValueChange={setWay}
        options={[
          {
            value: 'card',
            label: 'Card',
            hint: isSandbox ? 'Test data: no money moves.' : 'Booked as soon as it is paid.',
          },
          { value: 'bank', label: 'Bank transfer', hint: 'Booked when it arrives, by the platform.' },
        ]}
      />
      {way === 'card' ? (
        <CardForm projectId={projectId} currency={currency} isSandbox={isSandbox} />
      ) : (
        <p className="prose-width text-ink-2 text-sm">
          Transfer in {currency} to the account in your services agreement with this reference, so that it
          reaches this project: <CopyId id={projectId} shown={36} />
        </p>
      )}
    </div>
  );
}

function CardForm({ projectId, currency, isSandbox }: FundProjectProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [amount, setAmount] = useState('');
  const [card, setCard] = useState(CARDS[0]?.value ?? '');
  const [problem, setProblem] = useState<string | null>(null);
  // Pressed again after a lost answer or a declined card, the same amount is the same payment.
  const [attempt, setAttempt] = useState<{ fundingId: string; amountMinor: bigint } | null>(null);
  const fund = useMutation(trpc.payouts.fund.mutationOptions());
  const pay = useMutation(trpc.payouts.payInSandbox.mutationOptions());

  async function submit(event: FormEvent) {
    event.preventDefault();
    setProblem(null);
    if (amount.trim() === '') {
      setProblem('Write the amount, for example 1000.00.');
      return;
    }
    let amountMinor: bigint;
    try {
      ({ amountMinor } = parseMoney(amount, currency));
    } catch (error) {
      setProblem(error instanceof AppError ? error.message : 'Write the amount in digits.');
      return;
    }
    if (amountMinor <= 0n) {
      setProblem('The amount must be above zero.');
      return;
    }
    const payment = attempt?.amountMinor === amountMinor ? attempt : { fundingId: newId(), amountMinor };
    setAttempt(payment);
    let isBegun = false;
    try {
      const { fundingId } = await fund.mutateAsync({ projectId, ...payment });
      isBegun = true;
      if (isSandbox) {
        const { status } = await pay.mutateAsync({ fundingId, paymentMethod: card });
        const words = formatMoney({ amountMinor, currency }).full;
        toast.success(status === 'confirmed' ? `${words} is booked.` : `${words} is on its way.`);
        setAmount('');
        setAttempt(null);
      }
    } catch (error) {
      // What was refused stands in the note below. A payment that is over is not gone on with.
      const isOver =
        error instanceof TRPCClientError &&
        (error.data as { reason?: string } | null)?.reason === 'funding_over';
      if (isOver) setAttempt(null);
    }
    // A call that was refused has changed nothing; one refused because the session is over keeps the form as it is.
    if (isBegun) router.refresh();
  }

  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      <Refusal error={pay.error ?? fund.error} title="Nothing was booked." />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Amount"
          name="amount"
          hint="Digits with a point, such as 1000.00."
          error={problem ?? undefined}
        >
          <Input
            inputMode="decimal"
            suffix={currency}
            value={amount}
            onChange={(event) => setAmount(event.target.value)}
          />
        </Field>
        {isSandbox ? (
          <Field label="Card" hint="From the local payment sandbox.">
            <NativeSelect value={card} onChange={(event) => setCard(event.target.value)}>
              {CARDS.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </NativeSelect>
          </Field>
        ) : null}
      </div>
      <div>
        <Button type="submit" variant="primary" pending={fund.isPending || pay.isPending}>
          Fund project
        </Button>
      </div>
    </form>
  );
}
