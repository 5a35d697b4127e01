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
import { answerCheckInput } from '#server/credentials/verification-schemas.ts';

/** The right to be heard: what the holder says to a finding goes back to the desk. */
export function AnswerFinding({ credentialId, title }: { credentialId: string; title: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [statement, setStatement] = useState('');
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const answer = useMutation(
    trpc.credentials.answer.mutationOptions({
      onSuccess: () => {
        setIsOpen(false);
        toast.success('Your answer is with the operators.');
        router.refresh();
      },
      onError: (error) => setProblems(refusalProblems(error)),
    }),
  );
  return (
    <Dialog
      title="Answer the finding"
      description={`${title}: an operator looks at it again; an adverse finding, another one than before.`}
      trigger={<Button size="sm">Answer the finding</Button>}
      open={isOpen}
      onOpenChange={setIsOpen}
      footer={
        <Button
          variant="primary"
          pending={answer.isPending}
          onClick={() => {
            const parsed = answerCheckInput.safeParse({ credentialId, statement });
            setProblems(parsed.success ? [] : formProblems(parsed.error));
            if (parsed.success) answer.mutate(parsed.data);
          }}
        >
          Send answer
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-base text-ink-2">
          Say what is wrong, and add a document to the credential if you have one.
        </p>
        <FormErrorSummary problems={problems} />
        <Field label="What is wrong with it" name="statement" error={byField(problems).statement}>
          <Textarea rows={5} value={statement} onChange={(event) => setStatement(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}
