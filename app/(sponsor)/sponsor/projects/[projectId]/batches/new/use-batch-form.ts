'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { byField, formProblems, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import type { FormProblem } from '#app/_ui/form-error-summary.tsx';
import { toast } from '#app/_ui/toast.ts';
import { quarantinedWords } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { problemWords } from '#app/(sponsor)/sponsor/projects/_form/problem-words.ts';
import { tierValues } from '#app/(sponsor)/sponsor/projects/_form/tier-values.ts';
import { createBatchInput, LEASE_SECONDS, PREFETCH } from '#server/work/schemas.ts';
import type { BatchFormProps } from './batch-form.tsx';
import {
  type Award,
  type BatchValues,
  DIRECT,
  FIELD_WORDS,
  OWN,
  priorityProblem,
  toBatchInput,
} from './batch-values.ts';
import { allCases, type CaseChoice } from './case-choice.ts';
import { noModel } from './model-choice.ts';

/** State of the form: what is filled in, what the server would be asked for, what is wrong. */
export function useBatchForm({
  projectId,
  kind,
  awards,
  direct,
  own,
  datasets,
  policy,
  start,
}: BatchFormProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [values, setValues] = useState<BatchValues>(() => ({
    name: `${kind === 'relabel' ? 'Relabel' : 'Production'} ${1 + Math.max(0, ...awards.map((award) => award.batches))}`,
    contractId: awards[0]?.contractId ?? (direct !== null ? DIRECT : own !== null ? OWN : ''),
    datasetId: start.datasetId ?? datasets[0]?.id ?? '',
    overlap: String(policy.overlap),
    ...tierValues(policy.tiers),
    goldMode: policy.goldMode,
    goldShare: String(policy.goldShareBasisPoints / 100),
    reviewShare: String(policy.reviewShareBasisPoints / 100),
    consensusMethod: policy.consensusMethod,
    excludePriorReaders: kind === 'relabel' ? 'siblings' : 'none',
    excludedBatchIds: [],
    apartFromBatchIds: [],
    maxReadsPerVendor: '',
    leastReadSeconds: '',
    goldExposureLimit: '',
    rounds: '1',
    repeatAfterDays: '14',
    repeatShare: '10',
    leaseMinutes: String(LEASE_SECONDS / 60),
    prefetch: String(PREFETCH),
    caseOrder: 'shuffled',
    priorities: '',
  }));
  const [choice, setChoice] = useState<CaseChoice>(() => ({
    ...allCases,
    ...(kind === 'relabel' ? { finalLabel: 'has' as const } : {}),
    ...start.choice,
  }));
  // One seed from the first look to the batch: what is previewed is what is drawn.
  const [seed] = useState(() => Math.floor(Math.random() * 2_147_483_647));
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const create = useMutation(
    trpc.work.createBatch.mutationOptions({
      onSuccess: ({ batchId, isLoaded, quarantined }) => {
        const made = isLoaded
          ? 'The draft is made. Open it when you are ready.'
          : 'The draft is made; its cases are being loaded.';
        toast.success(`${made}${quarantinedWords(quarantined)}`);
        router.push(`/sponsor/projects/${projectId}/batches/${batchId}`);
      },
      onError: (error) => setProblems(refusalProblems(error).filter((one) => one.name !== undefined)),
    }),
  );
  const asked = toBatchInput({ projectId, kind, awards, direct, own, seed }, values, choice);
  const parsed = asked === null ? null : createBatchInput.safeParse(asked);
  const badOrder = priorityProblem(values);
  return {
    values,
    choice,
    problems,
    wrong: byField(problems),
    create,
    /** Own staff's order, the award it is read under, or the dearest of those that share it: what a read costs at most. */
    award:
      values.contractId === OWN && own !== null
        ? { ...own, feeBasisPoints: 0 }
        : (awards.find((one) => one.contractId === values.contractId) ?? dearestOf(awards)),
    /** What the server is asked for; null while the form cannot be read. */
    input: parsed?.success && badOrder === undefined ? parsed.data : null,
    set: (part: Partial<BatchValues>) => setValues((before) => ({ ...before, ...part })),
    choose: (part: Partial<CaseChoice>) => setChoice((before) => ({ ...before, ...part })),
    changeDataset: (datasetId: string) => {
      setValues((before) => ({ ...before, datasetId }));
      // Another dataset has other splits, sites and columns, and was answered by other models.
      setChoice((before) => ({ ...before, ...noModel, split: '', only: [], by: [] }));
    },
    submit: (event: FormEvent) => {
      event.preventDefault();
      if (parsed === null) return;
      const found = parsed.success ? [] : formProblems(parsed.error);
      const order = badOrder === undefined ? [] : [{ name: 'claimRules.casePriorities', message: badOrder }];
      const inForm = found.map(({ name, message }) => {
        const field = name?.startsWith('sampling')
          ? 'sampling'
          : name?.replace(/^(checkpointBasisPoints)\..*/, '$1');
        return { name: field, message: FIELD_WORDS[field ?? ''] ?? problemWords(field ?? '', message) };
      });
      setProblems([...inForm, ...order]);
      if (parsed.success && badOrder === undefined) create.mutate(parsed.data);
    },
  };
}

const dearestOf = (awards: readonly Award[]) =>
  awards.reduce<Award | undefined>(
    (most, one) => (most === undefined || one.pricePerReadMinor > most.pricePerReadMinor ? one : most),
    undefined,
  );
