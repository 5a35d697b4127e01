'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { Clarify } from './clarify.tsx';

type EdgeCaseProps = { batchId: string; alertId: string };
/** Decides on an edge case: an example in the next version of the protocol, or nothing, with the reason. */
export function DecideEdgeCase({ batchId, alertId }: EdgeCaseProps) {
  return (
    <div className="flex flex-wrap gap-2">
      <Clarify of={{ batchId, alertId }} />
      <Dismiss batchId={batchId} alertId={alertId} />
    </div>
  );
}

function Dismiss({ batchId, alertId }: EdgeCaseProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [note, setNote] = useState('');
  const [problem, setProblem] = useState<string>();
  const dismiss = useMutation(
    trpc.work.dismissAlert.mutationOptions({
      onSuccess: () => {
        setIsOpen(false);
        router.refresh();
      },
      onError: (error) => setProblem(error.message),
    }),
  );
  return (
    <Dialog
      title="Leave the protocol as it is"
      open={isOpen}
      onOpenChange={setIsOpen}
      trigger={<Button>Leave the protocol as it is</Button>}
    >
      <form
        className="flex flex-col items-start gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const text = note.trim();
          setProblem(text === '' ? 'Say why the protocol stays as it is.' : undefined);
          if (text !== '') dismiss.mutate({ batchId, alertId, note: text });
        }}
      >
        <Field label="Why" name="dismiss-note" error={problem} className="w-full">
          <Textarea
            rows={3}
            maxLength={4000}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        </Field>
        <Button type="submit" pending={dismiss.isPending}>
          Close the alert
        </Button>
      </form>
    </Dialog>
  );
}
