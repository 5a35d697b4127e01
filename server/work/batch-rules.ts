import type { ErrorDetail } from '#server/core/errors.ts';
import { percentOf, sayMinor } from '#server/core/money.ts';
import type { AdjudicationRule, Project } from '#server/projects/schemas.ts';
import { auditPlan, type ConsensusMethodName, missRule, reviewRules } from '#server/projects/tier-schemas.ts';
import { auditSampleSize } from '#server/quality/audit-sample.ts';
import { mostReviewed, mostSlotsOf, overlapRuleOf } from './overlap-rules.ts';
import type { Batch } from './reads.ts';

/** Nothing goes to the panel. */
export const noAdjudication: AdjudicationRule = {
  noMajority: false,
  anyDisagreement: false,
  ordinalSpreadAtLeast: null,
  posteriorBelow: null,
  classes: [],
  fields: [],
};

/** Kinds that are paid work of bidders or independents, so need a price. */
const PRICED = ['pilot', 'production', 'relabel'];

/** Kinds whose reads are reviewed and adjudicated unless said otherwise, and that stop at checkpoints. */
export const WATCHED_KINDS: readonly string[] = ['production', 'relabel'];

/** Everything that keeps a batch from being made; empty when it can be. */
export function batchFaults(input: {
  project: Project;
  kind: string;
  overlap: number;
  assisted: boolean;
  cases: number;
  protocolVersionId: string | null;
  pricePerReadMinor: bigint;
  /** Read by the sponsor's own staff, whose internal price may be 0. */
  isOwnStaff?: boolean | undefined;
  isAdjudicated?: boolean | undefined;
  consensusMethod?: ConsensusMethodName | undefined;
  checkpointBasisPoints?: readonly number[] | undefined;
}): ErrorDetail[] {
  const faults: ErrorDetail[] = [];
  const add = (code: string, path: string, message: string) =>
    faults.push({ code: `batch.${code}`, path, message });
  if (input.cases === 0) add('no_cases', 'caseIds', 'No cases are chosen.');
  if (input.cases > 200_000)
    add('too_many_cases', 'caseIds', 'A batch has at most 200,000 cases; make several batches.');
  if (input.protocolVersionId === null)
    add('no_protocol', 'protocolVersionId', 'The project has no protocol yet. Write one first.');
  if (PRICED.includes(input.kind) && input.pricePerReadMinor <= 0n && !input.isOwnStaff)
    add('price', 'pricePerReadMinor', 'The price per read must be above 0.');
  if (input.checkpointBasisPoints?.length && !WATCHED_KINDS.includes(input.kind))
    add(
      'checkpoints',
      'checkpointBasisPoints',
      'Only production and relabel batches stop at checkpoints: what a pilot, a panel or an exam answers is looked at when it has been read (R7, R15).',
    );
  const isReference = input.project.intendedUse === 'test_reference' && PRICED.includes(input.kind);
  if (isReference && input.assisted)
    add('assisted', 'assisted', 'A test reference is read without pre-labels (R5).');
  if (isReference && input.consensusMethod === 'auto')
    add(
      'consensus',
      'consensusMethod',
      'A test reference names its method before the first read (R5). Choose majority or Dawid–Skene.',
    );
  if (
    isReference &&
    input.kind !== 'pilot' &&
    input.overlap < 3 &&
    !(input.overlap === 2 && input.isAdjudicated)
  )
    add('overlap', 'overlap', 'A test reference needs three reads per case, or two and adjudication (R5).');
  return faults;
}

/**
 * What keeps this very batch from opening, beyond what its project lacks: its protocol version, its vendor and contract,
 * cases, gold and funds. Empty when nothing does. An absent vendor or contract asks for nothing.
 */
export function missingOfBatch(facts: {
  batch: Pick<Batch, 'id' | 'kind' | 'projectId' | 'taskCount' | 'goldMode' | 'currency'>;
  protocol: { version: number; status: string };
  /** The number of the version in force, where there is one. */
  inForce: number | null;
  goldAnswers: number;
  vendor: { isVerified: boolean; servicesGap: ErrorDetail | null } | null;
  contract: { status: string } | null;
  /** Why the sponsor's own staff cannot read it; null where it can, or does not. */
  ownStaffGap?: ErrorDetail | null;
  neededMinor: bigint;
  fundsMinor: bigint;
}): ErrorDetail[] {
  const { batch, protocol, vendor, contract, neededMinor, fundsMinor } = facts;
  const base = `/sponsor/projects/${batch.projectId}`;
  const missing: ErrorDetail[] = [];
  const add = (code: string, message: string, href: string) => missing.push({ code, message, href });
  if (protocol.status === 'superseded' && facts.inForce !== null)
    add(
      'protocol_superseded',
      `This ${batch.kind === 'pilot' ? 'pilot was ordered' : 'draft was made'} on protocol version ${protocol.version}, which version ${facts.inForce} has replaced. Move it to version ${facts.inForce}, then open it (R6).`,
      `${base}/batches/${batch.id}`,
    );
  else if (protocol.status !== 'signed')
    add(
      'protocol_unsigned',
      `Protocol version ${protocol.version} is ${protocol.status.replaceAll('_', ' ')}. The clinical lead and the ML lead sign it first (R6).`,
      `${base}/protocol`,
    );
  if (vendor && !vendor.isVerified)
    add('vendor_unverified', 'The vendor is not verified any more. Only verified vendors read.', base);
  if (vendor?.servicesGap)
    add('vendor_services_missing', `The vendor cannot start: ${vendor.servicesGap.message}`, base);
  if (contract && contract.status !== 'active')
    add(
      'contract_ended',
      `The contract of this batch is ${contract.status}. Make a batch under one in force.`,
      base,
    );
  if (facts.ownStaffGap) missing.push(facts.ownStaffGap);
  if (batch.taskCount === 0) add('batch_empty', 'The batch has no cases.', `${base}/dataset`);
  if (batch.goldMode !== 'none' && facts.goldAnswers === 0)
    add(
      'gold_missing',
      'The batch is to hold gold cases, but no signed gold set covers its cases, other than cases of trainings, whose readers are told the answers. Sign the gold set or further gold, or choose no gold and make the batch again.',
      `${base}/gold`,
    );
  if (fundsMinor < neededMinor) {
    const say = (amountMinor: bigint) =>
      `${batch.currency} ${sayMinor({ amountMinor, currency: batch.currency })}`;
    add(
      'funds_missing',
      `It may cost ${say(neededMinor)} and ${say(fundsMinor)} is funded; fund ${say(neededMinor - fundsMinor)} more (R29).`,
      `${base}/money`,
    );
  }
  return missing;
}

