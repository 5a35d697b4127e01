'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FileDrop } from '#app/_ui/file-drop.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { readPriorities } from './claim-rule-words.ts';

/** Active learning: cases that a model is least sure of are read next. Pasted or from a CSV file. */
export function BringForward({ batchId }: { batchId: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const bring = useMutation(
    trpc.work.prioritise.mutationOptions({
      onSuccess: ({ cases, reads }) => {
        toast.success(
          `${cases} ${cases === 1 ? 'case comes' : 'cases come'} next, with ${reads} open reads.`,
        );
        setIsOpen(false);
        setText('');
        router.refresh();
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = readPriorities(text);
    setProblem('problem' in read ? read.problem : null);
    if ('cases' in read) bring.mutate({ batchId, cases: read.cases });
  };
  return (
    <Dialog
      title="Bring cases forward"
      description="Their open reads come before all others, the highest number first. Cases being read stay where they are."
      open={isOpen}
      onOpenChange={setIsOpen}
      trigger={<Button>Bring cases forward</Button>}
    >
      <form noValidate onSubmit={submit} className="flex flex-col gap-4">
        <Refusal error={bring.error} title="Nothing was changed." />
        <Field
          label="Cases"
          name="cases"
          hint="One a line: the case’s name as in your dataset and, after a comma, a number. Without numbers the order counts."
          {...(problem === null ? {} : { error: problem })}
        >
          <Textarea
            rows={8}
            spellCheck={false}
            className="font-mono"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </Field>
        <FileDrop
          accept=".csv,text/csv,text/plain"
          hint="Or a CSV file with the columns case and priority."
          onFiles={(files) => void files[0]?.text().then(setText)}
        />
        <div>
          <Button type="submit" variant="primary" pending={bring.isPending}>
            Bring forward
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
