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
import { sendOfferInput } from '#server/staffing/offer-schemas.ts';

type OfferWorkProps = { projectId: string; orgId: string; name: string; currency: string };

/** What is offered: the least a read pays, how many a week, until when it holds. */
export function OfferWork({ projectId, orgId, name, currency }: OfferWorkProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const send = useMutation(
    trpc.staffing.sendOffer.mutationOptions({
      onSuccess: () => {
        setIsOpen(false);
        toast.success('Offered; the person is told.');
        router.refresh();
      },
      onError: (error) => setProblems(refusalProblems(error)),
    }),
  );

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const typed = readForm(event.currentTarget) as Record<string, string>;
    const price = readPrice(typed.pricePerReadMinor ?? '', currency);
    const parsed = sendOfferInput.safeParse({
      projectId,
      orgId,
      note: typed.note ?? '',
      readsPerWeek: Number(typed.readsPerWeek || Number.NaN),
      daysToAnswer: Number(typed.daysToAnswer || Number.NaN),
      pricePerReadMinor: typeof price === 'bigint' ? price : 1n,
    });
    const found = parsed.success ? [] : formProblems(parsed.error);
    if (typeof price === 'string') found.unshift({ name: 'pricePerReadMinor', message: price });
    setProblems(found);
    if (parsed.success && found.length === 0) send.mutate(parsed.data);
  }

  const errors = byField(problems);
  return (
    <Dialog
      title={`Offer work to ${name}`}
      description="Your batches must pay at least this to be read by this person."
      trigger={<Button size="sm">Offer work</Button>}
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
            <Input name="pricePerReadMinor" inputMode="decimal" suffix={currency} />
          </Field>
          <Field label="Reads a week" name="readsPerWeek" error={errors.readsPerWeek}>
            <Input name="readsPerWeek" inputMode="numeric" />
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
            Send offer
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
