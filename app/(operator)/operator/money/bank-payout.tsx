'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { toast } from '#app/_ui/toast.ts';

/** Records the reference of a bank transfer that was made. */
export function BankPayout({ payoutId, name }: { payoutId: string; name: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setOpen] = useState(false);
  const [error, setError] = useState<string>();
  const record = useMutation(
    trpc.payouts.recordBankPayout.mutationOptions({
      onSuccess: () => {
        setOpen(false);
        toast.success('Bank transfer recorded');
        router.refresh();
      },
      onError: (problem) => setError(problem.message),
    }),
  );
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    record.mutate({
      payoutId,
      bankReference: String(new FormData(event.currentTarget).get('bankReference') ?? ''),
    });
  };
  return (
    <Dialog
      title={`Transfer to ${name}`}
      open={isOpen}
      onOpenChange={setOpen}
      trigger={<Button size="sm">Record reference</Button>}
    >
      <form onSubmit={send} className="flex flex-col gap-4">
        {/* Without a name: the page's own form has a field of that name, and ids are one of a kind. */}
        <Field label="Bank reference" error={error}>
          <Input name="bankReference" required minLength={3} maxLength={140} />
        </Field>
        <div>
          <Button type="submit" variant="primary" pending={record.isPending}>
            Record transfer
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
