'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { byField, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';

type ChangeClass = 'breaking' | 'clarifying' | 'editorial';

const CLASSES: { value: ChangeClass; label: string }[] = [
  { value: 'clarifying', label: 'It clarifies' },
  { value: 'breaking', label: 'It changes a rule' },
  { value: 'editorial', label: 'It is wording only' },
];

/** The fields by the names that the server has for them. */
const TITLE = 'edgeCase.title';
const DESCRIPTION = 'edgeCase.description';

type ClarifyProps = {
  /** What becomes a clarification: an edge case, or the answer to one question, with what was answered already. */
  of: { batchId: string; alertId: string } | { batchId: string; flagId: string; reply: string | null };
};

/** Puts what to do in a case into the next version of the protocol, and says first what that means for labels made before. */
export function Clarify({ of }: ClarifyProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [title, setTitle] = useState('');
  const [description, setDescription] = useState('flagId' in of ? (of.reply ?? '') : '');
  const [changeClass, setChangeClass] = useState<ChangeClass>('clarifying');
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const wrong = byField(problems);
  const impact = useQuery(trpc.work.changeImpact.queryOptions({ batchId: of.batchId }, { enabled: isOpen }));
  const after = {
    onSuccess: ({ version }: { version: number }) => {
      setIsOpen(false);
      toast.success(`Put into the draft of protocol v${version}. Both leads sign it.`);
      router.refresh();
    },
    onError: (error: unknown) => setProblems(refusalProblems(error)),
  };
  const clarifyAlert = useMutation(trpc.work.clarifyAlert.mutationOptions(after));
  const clarifyFlag = useMutation(trpc.work.clarifyFlag.mutationOptions(after));
  const send = () => {
    const said = { changeClass, edgeCase: { title: title.trim(), description: description.trim() } };
    if ('flagId' in of) clarifyFlag.mutate({ batchId: of.batchId, flagId: of.flagId, ...said });
    else clarifyAlert.mutate({ ...of, ...said });
  };
  const answersToo = 'flagId' in of && of.reply === null;
  return (
    <Dialog
      title="Make it a clarification"
      description="An example in the next version of the protocol. It binds readers once both leads have signed."
      open={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setProblems([]);
      }}
      trigger={
        'flagId' in of ? (
          <Button size="sm">Make it a clarification</Button>
        ) : (
          <Button variant="primary">Make it a clarification</Button>
        )
      }
    >
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const found = [
            ...(title.trim() === '' ? [{ name: TITLE, message: 'Give the example a title.' }] : []),
            ...(description.trim() === ''
              ? [{ name: DESCRIPTION, message: 'Say what to do in such a case.' }]
              : []),
          ];
          setProblems(found);
          if (found.length === 0) send();
        }}
      >
        <FormErrorSummary problems={problems} />
        <Field label="Title" name={TITLE} error={wrong[TITLE]}>
          <Input maxLength={200} value={title} onChange={(event) => setTitle(event.target.value)} />
        </Field>
        <Field
          label="What to do in such a case"
          name={DESCRIPTION}
          hint={
            answersToo ? 'No patient data. Whoever asked is told this as the answer.' : 'No patient data.'
          }
          error={wrong[DESCRIPTION]}
        >
          <Textarea
            rows={4}
            maxLength={10_000}
            value={description}
            onChange={(event) => setDescription(event.target.value)}
          />
        </Field>
        <Field label="What it means for labels made before" name="edge-class">
          <RadioCards
            options={CLASSES.map((one) => {
              const cases = impact.data?.relabel.find((row) => row.changeClass === one.value)?.cases;
              return { ...one, hint: cases === undefined ? '…' : relabelWords(cases) };
            })}
            value={changeClass}
            onValueChange={(value) =>
              setChangeClass(CLASSES.find((one) => one.value === value)?.value ?? 'clarifying')
            }
          />
        </Field>
        <p className="text-ink-3 text-sm">
          {impact.data
            ? `${counted(impact.data.labels, 'read')} in ${counted(impact.data.batches.length, 'batch', 'batches')} made under the version of this batch. Cases that are still being read come to it as they settle.`
            : impact.error
              ? impact.error.message
              : 'Counting what it touches …'}
        </p>
        <div>
          <Button type="submit" variant="primary" pending={clarifyAlert.isPending || clarifyFlag.isPending}>
            Put it into the protocol’s draft
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

const relabelWords = (cases: number) =>
  cases === 0
    ? 'No case is read again'
    : `About ${cases.toLocaleString('en')} ${cases === 1 ? 'case' : 'cases'} to read again, in a relabel batch you decide on`;
