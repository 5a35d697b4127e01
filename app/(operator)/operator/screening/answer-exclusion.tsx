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
import { answerExclusionInput } from '#server/registers/schemas.ts';

export type AnswerExclusionProps = { hitId: string; name: string; isObjectedTo: boolean };

/** Lifts an exclusion, or upholds it against an objection; each with a reason that the person reads. */
export function AnswerExclusion(props: AnswerExclusionProps) {
  return (
    <div className="flex gap-2">
      <Answer {...props} decision="lifted" />
      {props.isObjectedTo ? <Answer {...props} decision="upheld" /> : null}
    </div>
  );
}

function Answer({ hitId, name, decision }: AnswerExclusionProps & { decision: 'lifted' | 'upheld' }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const answer = useMutation(
    trpc.registers.answer.mutationOptions({
      onSuccess: () => {
        setIsOpen(false);
        toast.success(
          decision === 'lifted' ? `${name} can read again.` : 'The exclusion stands; they are told why.',
        );
        router.refresh();
      },
      onError: (error) => setProblems(refusalProblems(error)),
    }),
  );
  const verb = decision === 'lifted' ? 'Lift exclusion' : 'Uphold';
  return (
    <Dialog
      title={decision === 'lifted' ? `Lift the exclusion of ${name}` : `Uphold the exclusion of ${name}`}
      description={
        decision === 'lifted'
          ? 'They can claim work again at once.'
          : 'It stands. Only somebody else than who confirmed it may say so.'
      }
      trigger={<Button size="sm">{verb}</Button>}
      open={isOpen}
      onOpenChange={setIsOpen}
      footer={
        <Button
          variant="primary"
          pending={answer.isPending}
          onClick={() => {
            const parsed = answerExclusionInput.safeParse({ hitId, decision, reason });
            setProblems(parsed.success ? [] : formProblems(parsed.error));
            if (parsed.success) answer.mutate(parsed.data);
          }}
        >
          {verb}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <FormErrorSummary problems={problems} />
        <Field label="Reason" name="reason" hint="The person reads it" error={byField(problems).reason}>
          <Textarea rows={3} value={reason} onChange={(event) => setReason(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}
