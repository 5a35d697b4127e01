import type { Queryable } from '#db/client.ts';
import type { batches } from '#db/schema/work-batches.ts';
import { findDirectShareOf, getContract } from '#server/bids/reads.ts';
import { standardPrices } from '#server/contracts/call-off.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { countUnknownExternalIds } from '#server/datasets/reads.ts';
import { organisationsById } from '#server/identity/reads.ts';
import type { Project } from '#server/projects/schemas.ts';
import { type ClaimRulesInput, claimRuleFaults, onshoreOf, PASS_LEVEL_BASIS_POINTS } from './claim-rules.ts';
import { planLanes, planPools, shareFaults, type VendorShare } from './pool-rules.ts';
import type { Batch } from './reads.ts';
import { shuffled } from './rules.ts';

/** A batch that own staff shares with vendors: its part at the order's price, and the vendors' by contract, in basis points. */
export type RoutedShares = {
  own: { orgId: string; name: string; shareBasisPoints: number; pricePerReadMinor: bigint };
  byContract: ReadonlyMap<string, number>;
};

export type ResolvedClaimRules = {
  faults: ErrorDetail[];
  /** What the batch's row holds of them. */
  columns: Partial<typeof batches.$inferInsert>;
  /** The cases in the order in which they are read. */
  ordered: string[];
  /** Lane of each slot, task by task in that order (`planLanes`). */
  lanes: number[];
};

/** What a batch's claim rules mean for its row, the order of its cases and the lanes of its slots. Changes nothing. */
export async function resolveClaimRules(
  q: Queryable,
  input: {
    project: Project;
    kind: Batch['kind'];
    rules: ClaimRulesInput;
    routedShares?: RoutedShares | undefined;
    overlap: number;
    rounds: number;
    goldMode: Batch['goldMode'];
    datasetId: string;
    cases: readonly { id: string; externalId: string }[];
    goldCases: number;
    seed: number;
    now: Date;
  },
): Promise<ResolvedClaimRules> {
  const { rules, project, overlap, seed } = input;
  const { vendors, faults: ofContracts } = await sharesOf(q, project.id, {
    contractIds: rules.contractIds ?? [],
    hasDirectShare: rules.hasDirectShare ?? false,
    directFeeBasisPoints: project.platformFeeBasisPoints,
    routed: input.routedShares,
    now: input.now,
  });
  const onshore = onshoreOf(project, input.kind);
  const maxReadsPerVendor = rules.maxReadsPerVendor ?? null;
  const pools = planPools({
    tasks: input.cases.length,
    overlap,
    vendors,
    onshoreShareBasisPoints: onshore.shareBasisPoints,
    maxReadsPerVendor,
  });
  const faults = [
    ...ofContracts,
    ...shareFaults({ tasks: input.cases.length, overlap, vendors, maxReadsPerVendor }),
    ...claimRuleFaults({ ...input, cases: input.cases.length }),
    ...(await priorityFaults(q, input.datasetId, rules.casePriorities)),
  ];
  return {
    faults,
    columns: {
      priority: rules.priority ?? 0,
      dueAt: rules.dueAt ?? null,
      caseOrder: rules.casePriorities === undefined ? 'shuffled' : 'priority',
      maxReadsPerReader: rules.maxReadsPerReader ?? null,
      maxReaderShareBasisPoints: rules.maxReaderShareBasisPoints ?? null,
      maxActiveMinutesPerDay: rules.maxActiveMinutesPerDay ?? null,
      leastReadSeconds: rules.leastReadSeconds ?? null,
      goldExposureLimit: rules.goldExposureLimit ?? null,
      repeatAfterDays: rules.repeatAfterDays ?? 0,
      repeatShareBasisPoints: rules.repeatShareBasisPoints ?? 10_000,
      needsExam: rules.needsExam ?? false,
      examWaiver: rules.examWaiver ?? null,
      ...(rules.needsTraining === undefined ? {} : { needsTraining: rules.needsTraining }),
      passLevelBasisPoints:
        input.kind === 'exam' ? (rules.passLevelBasisPoints ?? PASS_LEVEL_BASIS_POINTS) : null,
      retryAfterDays: rules.retryAfterDays ?? 7,
      pools,
      maxReadsPerVendor: pools === null ? null : maxReadsPerVendor,
      onshoreCountry: onshore.country,
      ...(vendors.length === 0 ? {} : dearest(vendors)),
    },
    ordered: orderOf(input.cases, seed, rules.casePriorities),
    lanes: faults.length > 0 ? [] : planLanes({ tasks: input.cases.length, overlap, pools, seed }),
  };
}

