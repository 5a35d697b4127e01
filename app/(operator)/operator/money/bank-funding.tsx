'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { readForm, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { toast } from '#app/_ui/toast.ts';
import { AppError } from '#server/core/errors.ts';
import { isId } from '#server/core/ids.ts';
import { parseMoney } from '#server/core/money.ts';

/** Books a bank transfer to a project, once per reference. */
export function BankFunding() {
  const trpc = useTRPC();
  const router = useRouter();
  const [problems, setProblems] = useState<FormProblem[]>([]);
  const record = useMutation(
    trpc.payouts.recordBankFunding.mutationOptions({
      onSuccess: () => {
        toast.success('Bank transfer booked');
        setProblems([]);
        router.refresh();
      },
      onError: (error) => setProblems(refusalProblems(error)),
    }),
  );
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = readForm(event.currentTarget) as Record<string, string>;
    const projectId = (values.projectId ?? '').trim();
    if (!isId(projectId)) {
      setProblems([
        {
          name: 'projectId',
          message: 'Copy the whole project id, as it is on the transfer or the money page.',
        },
      ]);
      return;
    }
    try {
      // Only the id names the project here; every currency that projects are paid in has two decimals.
      const { amountMinor } = parseMoney(values.amount ?? '', 'USD');
      record.mutate({
        projectId,
        amountMinor,
        bankReference: values.bankReference ?? '',
      });
    } catch (error) {
      setProblems([
        {
          name: 'amount',
          message: error instanceof AppError ? error.message : 'Write the amount, for example 1200.00.',
        },
      ]);
    }
  };
  const errorOf = (name: string) => problems.find((problem) => problem.name === name)?.message;
  return (
    <form onSubmit={send} noValidate className="flex flex-col gap-4">
      <FormErrorSummary problems={problems} />
      <Field
        label="Project id"
        name="projectId"
        hint="The sponsor finds it on the project’s money page and writes it on the transfer."
        error={errorOf('projectId')}
      >
        <Input name="projectId" required />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Amount" name="amount" error={errorOf('amount') ?? errorOf('amountMinor')}>
          <Input name="amount" inputMode="decimal" required />
        </Field>
        <Field label="Bank reference" name="bankReference" error={errorOf('bankReference')}>
          <Input name="bankReference" required />
        </Field>
      </div>
      <div>
        <Button type="submit" variant="primary" pending={record.isPending}>
          Book transfer
        </Button>
      </div>
    </form>
  );
}
