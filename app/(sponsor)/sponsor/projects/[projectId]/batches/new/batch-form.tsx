'use client';

import { useMutation } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { byField, formProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { formatMoney } from '#app/_ui/format-money.ts';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { OverlapPart } from '#app/(sponsor)/sponsor/projects/_form/overlap-part.tsx';
import { problemWords } from '#app/(sponsor)/sponsor/projects/_form/problem-words.ts';
import { tierValues, toOverlapRule } from '#app/(sponsor)/sponsor/projects/_form/tier-values.ts';
import { percentOf } from '#server/core/money.ts';
import { NO_TIERS, type OverlapRule } from '#server/projects/tier-schemas.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import { createBatchInput } from '#server/work/schemas.ts';

type GoldMode = 'none' | 'dealt' | 'embedded';
type Method = 'majority' | 'dawid_skene' | 'auto';

export type BatchFormProps = {
  projectId: string;
  awards: inferRouterOutputs<AppRouter>['analytics']['awards'];
  datasets: readonly { id: string; name: string; caseCount: number }[];
  /** A test reference has the same reads for every case (R5). */
  isReference: boolean;
  policy: {
    overlap: number;
    overlapRule: OverlapRule;
    goldMode: GoldMode;
    goldShareBasisPoints: number;
    reviewShareBasisPoints: number;
    consensusMethod: Method;
  };
};

const WORDS: Record<string, string> = {
  overlap: 'Reads per case are a whole number from 1 to 100.',
  goldShareBasisPoints: 'The gold share is between 0 % and 50 %.',
  reviewShareBasisPoints: 'The review share is between 0 % and 100 %.',
};

/** A production batch; it starts from the project's quality policy and the award's price. */
export function BatchForm({ projectId, awards, datasets, isReference, policy }: BatchFormProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [values, setValues] = useState(() => ({
    name: `Production ${1 + Math.max(0, ...awards.map((award) => award.batches))}`,
    contractId: awards[0]?.contractId ?? '',
    datasetId: datasets[0]?.id ?? '',
    split: '',
    overlap: String(policy.overlap),
    ...tierValues({ ...NO_TIERS, overlapRule: policy.overlapRule }),
    goldMode: policy.goldMode,
    goldShare: String(policy.goldShareBasisPoints / 100),
    reviewShare: String(policy.reviewShareBasisPoints / 100),
    consensusMethod: policy.consensusMethod,
  }));
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const set = (part: Partial<typeof values>) => setValues((before) => ({ ...before, ...part }));
  const create = useMutation(
    trpc.work.createBatch.mutationOptions({
      onSuccess: ({ batchId }) => {
        toast.success('The draft is made. Open it when you are ready.');
        router.push(`/sponsor/projects/${projectId}/batches/${batchId}`);
      },
    }),
  );
  const award = awards.find((one) => one.contractId === values.contractId);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!award) return;
    const parsed = createBatchInput.safeParse({
      projectId,
      datasetId: values.datasetId,
      name: values.name,
      kind: 'production',
      contractId: award.contractId,
      vendorOrgId: award.vendorOrgId,
      ...(values.split.trim() === '' ? {} : { split: values.split.trim() }),
      overlap: Number(values.overlap || 'x'),
      overlapRule: toOverlapRule(values),
      goldMode: values.goldMode,
      ...(values.goldMode === 'dealt'
        ? { goldShareBasisPoints: Math.round(Number(values.goldShare || 'x') * 100) }
        : {}),
      reviewShareBasisPoints: Math.round(Number(values.reviewShare || 'x') * 100),
      consensusMethod: values.consensusMethod,
      pricePerReadMinor: award.pricePerReadMinor,
      feeBasisPoints: award.feeBasisPoints,
    });
    setProblems(
      parsed.success
        ? []
        : formProblems(parsed.error).map(({ name, message }) => ({
            name,
            message: WORDS[name ?? ''] ?? problemWords(name ?? '', message),
          })),
    );
    if (parsed.success) create.mutate(parsed.data);
  }

  const wrong = byField(problems);
  return (
    <form noValidate onSubmit={submit} className="flex max-w-[720px] flex-col gap-5">
      <FormErrorSummary problems={problems} />
      <Refusal error={create.error} title="The batch was not made." />
      <Field label="Name" name="name" error={wrong.name}>
        <Input value={values.name} onChange={(event) => set({ name: event.target.value })} />
      </Field>
      <Field label="Under the award of" name="contractId" error={wrong.contractId}>
        <NativeSelect value={values.contractId} onChange={(event) => set({ contractId: event.target.value })}>
          {awards.map((one) => (
            <option key={one.contractId} value={one.contractId}>
              {one.vendor} · {one.shareBasisPoints / 100} % of the work ·{' '}
              {formatMoney({ amountMinor: one.pricePerReadMinor, currency: one.currency }).full} a read
            </option>
          ))}
        </NativeSelect>
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Cases from" name="datasetId" error={wrong.datasetId}>
          <NativeSelect value={values.datasetId} onChange={(event) => set({ datasetId: event.target.value })}>
            {datasets.map(({ id, name, caseCount }) => (
              <option key={id} value={id}>
                {name} ({caseCount.toLocaleString('en')} cases)
              </option>
            ))}
          </NativeSelect>
        </Field>
        <Field label="Only the split" name="split" optional hint="As named in the dataset; empty is all.">
          <Input value={values.split} onChange={(event) => set({ split: event.target.value })} />
        </Field>
        <Field label="Reads per case" name="overlap" error={wrong.overlap}>
          <Input
            inputMode="numeric"
            suffix="reads"
            value={values.overlap}
            onChange={(event) => set({ overlap: event.target.value })}
          />
        </Field>
        <Field
          label="Reviewed share"
          name="reviewShareBasisPoints"
          hint="Chosen by chance; a reviewer sees the reads without names."
          error={wrong.reviewShareBasisPoints}
        >
          <Input
            inputMode="decimal"
            suffix="%"
            value={values.reviewShare}
            onChange={(event) => set({ reviewShare: event.target.value })}
          />
        </Field>
      </div>
      <Field label="Gold" name="goldMode">
        <RadioCards
          columns={3}
          value={values.goldMode}
          onValueChange={(goldMode) => set({ goldMode: goldMode as GoldMode })}
          options={[
            { value: 'dealt', label: 'Dealt in', hint: 'Hidden gold at a share of the reads.' },
            { value: 'embedded', label: 'Among the cases', hint: 'Gold cases at full overlap.' },
            { value: 'none', label: 'None', hint: 'Accuracy stays unknown.' },
          ]}
        />
      </Field>
      {values.goldMode === 'dealt' ? (
        <Field label="Share of gold" name="goldShareBasisPoints" error={wrong.goldShareBasisPoints}>
          <Input
            inputMode="decimal"
            suffix="%"
            className="sm:max-w-40"
            value={values.goldShare}
            onChange={(event) => set({ goldShare: event.target.value })}
          />
        </Field>
      ) : null}
      <Field label="How final labels are made" name="consensusMethod">
        <RadioCards
          columns={2}
          value={values.consensusMethod}
          onValueChange={(method) => set({ consensusMethod: method as Method })}
          options={[
            {
              value: 'majority',
              label: 'Majority',
              hint: 'Settled as soon as a case has its reads; ties go to the panel.',
            },
            {
              value: 'dawid_skene',
              label: 'Dawid–Skene',
              hint: 'Weighs readers by their errors; waits until the reading is over.',
            },
            {
              value: 'auto',
              label: 'Best on gold',
              hint: 'Takes what is most often right on gold, and says why; waits until the reading is over.',
            },
          ]}
        />
      </Field>
      <OverlapPart
        values={values}
        overlap={Number(values.overlap)}
        levels={5}
        cases={datasets.find((one) => one.id === values.datasetId)?.caseCount ?? 0}
        isReference={isReference}
        prefix=""
        error={(name) => wrong[name]}
        onChange={set}
        {...(award ? { cost: (reads: number) => costOf(award, reads) } : {})}
      />
      <p className="prose-width text-ink-3 text-sm">
        Opening reserves more, for gold, review, the panel and checks; what is not spent comes back.
      </p>
      <div>
        <Button type="submit" variant="primary" pending={create.isPending}>
          Create draft batch
        </Button>
      </div>
    </form>
  );
}

/** What so many reads cost with the fee, which is locked read by read (R2), so rounded there and not on the sum. */
function costOf(award: BatchFormProps['awards'][number], reads: number): string {
  const perRead = award.pricePerReadMinor + percentOf(award.pricePerReadMinor, award.feeBasisPoints);
  return formatMoney({ amountMinor: perRead * BigInt(reads), currency: award.currency }).full;
}
