'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { byField, formProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { toast } from '#app/_ui/toast.ts';
import { counted, quarantinedWords } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { NumberField } from '#app/(sponsor)/sponsor/_parts/number-field.tsx';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { createBatchInput } from '#server/work/schemas.ts';
import type { ApartChoices } from './batch-line.ts';
import { NO_SPLIT } from './case-choice.ts';
import { OtherPeople } from './keep-apart.tsx';
import { type PanelBatchValues, toPanelBatchInput } from './panel-batch-values.ts';

export type PanelBatchFormProps = {
  projectId: string;
  datasets: readonly { id: string; name: string; caseCount: number; splits: readonly string[] }[];
  panel: { needed: number; readers: readonly { name: string }[] };
  /** Batches whose people may be kept apart from the panel of this one. */
  apart: ApartChoices;
  /** Panel batches of the project so far. */
  made: number;
};

const WORDS: Record<string, string> = {
  overlap: 'Readers per case are a whole number.',
  caseLimit: 'Cases are a whole number from 1 to 200,000.',
};

/** A batch the sponsor's own panel reads blind, from which gold is proposed (R7); nobody is paid through it. */
export function PanelBatchForm({ projectId, datasets, panel, apart, made }: PanelBatchFormProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [values, setValues] = useState<PanelBatchValues>({
    name: made === 0 ? 'Panel' : `Panel ${made + 1}`,
    datasetId: datasets[0]?.id ?? '',
    split: '',
    cases: '',
    overlap: String(Math.max(panel.needed, panel.readers.length)),
    apartFromBatchIds: [],
  });
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const set = (part: Partial<typeof values>) => setValues((before) => ({ ...before, ...part }));
  const create = useMutation(
    trpc.work.createBatch.mutationOptions({
      onSuccess: ({ batchId, quarantined }) => {
        toast.success(`The draft is made. Open it when the panel can start.${quarantinedWords(quarantined)}`);
        router.push(`/sponsor/projects/${projectId}/batches/${batchId}`);
      },
    }),
  );

  function submit(event: FormEvent) {
    event.preventDefault();
    const parsed = createBatchInput.safeParse(toPanelBatchInput(projectId, values));
    const found = parsed.success
      ? []
      : formProblems(parsed.error).map(({ name, message }) => ({
          name,
          message: WORDS[name ?? ''] ?? message,
        }));
    if (parsed.success && (parsed.data.overlap ?? 0) < panel.needed) {
      found.push({
        name: 'overlap',
        message: `Gold for this use needs at least ${panel.needed} readers per case.`,
      });
    }
    setProblems(found);
    if (parsed.success && found.length === 0) create.mutate(parsed.data);
  }

  const wrong = byField(problems);
  const splits = datasets.find((one) => one.id === values.datasetId)?.splits ?? [];
  return (
    <form noValidate onSubmit={submit} className="flex max-w-[720px] flex-col gap-5">
      <FormErrorSummary problems={problems} />
      <Refusal error={create.error} title="The batch was not made." />
      <Field label="Name" name="name" error={wrong.name}>
        <Input value={values.name} onChange={(event) => set({ name: event.target.value })} />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Cases from" name="datasetId" error={wrong.datasetId}>
          <NativeSelect
            value={values.datasetId}
            onChange={(event) => set({ datasetId: event.target.value, split: '' })}
          >
            {datasets.map(({ id, name, caseCount }) => (
              <option key={id} value={id}>
                {name} ({counted(caseCount, 'case')})
              </option>
            ))}
          </NativeSelect>
        </Field>
        {splits.length === 0 ? null : (
          <Field label="Split" name="split" hint="A batch draws from one split." error={wrong.split}>
            <NativeSelect value={values.split} onChange={(event) => set({ split: event.target.value })}>
              <option value="">Choose a split</option>
              {splits.map((split) => (
                <option key={split} value={split}>
                  {split}
                </option>
              ))}
              <option value={NO_SPLIT}>Cases without a split</option>
            </NativeSelect>
          </Field>
        )}
        <NumberField
          label="Cases, at most"
          name="caseLimit"
          optional
          hint="The first of the dataset; empty is all."
          suffix="cases"
          error={wrong.caseLimit}
          value={values.cases}
          onChange={(cases) => set({ cases })}
        />
        <NumberField
          label="Readers per case"
          name="overlap"
          hint={`At least ${panel.needed} for this use; the panel has ${counted(panel.readers.length, 'reader')}.`}
          suffix="reads"
          error={wrong.overlap}
          value={values.overlap}
          onChange={(overlap) => set({ overlap })}
        />
      </div>
      <OtherPeople
        projectId={projectId}
        {...apart}
        chosen={values.apartFromBatchIds}
        onChange={(apartFromBatchIds) => set({ apartFromBatchIds })}
      />
      <p className="prose-width text-ink-2 text-sm">
        {panel.readers.length === 0
          ? 'Nobody is on the panel yet; add readers on the Gold tab.'
          : `${panel.readers.map((reader) => reader.name).join(', ')} read blind: nobody sees another’s answers. Nothing is paid through this batch, and no fee is due.`}
      </p>
      <div>
        <Button type="submit" variant="primary" pending={create.isPending}>
          Create draft batch
        </Button>
      </div>
    </form>
  );
}
