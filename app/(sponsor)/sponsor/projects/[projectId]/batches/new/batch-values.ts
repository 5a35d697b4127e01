import type { inferRouterOutputs } from '@trpc/server';
import {
  basisPointsOf,
  optionalNumber,
  requiredNumber,
} from '#app/(sponsor)/sponsor/_parts/number-field.tsx';
import { type TierValues, toTiers } from '#app/(sponsor)/sponsor/projects/_form/tier-values.ts';
import { readPriorities } from '#app/(sponsor)/sponsor/projects/[projectId]/batches/[batchId]/claim-rule-words.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import type { CreateBatchInput } from '#server/work/schemas.ts';
import { type CaseChoice, toSelection } from './case-choice.ts';

export type GoldMode = 'none' | 'dealt' | 'embedded';
export type Method = 'majority' | 'dawid_skene' | 'auto';
export type Award = inferRouterOutputs<AppRouter>['analytics']['awards'][number];

/** Stands for all awards in force, which share the batch by their shares (R13), the direct share with them. */
export const SHARED = 'shared';
/** Stands for the direct share alone: people on their own account read all of it (R17). */
export const DIRECT = 'direct';
/** Stands for the sponsor's own staff alone, under its order (ADR 029). */
export const OWN = 'own';
/** Own staff with an agreed order: whom a batch of it is for, and what a read costs; no fee (R2). */
export type OwnStaff = { orgId: string; name: string; pricePerReadMinor: bigint; currency: string };
export type DirectShare = NonNullable<inferRouterOutputs<AppRouter>['staffing']['directShare']>;

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
  /** Batches whose people are others than here (R23). */
  apartFromBatchIds: readonly string[];
  /** Of a shared batch: most reads of one case from one vendor; empty is no limit. */
  maxReadsPerVendor: string;
  /** Seconds under which a read is looked at; empty leaves it to what is usual in the batch. */
  leastReadSeconds: string;
  /** Readers to whom a dealt gold case is shown before others are used; empty is no limit. */
  goldExposureLimit: string;
  /** Times the same person reads a case (R23), and when and for how many of them the repeats come. */
  rounds: string;
  repeatAfterDays: string;
  repeatShare: string;
  /** Minutes for which a case is held without a sign of its reader's page, and cases held ready beyond the one that is read. */
  leaseMinutes: string;
  prefetch: string;
  caseOrder: 'shuffled' | 'priority';
  /** Case ids with a number, as pasted. */
  priorities: string;
};

type Of = {
  projectId: string;
  kind: 'production' | 'relabel';
  awards: readonly Award[];
  direct: DirectShare | null;
  own: OwnStaff | null;
  seed: number;
};

/** What the form asks the server for; what is no number fails in the input's own schema. */
export function toBatchInput(of: Of, values: BatchValues, choice: CaseChoice): CreateBatchInput | null {
  const contract = contractPart(of, values);
  if (contract === null) return null;
  const rounds = requiredNumber(values.rounds);
  const listed = values.caseOrder === 'priority' ? readPriorities(values.priorities, 200_000) : null;
  return {
    projectId: of.projectId,
    datasetId: values.datasetId,
    name: values.name,
    kind: of.kind,
    ...contract.terms,
    ...toSelection(choice),
    overlap: requiredNumber(values.overlap),
    ...(toTiers(values) as Pick<
      CreateBatchInput,
      'overlapRule' | 'reviewRules' | 'checkpointBasisPoints' | 'audit' | 'misses'
    >),
    rounds,
    leaseSeconds: Math.round(requiredNumber(values.leaseMinutes) * 60),
    prefetch: requiredNumber(values.prefetch),
    goldMode: values.goldMode,
    ...(values.goldMode === 'dealt' ? { goldShareBasisPoints: basisPointsOf(values.goldShare) } : {}),
    reviewShareBasisPoints: basisPointsOf(values.reviewShare),
    consensusMethod: values.consensusMethod,
    excludePriorReaders: values.excludePriorReaders,
    ...(values.excludePriorReaders === 'listed' ? { excludedBatchIds: [...values.excludedBatchIds] } : {}),
    ...(values.apartFromBatchIds.length > 0 ? { apartFromBatchIds: [...values.apartFromBatchIds] } : {}),
    ...(of.kind === 'relabel' && choice.fromBatch !== '' ? { parentBatchId: choice.fromBatch } : {}),
    claimRules: {
      ...contract.rules,
      leastReadSeconds: optionalNumber(values.leastReadSeconds),
      ...(values.goldMode === 'dealt' ? { goldExposureLimit: optionalNumber(values.goldExposureLimit) } : {}),
      ...(rounds > 1
        ? {
            repeatAfterDays: requiredNumber(values.repeatAfterDays),
            repeatShareBasisPoints: basisPointsOf(values.repeatShare),
          }
        : {}),
      ...(listed !== null && 'cases' in listed
        ? { casePriorities: listed.cases.map(({ name, priority }) => ({ externalId: name, priority })) }
        : {}),
    },
    seed: of.seed,
  };
}

