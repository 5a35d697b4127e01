'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { byField, formProblems, readForm, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { isAppError } from '#server/core/errors.ts';
import { parseMoney } from '#server/core/money.ts';
import { sendOffersInput } from '#server/staffing/offer-schemas.ts';

type OfferWorkProps = {
  projectId: string;
  /** Who is offered it: one person by name, or those who are chosen. */
  to: readonly { orgId: string; name: string }[];
  currency: string;
  /** What the direct share pays a read, as it is typed; empty without one. */
  price?: string;
  /** Reads a week that were thought of, as typed. */
  readsPerWeek?: string;
  /** Of the offer to several people: the button's state, and what to do when it is sent. */
  isBulk?: boolean;
  onSent?: () => void;
};

/** What is offered: the least a read pays, how many a week, until when it holds. */
export function OfferWork({
  projectId,
  to,
  currency,
  price = '',
  readsPerWeek = '',
  isBulk = false,
  onSent,
}: OfferWorkProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const nameOf = new Map(to.map((one) => [one.orgId, one.name]));
  const send = useMutation(
    trpc.staffing.sendOffers.mutationOptions({
      onSuccess: (made) => {
        const refused = made.filter((one) => one.problem !== null);
        const offered = made.length - refused.length;
        setProblems(refused.map((one) => ({ message: `${nameOf.get(one.orgId)}: ${one.problem}` })));
        if (offered > 0)
          toast.success(
            offered === 1 ? 'Offered; the person is told.' : `Offered to ${offered} people; each is told.`,
          );
        if (refused.length === 0) {
          setIsOpen(false);
          onSent?.();
        }
        router.refresh();
      },
      onError: (error) => setProblems(refusalProblems(error)),
    }),
  );

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const typed = readForm(event.currentTarget) as Record<string, string>;
    const amount = readPrice(typed.pricePerReadMinor ?? '', currency);
    const parsed = sendOffersInput.safeParse({
      projectId,
      orgIds: to.map((one) => one.orgId),
      note: typed.note ?? '',
      readsPerWeek: Number(typed.readsPerWeek || Number.NaN),
      daysToAnswer: Number(typed.daysToAnswer || Number.NaN),
      pricePerReadMinor: typeof amount === 'bigint' ? amount : 1n,
    });
    const found = parsed.success ? [] : formProblems(parsed.error);
    if (typeof amount === 'string') found.unshift({ name: 'pricePerReadMinor', message: amount });
    setProblems(found);
    if (parsed.success && found.length === 0) send.mutate(parsed.data);
  }

  const errors = byField(problems);
  const title = isBulk
    ? `Offer work to ${to.length} ${to.length === 1 ? 'person' : 'people'}`
    : `Offer work to ${to[0]?.name ?? ''}`;
  return (
    <Dialog
      title={title}
      description={
        price === ''
          ? 'Your batches must pay at least this to be read by them.'
          : `The direct share pays ${currency} ${price} a read; offer that or less.`
      }
      trigger={
        isBulk ? (
          <Button variant="primary" disabled={to.length === 0}>
            Offer to {to.length === 0 ? 'those chosen' : to.length}
          </Button>
        ) : (
          <Button size="sm">Offer work</Button>
        )
      }
      open={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        if (!open) setProblems([]);
      }}
    >
      <form noValidate onSubmit={submit} className="flex flex-col gap-4">
        <FormErrorSummary problems={problems} />
        <div className="grid gap-4 sm:grid-cols-3">
          <Field label="Price per read" name="pricePerReadMinor" error={errors.pricePerReadMinor}>
            <Input name="pricePerReadMinor" inputMode="decimal" suffix={currency} defaultValue={price} />
          </Field>
          <Field label="Reads a week" name="readsPerWeek" error={errors.readsPerWeek}>
            <Input name="readsPerWeek" inputMode="numeric" defaultValue={readsPerWeek} />
          </Field>
          <Field label="Days to answer" name="daysToAnswer" error={errors.daysToAnswer}>
            <Input name="daysToAnswer" inputMode="numeric" defaultValue="7" />
          </Field>
        </div>
        <Field label="Note" name="note" error={errors.note} optional>
          <Textarea name="note" rows={3} />
        </Field>
        <div className="flex justify-end">
          <Button type="submit" variant="primary" pending={send.isPending}>
            {isBulk && to.length !== 1 ? 'Send offers' : 'Send offer'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function readPrice(text: string, currency: string): bigint | string {
  try {
    return parseMoney(text, currency).amountMinor;
  } catch (error) {
    if (isAppError(error)) return text.trim() === '' ? 'Give a price, for example 1.20.' : error.message;
    throw error;
  }
}
