'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';

/** A vendor gives up a pilot that it can't finish; what was read is kept and paid (R14). */
export function AbandonPilot({ pilotId, project }: { pilotId: string; project: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<string>();
  const abandon = useMutation(
    trpc.pilots.abandon.mutationOptions({
      onSuccess: () => {
        setIsOpen(false);
        toast.success('The pilot is given up. What was read is paid.');
        router.refresh();
      },
      onError: (error) => setProblem(error.message),
    }),
  );
  const give = () => {
    if (reason.trim().length < 10) setProblem('Say why, in a sentence; the sponsor reads it.');
    else abandon.mutate({ pilotId, reason: reason.trim() });
  };
  return (
    <Dialog
      title="Give up this pilot"
      description={`Nobody claims any more cases of ${project}. Cases that are on a screen may be finished; everything read is paid. The sponsor decides on what there is.`}
      trigger={<Button size="sm">Give up…</Button>}
      open={isOpen}
      onOpenChange={setIsOpen}
      footer={
        <Button variant="danger" pending={abandon.isPending} onClick={give}>
          Give up pilot
        </Button>
      }
    >
      <Field label="Reason" name="reason" hint="The sponsor reads it." error={problem}>
        <Textarea rows={3} value={reason} onChange={(event) => setReason(event.target.value)} />
      </Field>
    </Dialog>
  );
}
