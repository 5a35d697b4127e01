'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { byField, formProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { toast } from '#app/_ui/toast.ts';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { NumberField, requiredNumber } from '#app/(sponsor)/sponsor/_parts/number-field.tsx';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { repeatsInput } from '#server/work/schemas.ts';

/** How steady is a reader: the same cases once more by the same person, some days later (R23). */
export function AskRepeats({ batchId, aliases }: { batchId: string; aliases: readonly string[] }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [values, setValues] = useState({ alias: aliases[0] ?? '', rounds: '2', afterDays: '14' });
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const set = (part: Partial<typeof values>) => setValues((before) => ({ ...before, ...part }));
  const ask = useMutation(
    trpc.work.requestRepeats.mutationOptions({
      onSuccess: ({ added }) => {
        toast.success(
          added === 0
            ? `${values.alias} reads that often already.`
            : `Asked. Up to ${counted(added, 'repeat')} of ${values.alias} are reserved and paid like any read.`,
        );
        setIsOpen(false);
        router.refresh();
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = repeatsInput.safeParse({
      batchId,
      alias: values.alias,
      rounds: requiredNumber(values.rounds),
      afterDays: requiredNumber(values.afterDays),
    });
    setProblems(parsed.success ? [] : formProblems(parsed.error));
    if (parsed.success) ask.mutate(parsed.data);
  };
  const wrong = byField(problems);
  return (
    <Dialog
      title="Ask a reader for repeats"
      description="The same person reads what they read here once more, blind to their first answer. It shows how steady they are; what is not used of the money comes back."
      open={isOpen}
      onOpenChange={setIsOpen}
      trigger={<Button>Ask for repeats</Button>}
    >
      <form noValidate onSubmit={submit} className="flex flex-col gap-4">
        <FormErrorSummary problems={problems} />
        <Refusal error={ask.error} title="Nothing was asked." />
        <Field label="Reader" name="alias" error={wrong.alias}>
          <NativeSelect value={values.alias} onChange={(event) => set({ alias: event.target.value })}>
            {aliases.map((alias) => (
              <option key={alias} value={alias}>
                {alias}
              </option>
            ))}
          </NativeSelect>
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Each case is read" name="rounds" error={wrong.rounds}>
            <NativeSelect value={values.rounds} onChange={(event) => set({ rounds: event.target.value })}>
              <option value="2">twice in all</option>
              <option value="3">three times in all</option>
            </NativeSelect>
          </Field>
          <NumberField
            label="Again after"
            name="afterDays"
            suffix="days"
            error={wrong.afterDays}
            value={values.afterDays}
            onChange={(afterDays) => set({ afterDays })}
          />
        </div>
        <div>
          <Button type="submit" variant="primary" pending={ask.isPending}>
            Ask for repeats
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
