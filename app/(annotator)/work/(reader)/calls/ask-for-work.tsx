'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { byField, formProblems, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { applyInput } from '#server/staffing/offer-schemas.ts';

/** Asks a sponsor for work in an open call; they answer with an offer or turn it down. */
export function AskForWork({ callId, title }: { callId: string; title: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [statement, setStatement] = useState('');
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const apply = useMutation(
    trpc.staffing.applyForWork.mutationOptions({
      onSuccess: () => {
        setIsOpen(false);
        toast.success('Sent to the sponsor.');
        router.refresh();
      },
      onError: (error) => setProblems(refusalProblems(error)),
    }),
  );
  return (
    <Dialog
      title={`Ask for work in “${title}”`}
      description="The sponsor sees your name, your credentials’ state and your score, and this."
      trigger={<Button size="sm">Ask for work</Button>}
      open={isOpen}
      onOpenChange={setIsOpen}
      footer={
        <Button
          variant="primary"
          pending={apply.isPending}
          onClick={() => {
            const parsed = applyInput.safeParse({ callId, statement });
            setProblems(parsed.success ? [] : formProblems(parsed.error));
            if (parsed.success) apply.mutate(parsed.data);
          }}
        >
          Send to the sponsor
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <FormErrorSummary problems={problems} />
        <Field label="What you would bring" name="statement" error={byField(problems).statement}>
          <Textarea rows={4} value={statement} onChange={(event) => setStatement(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}
