'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useId, useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog, DialogClose } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { toast } from '#app/_ui/toast.ts';
import { AppError } from '#server/core/errors.ts';
import { CURRENCIES, formatMinor, parseMoney } from '#server/core/money.ts';
import type { MarginsView, StaffRate } from '#server/staffing/schemas.ts';

type RateDialogProps = {
  personId: string;
  name: string;
  /** In force, one per currency. */
  rates: MarginsView['staff'][number]['rates'];
  /** What a first rate is given in: the currency of the newest work. */
  currency: string;
};

const knownCurrency = (code: string) => CURRENCIES.find((known) => known === code) ?? 'USD';

/** Sets what one person is paid; the earlier rate stays in the record, and all work is reckoned at the new one. */
export function RateDialog({ personId, name, rates, currency: usual }: RateDialogProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const formId = useId();
  const [isOpen, setOpen] = useState(false);
  const rateIn = (code: string) => rates.find((one) => one.currency === code);
  const now = rateIn(usual) ?? rates[0];
  const [basis, setBasis] = useState<StaffRate['basis']>(now?.basis ?? 'per_read');
  const [currency, setCurrency] = useState(knownCurrency(now?.currency ?? usual));
  const [amount, setAmount] = useState(now ? formatMinor(now) : '');
  const [problem, setProblem] = useState<string>();
  const save = useMutation(
    trpc.staffing.setRate.mutationOptions({
      onSuccess: () => {
        setOpen(false);
        toast.success(`Rate of ${name} saved`);
        router.refresh();
      },
      onError: (error) => setProblem(error.message),
    }),
  );
  const chooseCurrency = (code: string) => {
    setCurrency(knownCurrency(code));
    const known = rateIn(code);
    if (known) {
      setBasis(known.basis);
      setAmount(formatMinor(known));
    }
  };
  const submit = () => {
    if (amount.trim() === '') return setProblem('Give an amount such as 1.20.');
    try {
      const { amountMinor } = parseMoney(amount, currency);
      setProblem(undefined);
      save.mutate({ personId, basis, amountMinor, currency });
    } catch (error) {
      setProblem(error instanceof AppError ? error.message : 'Give an amount such as 1.20.');
    }
  };
  return (
    <Dialog
      title={`What you pay ${name}`}
      description="For your margins only: all their accepted work in this currency is reckoned at it. Nobody outside your organisation sees it, and it moves no money."
      open={isOpen}
      onOpenChange={setOpen}
      trigger={<Button size="sm">{rates.length > 0 ? 'Change' : 'Set rate'}</Button>}
      footer={
        <>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <Button type="submit" form={formId} variant="primary" pending={save.isPending}>
            Save rate
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field label="Paid">
          <RadioCards
            columns={2}
            value={basis}
            onValueChange={(value) => setBasis(value === 'per_active_hour' ? value : 'per_read')}
            options={[
              { value: 'per_read', label: 'Per read', hint: 'For each read that is accepted' },
              { value: 'per_active_hour', label: 'Per hour', hint: 'For active time, idle time left out' },
            ]}
          />
        </Field>
        <div className="flex gap-3">
          <Field label="Amount" error={problem} className="flex-1">
            <Input inputMode="decimal" value={amount} onChange={(event) => setAmount(event.target.value)} />
          </Field>
          <Field label="Currency">
            <NativeSelect value={currency} onChange={(event) => chooseCurrency(event.target.value)}>
              {CURRENCIES.map((code) => (
                <option key={code}>{code}</option>
              ))}
            </NativeSelect>
          </Field>
        </div>
      </form>
    </Dialog>
  );
}
