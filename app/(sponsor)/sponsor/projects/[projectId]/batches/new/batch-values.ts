import type { inferRouterOutputs } from '@trpc/server';
import { type TierValues, toOverlapRule } from '#app/(sponsor)/sponsor/projects/_form/tier-values.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import type { CreateBatchInput } from '#server/work/schemas.ts';
import { type CaseChoice, toSelection } from './case-choice.ts';

export type GoldMode = 'none' | 'dealt' | 'embedded';
export type Method = 'majority' | 'dawid_skene' | 'auto';
export type Award = inferRouterOutputs<AppRouter>['analytics']['awards'][number];

/** A production or relabel batch as its form holds it, beside its choice of cases. */
export type BatchValues = TierValues & {
  name: string;
  contractId: string;
  datasetId: string;
  overlap: string;
  goldMode: GoldMode;
  goldShare: string;
  reviewShare: string;
  consensusMethod: Method;
  excludePriorReaders: 'none' | 'siblings' | 'listed';
  excludedBatchIds: readonly string[];
};

const basisPoints = (percent: string) => Math.round(Number(percent || 'x') * 100);

/** What the form asks the server for; what is no number fails in the input's own schema. */
export function toBatchInput(
  of: { projectId: string; kind: 'production' | 'relabel'; award: Award; seed: number },
  values: BatchValues,
  choice: CaseChoice,
): CreateBatchInput {
  const { award } = of;
  return {
    projectId: of.projectId,
    datasetId: values.datasetId,
    name: values.name,
    kind: of.kind,
    contractId: award.contractId,
    vendorOrgId: award.vendorOrgId,
    ...toSelection(choice),
    overlap: Number(values.overlap || 'x'),
    overlapRule: toOverlapRule(values),
    goldMode: values.goldMode,
    ...(values.goldMode === 'dealt' ? { goldShareBasisPoints: basisPoints(values.goldShare) } : {}),
    reviewShareBasisPoints: basisPoints(values.reviewShare),
    consensusMethod: values.consensusMethod,
    pricePerReadMinor: award.pricePerReadMinor,
    feeBasisPoints: award.feeBasisPoints,
    excludePriorReaders: values.excludePriorReaders,
    ...(values.excludePriorReaders === 'listed' ? { excludedBatchIds: [...values.excludedBatchIds] } : {}),
    ...(of.kind === 'relabel' && choice.fromBatch !== '' ? { parentBatchId: choice.fromBatch } : {}),
    seed: of.seed,
  };
}

export const FIELD_WORDS: Record<string, string> = {
  name: 'Give the batch a name.',
  overlap: 'Reads per case are a whole number from 1 to 100.',
  goldShareBasisPoints: 'The gold share is between 0 % and 50 %.',
  reviewShareBasisPoints: 'The review share is between 0 % and 100 %.',
};
