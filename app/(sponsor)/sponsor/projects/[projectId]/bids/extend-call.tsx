'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { byField, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';

/** Moves the end of the call to later; every bidder is told why. */
export function ExtendCall({ callId, closesAt }: { callId: string; closesAt: Date }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [until, setUntil] = useState(closesAt.toISOString().slice(0, 16));
  const [reason, setReason] = useState('');
  const [wrong, setWrong] = useState<Partial<Record<string, string>>>({});
  const extend = useMutation(
    trpc.bids.extendCall.mutationOptions({
      onSuccess: () => {
        setOpen(false);
        toast.success('The end is moved; every bidder is told.');
        router.refresh();
      },
      onError: (error) => {
        const problems = refusalProblems(error);
        setWrong({ reason: problems.find((one) => !one.name)?.message, ...byField(problems) });
      },
    }),
  );
  function send() {
    const to = new Date(`${until}:00Z`);
    const problems = {
      ...(Number.isNaN(to.getTime()) ? { closesAt: 'Choose a day and a time.' } : {}),
      ...(reason.trim().length < 3 ? { reason: 'Say why, in a sentence; bidders read it.' } : {}),
    };
    setWrong(problems);
    if (Object.keys(problems).length === 0) extend.mutate({ callId, closesAt: to, reason });
  }
  return (
    <Dialog
      size="sm"
      title="Move the end of the call"
      description="To later only. Every bidder gets a note and a mail with the new end."
      open={open}
      onOpenChange={setOpen}
      trigger={<Button>Move end</Button>}
      footer={
        <Button variant="primary" pending={extend.isPending} onClick={send}>
          Move end
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label="Bids are taken until" hint="In UTC." error={wrong.closesAt}>
          <Input type="datetime-local" value={until} onChange={(event) => setUntil(event.target.value)} />
        </Field>
        <Field label="Why" error={wrong.reason}>
          <Textarea rows={2} value={reason} onChange={(event) => setReason(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}