/** What the ceiling on a batch's cost follows from. */
type Costed = Pick<
  Batch,
  | 'taskCount'
  | 'overlap'
  | 'rounds'
  | 'goldMode'
  | 'goldCount'
  | 'goldShareBasisPoints'
  | 'reviewShareBasisPoints'
  | 'feeBasisPoints'
  | 'pricePerReadMinor'
  | 'pricePerReviewMinor'
  | 'repeatShareBasisPoints'
  | 'overlapRule'
  | 'reviewRules'
  | 'auditPlan'
  | 'missRule'
>;

/**
 * What a batch may cost at most (R29): every label slot at the largest overlap its rule allows, the expected dealt gold with
 * four standard deviations, the reviews of the share and of every rule's sample, a panel read for every task when there is
 * an adjudication rule (readers may disagree on all, though the forecast expects fewer, R25, and a ceiling must hold), and
 * the checks of final labels; with the fee of each on top (R2). What is not spent goes back at settlement.
 */
export function costCeiling(batch: Costed, isAdjudicated: boolean): bigint {
  const first = mostSlotsOf(batch.taskCount, batch.overlap, overlapRuleOf(batch));
  const reads = first + repeatsCeiling(batch);
  const share = batch.goldMode === 'dealt' && batch.goldCount > 0 ? batch.goldShareBasisPoints / 10_000 : 0;
  const expectedGold = share === 0 ? 0 : (reads * share) / (1 - share);
  const gold = share === 0 ? 0 : Math.ceil(expectedGold + 4 * Math.sqrt(expectedGold) + 4);
  const reviews = Math.ceil(
    batch.taskCount * mostReviewed(batch.reviewShareBasisPoints, reviewRules.parse(batch.reviewRules)),
  );
  const spread = reviews === 0 ? 0 : Math.ceil(4 * Math.sqrt(reviews) + 1);
  const panel = isAdjudicated ? batch.taskCount : 0;
  const checks = mostChecks(batch);
  // The fee is locked per slot, so a ceiling on the whole could fall short of the sum of its roundings.
  const withFee = (priceMinor: bigint) => priceMinor + percentOf(priceMinor, batch.feeBasisPoints);
  return (
    BigInt(reads + gold) * withFee(batch.pricePerReadMinor) +
    BigInt(Math.min(reviews + spread, batch.taskCount) + panel + checks) * withFee(batch.pricePerReviewMinor)
  );
}

/** Repeats at most (R23): a share of the cases is drawn by hash, so what it may come to has four standard deviations too. */
function repeatsCeiling(batch: Costed): number {
  const share = batch.repeatShareBasisPoints / 10_000;
  const cases = batch.taskCount * share;
  const drawn = share >= 1 ? batch.taskCount : Math.ceil(cases + 4 * Math.sqrt(cases * (1 - share)) + 1);
  return Math.min(batch.taskCount, drawn) * batch.overlap * (batch.rounds - 1);
}

/**
 * The most that audit and blind re-reads of final labels can come to: each case drawn is looked at once, and once more by the
 * panel when the check disagrees.
 */
export function mostChecks(batch: Pick<Batch, 'taskCount' | 'auditPlan' | 'missRule'>): number {
  const plan = auditPlan.nullable().parse(batch.auditPlan ?? null);
  const misses = missRule.nullable().parse(batch.missRule ?? null);
  const audited =
    plan === null || batch.taskCount === 0 ? 0 : auditSampleSize({ ...plan, population: batch.taskCount }).n;
  const share = misses === null ? 0 : misses.shareBasisPoints / 10_000;
  const expected = batch.taskCount * share;
  const reread =
    share === 0 ? 0 : Math.min(batch.taskCount, Math.ceil(expected + 4 * Math.sqrt(expected) + 1));
  return 2 * (audited + reread);
}

/** True when the rule can send anything to the panel. */
export function canAdjudicate(rule: AdjudicationRule): boolean {
  return (
    rule.noMajority ||
    rule.anyDisagreement ||
    rule.ordinalSpreadAtLeast !== null ||
    rule.posteriorBelow !== null ||
    rule.classes.length > 0
  );
}
