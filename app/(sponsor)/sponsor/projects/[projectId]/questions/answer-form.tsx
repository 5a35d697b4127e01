'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';

type AnswerFormProps = { batchId: string; flagId: string; dueAt: Date | null };

/** The answer to one reader; whoever asked is told, and is never named here. */
export function AnswerForm({ batchId, flagId, dueAt }: AnswerFormProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [note, setNote] = useState('');
  const [problem, setProblem] = useState<string>();
  const answer = useMutation(
    trpc.work.answerFlag.mutationOptions({
      onSuccess: () => {
        toast.success('Answered. The reader is told.');
        router.refresh();
      },
      onError: (error) => setProblem(error.message),
    }),
  );
  return (
    <form
      className="flex flex-col items-start gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        const text = note.trim();
        setProblem(text === '' ? 'Write the answer.' : undefined);
        if (text !== '') answer.mutate({ batchId, flagId, note: text });
      }}
    >
      <Field
        label="Your answer"
        name={`answer-${flagId}`}
        hint="No patient data."
        error={problem}
        className="w-full"
      >
        <Textarea rows={3} maxLength={4000} value={note} onChange={(event) => setNote(event.target.value)} />
      </Field>
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" pending={answer.isPending}>
          Send the answer
        </Button>
        {dueAt === null ? null : (
          <span className="text-ink-3 text-xs">
            due <DateTime at={dueAt} />
          </span>
        )}
      </div>
    </form>
  );
}
