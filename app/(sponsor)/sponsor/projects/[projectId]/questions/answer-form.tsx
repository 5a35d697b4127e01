'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';

type AnswerFormProps = { batchId: string; flagId: string };

/** The answer to one reader; whoever asked is told, and is never named here. */
export function AnswerForm({ batchId, flagId }: AnswerFormProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [note, setNote] = useState('');
  const [problem, setProblem] = useState<string>();
  const [isOpen, setIsOpen] = useState(false);
  const answer = useMutation(
    trpc.work.answerFlag.mutationOptions({
      onSuccess: () => {
        toast.success('Answered. The reader is told.');
        router.refresh();
      },
      onError: (error) => setProblem(error.message),
    }),
  );
  if (!isOpen)
    return (
      <div>
        <Button size="sm" onClick={() => setIsOpen(true)}>
          Answer
        </Button>
      </div>
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
        <Textarea
          autoFocus
          rows={3}
          maxLength={4000}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </Field>
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant="primary" pending={answer.isPending}>
          Send the answer
        </Button>
        <Button variant="quiet" onClick={() => setIsOpen(false)}>
          Not now
        </Button>
      </div>
    </form>
  );
}