/** A shared batch has no vendor of its own; what it may cost is reckoned at the dearest contract (R29). */
function dearest(vendors: readonly VendorShare[]): Partial<typeof batches.$inferInsert> {
  const prices = vendors.map((one) => one.pricePerReadMinor).sort((a, b) => (a < b ? 1 : a > b ? -1 : 0));
  return {
    vendorOrgId: null,
    contractId: null,
    pricePerReadMinor: prices[0] ?? 0n,
    feeBasisPoints: Math.max(...vendors.map((one) => one.feeBasisPoints)),
  };
}

/** Priorities of cases that the batch does not take do no harm; of cases that do not exist, something is wrong with the list. */
async function priorityFaults(
  q: Queryable,
  datasetId: string,
  priorities: ClaimRulesInput['casePriorities'],
): Promise<ErrorDetail[]> {
  const names = (priorities ?? []).flatMap((one) => ('externalId' in one ? [one.externalId] : []));
  if (names.length === 0) return [];
  const fault = (message: string) => [
    { code: 'batch.priorities', path: 'claimRules.casePriorities', message },
  ];
  if (new Set(names).size < names.length)
    return fault('A case stands in the list of priorities twice. Name each once.');
  const unknown = await countUnknownExternalIds(q, datasetId, names);
  if (unknown === 0) return [];
  return fault(
    `${unknown.toLocaleString('en')} of the ${names.length.toLocaleString('en')} cases with a priority are not in this dataset. Check the list, or choose another dataset.`,
  );
}

async function sharesOf(
  q: Queryable,
  projectId: string,
  of: {
    contractIds: readonly string[];
    hasDirectShare: boolean;
    directFeeBasisPoints: number;
    routed: RoutedShares | undefined;
    now: Date;
  },
): Promise<{ vendors: (VendorShare & { name: string })[]; faults: ErrorDetail[] }> {
  const { contractIds, routed, now } = of;
  const direct = of.hasDirectShare ? await findDirectShareOf(q, projectId) : null;
  const directFaults =
    of.hasDirectShare && direct === null
      ? [
          {
            code: 'batch.no_direct_share',
            path: 'claimRules.contractIds',
            message:
              'The call gives no share to people on their own account. Set the direct share where the awards are, or leave it out here.',
          },
        ]
      : [];
  const ofDirect =
    direct === null
      ? []
      : [
          {
            orgId: null,
            name: 'People on their own account',
            shareBasisPoints: direct.shareBasisPoints,
            pricePerReadMinor: direct.pricePerReadMinor,
            feeBasisPoints: of.directFeeBasisPoints,
          },
        ];
  if (contractIds.length === 0) return { vendors: ofDirect, faults: directFaults };
  const contracts = await Promise.all(contractIds.map((id) => getContract(q, id)));
  const names = await organisationsById(
    q,
    contracts.map((one) => one.vendorOrgId),
  );
  const prices = await standardPrices(q, { contracts, now });
  const isFit = (one: (typeof contracts)[number]) =>
    one.projectId === projectId &&
    one.status === 'active' &&
    one.kind === 'award' &&
    one.shareBasisPoints > 0;
  const awarded = contracts.map((one) => ({
    orgId: one.vendorOrgId,
    name: names.get(one.vendorOrgId)?.legalName ?? 'A vendor',
    shareBasisPoints: routed?.byContract.get(one.id) ?? one.shareBasisPoints,
    pricePerReadMinor: prices.get(one.id) ?? one.pricePerReadMinor,
    feeBasisPoints: one.feeBasisPoints,
  }));
  return {
    // Own staff costs no fee (R2).
    vendors: [...(routed ? [{ ...routed.own, feeBasisPoints: 0 }] : []), ...awarded, ...ofDirect],
    faults: contracts.every(isFit)
      ? directFaults
      : [
          {
            code: 'batch.contract',
            path: 'claimRules.contractIds',
            message: 'Only awards of this project that are in force can share a batch.',
          },
        ],
  };
}

/** Shuffled by the seed; where cases have priorities, the highest first and ties as shuffled. */
function orderOf(
  cases: readonly { id: string; externalId: string }[],
  seed: number,
  priorities: ClaimRulesInput['casePriorities'],
): string[] {
  const order = shuffled(
    cases.map((one) => one.id),
    seed,
  );
  if (priorities === undefined) return order;
  const byName = new Map(cases.map((one) => [one.externalId, one.id]));
  const of = new Map(
    priorities.map((one) => ['caseId' in one ? one.caseId : byName.get(one.externalId), one.priority]),
  );
  const least = Number.NEGATIVE_INFINITY;
  return order
    .map((id, i) => ({ id, i, priority: of.get(id) ?? least }))
    .sort((a, b) => (a.priority === b.priority ? a.i - b.i : b.priority - a.priority))
    .map((one) => one.id);
}