/** Under one award its terms; shared, the awards in force, whose own prices hold (the dearest is what is reserved). */
function contractPart({ awards, direct, own }: Pick<Of, 'awards' | 'direct' | 'own'>, values: BatchValues) {
  if (values.contractId === OWN) {
    if (own === null) return null;
    // Price and exam are the order's, which the server knows.
    return { terms: { vendorOrgId: own.orgId, pricePerReadMinor: own.pricePerReadMinor }, rules: {} };
  }
  if (values.contractId === DIRECT) {
    if (direct === null) return null;
    // The fee is the platform's own, which the server knows.
    return { terms: { pricePerReadMinor: direct.pricePerReadMinor }, rules: { hasDirectShare: true } };
  }
  if (values.contractId === SHARED) {
    const dearest = awards.reduce<Award | null>(
      (most, one) => (most === null || one.pricePerReadMinor > most.pricePerReadMinor ? one : most),
      null,
    );
    if (dearest === null) return null;
    const { pricePerReadMinor, feeBasisPoints } = dearest;
    return {
      terms: { pricePerReadMinor, feeBasisPoints },
      rules: {
        contractIds: awards.map((one) => one.contractId),
        ...(direct === null ? {} : { hasDirectShare: true }),
        maxReadsPerVendor: optionalNumber(values.maxReadsPerVendor),
      },
    };
  }
  const award = awards.find((one) => one.contractId === values.contractId);
  if (!award) return null;
  const { contractId, vendorOrgId, pricePerReadMinor, feeBasisPoints } = award;
  return { terms: { contractId, vendorOrgId, pricePerReadMinor, feeBasisPoints }, rules: {} };
}

/** What of the list of priorities cannot be read, in words; undefined when it can, or is not asked for. */
export function priorityProblem(values: BatchValues): string | undefined {
  if (values.caseOrder !== 'priority') return undefined;
  const read = readPriorities(values.priorities, 200_000);
  return 'problem' in read ? read.problem : undefined;
}

export const FIELD_WORDS: Record<string, string> = {
  name: 'Give the batch a name.',
  overlap: 'Reads per case are a whole number from 1 to 100.',
  goldShareBasisPoints: 'The gold share is between 0 % and 50 %.',
  reviewShareBasisPoints: 'The review share is between 0 % and 100 %.',
  leaseSeconds: 'A case is held for half a minute to 480 minutes.',
  prefetch: 'Cases held ready are a whole number from 1 to 20.',
  rounds: 'Say how often the same person reads a case, from 1 to 10.',
  'claimRules.maxReadsPerVendor':
    'Reads of a case from one vendor are a whole number of at least 1; empty is no limit.',
  'claimRules.goldExposureLimit':
    'A limit on gold is a whole number of readers, at least 1; empty is no limit.',
  'claimRules.leastReadSeconds':
    'The shortest plausible read is a whole number of seconds from 1 to 3,600; empty names none.',
  'claimRules.repeatAfterDays': 'Days until a repeat are a whole number from 0 to 365.',
  'claimRules.repeatShareBasisPoints': 'The repeated share is above 0 % and at most 100 %.',
};
