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

/** Takes a notice off the list with what was done about it, which stays in the audit trail. */
export function SettleNotice({ eventId }: { eventId: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setOpen] = useState(false);
  const [error, setError] = useState<string>();
  const settle = useMutation(
    trpc.payouts.settleRailNotice.mutationOptions({
      onSuccess: () => {
        setOpen(false);
        toast.success('Dealt with');
        router.refresh();
      },
      onError: (problem) => setError(problem.message),
    }),
  );
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    settle.mutate({ eventId, done: String(new FormData(event.currentTarget).get('done') ?? '') });
  };
  return (
    <Dialog
      title="What was done about it"
      open={isOpen}
      onOpenChange={setOpen}
      trigger={<Button size="sm">Dealt with</Button>}
    >
      <form onSubmit={send} className="flex flex-col gap-4">
        <Field label="In a few words" name="done" hint="Kept in the audit trail." error={error}>
          <Input name="done" required minLength={3} maxLength={500} />
        </Field>
        <div>
          <Button type="submit" variant="primary" pending={settle.isPending}>
            Take off the list
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
