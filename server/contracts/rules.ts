import { unreachable } from '#server/core/assert.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { sayMinor } from '#server/core/money.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import type { ContractTerms, CreditStatus, Ending, VersionStatus } from './schemas.ts';

/** How long a proposed version can be signed, in days; then it lapses. */
export const SIGNING_DAYS = 30;
/** How long a vendor can dispute a service credit before it is taken, in days. */
export const DISPUTE_DAYS = 7;
/** The only class of a contract that never said otherwise. */
export const STANDARD_TIER = 'standard';

/** The terms of version 1: the award at the bid's price, and nothing beyond it. */
export function awardedTerms(
  contract: { pricePerReadMinor: bigint; ceilingMinor: bigint | null },
  protocolVersion: number,
): ContractTerms {
  return {
    rateCard: [
      {
        tier: STANDARD_TIER,
        definition: 'Every case of the project.',
        pricePerReadMinor: contract.pricePerReadMinor,
      },
    ],
    ceilingMinor: contract.ceilingMinor,
    volume: null,
    serviceLevels: null,
    substitution: { perMonth: null },
    nonSolicitation: null,
    protocolVersion,
  };
}

export type VersionEvent = 'sign_last' | 'decline' | 'withdraw' | 'lapse';

/** The state of a version after `event`, or null when it cannot happen. Only a proposal moves. */
export function nextVersionStatus(from: VersionStatus, event: VersionEvent): VersionStatus | null {
  if (from !== 'proposed') return null;
  switch (event) {
    case 'sign_last':
      return 'agreed';
    case 'decline':
      return 'declined';
    case 'withdraw':
      return 'withdrawn';
    case 'lapse':
      return 'lapsed';
    default:
      return unreachable(event);
  }
}

export type CreditEvent = 'dispute' | 'time_over' | 'uphold' | 'waive' | 'post';

/** The state of a service credit after `event`, or null when it cannot happen in `from`. */
export function nextCreditStatus(from: CreditStatus, event: CreditEvent): CreditStatus | null {
  switch (event) {
    case 'dispute':
      return from === 'proposed' ? 'disputed' : null;
    case 'time_over':
      return from === 'proposed' ? 'due' : null;
    case 'uphold':
      return from === 'disputed' ? 'due' : null;
    case 'waive':
      return from === 'proposed' || from === 'disputed' ? 'waived' : null;
    case 'post':
      return from === 'due' ? 'posted' : null;
    default:
      return unreachable(event);
  }
}

/** A batch read under a contract that is not settled; `isShared` with other vendors or people on their own account. */
export type UnsettledBatch = { batchId: string; name: string; isShared: boolean };

/**
 * Why an award cannot end as asked; null when it can. Work that is under way has to be settled before a contract counts as
 * completed; ending it early needs nothing but a reason.
 */
export function endingProblem(ending: Ending, unsettled: readonly UnsettledBatch[]): ErrorDetail | null {
  if (ending === 'terminated' || unsettled.length === 0) return null;
  const names = unsettled.slice(0, 3).map((one) => `“${one.name}”`);
  const more = unsettled.length > names.length ? ` and ${unsettled.length - names.length} more` : '';
  return {
    code: 'work_unsettled',
    path: 'ending',
    message: `Work under this contract is not settled yet: ${names.join(', ')}${more}. Close it and let it settle, or end the contract early.`,
  };
}

/** Everything that is wrong with proposed terms, in words; empty when they can be proposed. */
export function termsProblems(
  terms: Omit<ContractTerms, 'protocolVersion'>,
  facts: { fields: readonly string[]; today: string; effectiveOn: string },
): ErrorDetail[] {
  const problems: ErrorDetail[] = [];
  const add = (code: string, path: string, message: string) =>
    problems.push({ code: `terms.${code}`, path, message });
  terms.rateCard.forEach((tier, at) => {
    if (terms.rateCard.findIndex((one) => one.tier === tier.tier) < at)
      add('tier_twice', `rateCard.${at}.tier`, `The class ${tier.tier} is on the rate card twice.`);
    if (terms.rateCard.findIndex((one) => one.pricePerReadMinor === tier.pricePerReadMinor) < at)
      add(
        'price_twice',
        `rateCard.${at}.pricePerReadMinor`,
        `The class ${tier.tier} has the price of another one. Classes with one price are one class.`,
      );
  });
  if (facts.effectiveOn < facts.today)
    add(
      'effective_past',
      'effectiveOn',
      `The terms cannot hold from ${sayDay(facts.effectiveOn)}; that day is over.`,
    );
  const { serviceLevels: sla, volume } = terms;
  if (volume && addMonths(volume.firstMonth, volume.months) <= facts.effectiveOn.slice(0, 7))
    add(
      'volume_over',
      'volume.firstMonth',
      'Every month of the volume is over when the terms begin to hold.',
    );
  if (sla === null) return problems;
  const targets = [sla.turnaroundDays, sla.accuracy, sla.readsPerDay].filter((one) => one !== null);
  if (targets.length === 0)
    add(
      'sla_empty',
      'serviceLevels',
      'A service level has at least one target: turnaround, accuracy or reads a day.',
    );
  if (sla.accuracy && !facts.fields.includes(sla.accuracy.field))
    add(
      'sla_field',
      'serviceLevels.accuracy.field',
      `The protocol has no field ${sla.accuracy.field}; it has ${facts.fields.join(', ')}.`,
    );
  if (sla.capBasisPoints < sla.creditBasisPoints)
    add(
      'sla_cap',
      'serviceLevels.capBasisPoints',
      `One missed target gives back ${sla.creditBasisPoints / 100} %, more than the most for a batch, ${sla.capBasisPoints / 100} %.`,
    );
  return problems;
}

/** The month `months` after another, as YYYY-MM. */
export function addMonths(month: string, months: number): string {
  const [year = 0, one = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, one - 1 + months, 1)).toISOString().slice(0, 7);
}

/** The class whose price this is, or null: a batch under a contract is priced by its rate card alone (R13). */
export function tierOfPrice(terms: ContractTerms, pricePerReadMinor: bigint): string | null {
  return terms.rateCard.find((one) => one.pricePerReadMinor === pricePerReadMinor)?.tier ?? null;
}

/** Why so many reads cannot be called off in a month, with what can be; null when they can, or no volume is agreed. */
export function volumeProblem(
  volume: ContractTerms['volume'],
  asked: { month: string; used: number; reads: number },
): ErrorDetail | null {
  if (volume === null) return null;
  const end = addMonths(volume.firstMonth, volume.months);
  const many = (n: number) => n.toLocaleString('en');
  if (asked.month < volume.firstMonth || asked.month >= end)
    return {
      code: 'volume_month',
      message: `The contract holds reads ready from ${volume.firstMonth} to ${addMonths(end, -1)}; ${asked.month} is outside. Agree an amendment for it.`,
    };
  const left = Math.max(0, volume.readsPerMonth - asked.used);
  if (asked.reads <= left) return null;
  return {
    code: 'volume_exceeded',
    message: `The contract holds ${many(volume.readsPerMonth)} reads a month; ${many(asked.used)} of ${asked.month} are called off, and this asks for ${many(asked.reads)}. Call off at most ${many(left)} now, wait for ${addMonths(asked.month, 1)}, or agree a larger volume by an amendment.`,
  };
}

/** Why a batch is more than the contract may cost in all; null when it is within, or when there is no limit. */
export function ceilingProblem(
  ceilingMinor: bigint | null,
  asked: { spentMinor: bigint; reads: number; pricePerReadMinor: bigint; currency: string },
): ErrorDetail | null {
  const { spentMinor, reads, pricePerReadMinor, currency } = asked;
  const costs = BigInt(reads) * pricePerReadMinor;
  if (ceilingMinor === null || spentMinor + costs <= ceilingMinor) return null;
  const money = (amountMinor: bigint) => `${currency} ${sayMinor({ amountMinor, currency })}`;
  const left = ceilingMinor > spentMinor ? (ceilingMinor - spentMinor) / pricePerReadMinor : 0n;
  return {
    code: 'ceiling_exceeded',
    message: `All reads under the contract cost at most ${money(ceilingMinor)} before the fee; ${money(spentMinor)} is called off, and this comes to ${money(costs)}. Call off at most ${left.toLocaleString('en')} reads, or agree a higher limit by an amendment.`,
  };
}

/**
 * Why nothing new can be read on a protocol version at these prices: a breaking version came after the one they were agreed
 * for, and the repricing is not answered. Null when they hold. `breaking`: numbers of the signed breaking versions.
 */
export function repricingProblem(at: {
  pricedFor: number;
  batchVersion: number;
  breaking: readonly number[];
}): ErrorDetail | null {
  const unanswered = at.breaking.filter((version) => version > at.pricedFor && version <= at.batchVersion);
  const newest = unanswered.at(-1);
  if (newest === undefined) return null;
  return {
    code: 'repricing_unanswered',
    message: `Protocol version ${newest} changes what a label means (breaking), and the prices were agreed for version ${at.pricedFor}. Agree an amendment that prices version ${newest}, with the same prices or others; until then batches go on with version ${newest - 1} or older alone.`,
  };
}

/** What a version changes, in words; empty when it changes nothing but what it is priced for. */
export function changesBetween(before: ContractTerms, after: ContractTerms, currency: string): string[] {
  const money = (amountMinor: bigint) => `${currency} ${sayMinor({ amountMinor, currency })}`;
  const changes: string[] = [];
  for (const tier of after.rateCard) {
    const old = before.rateCard.find((one) => one.tier === tier.tier);
    if (!old) changes.push(`new class ${tier.tier}`);
    else if (old.pricePerReadMinor !== tier.pricePerReadMinor)
      changes.push(
        `price of ${tier.tier} from ${money(old.pricePerReadMinor)} to ${money(tier.pricePerReadMinor)}`,
      );
    else if (old.definition !== tier.definition) changes.push(`what ${tier.tier} covers`);
  }
  for (const old of before.rateCard)
    if (!after.rateCard.some((one) => one.tier === old.tier)) changes.push(`class ${old.tier} ends`);
  if (before.ceilingMinor !== after.ceilingMinor)
    changes.push(
      after.ceilingMinor === null
        ? 'no limit for all reads any more'
        : `the most for all reads: ${money(after.ceilingMinor)}`,
    );
  const differs = (a: unknown, b: unknown) => JSON.stringify(a) !== JSON.stringify(b);
  if (differs(before.volume, after.volume)) changes.push('monthly volume');
  if (differs(before.serviceLevels, after.serviceLevels)) changes.push('service levels');
  if (differs(before.substitution, after.substitution)) changes.push('substitution');
  if (differs(before.nonSolicitation, after.nonSolicitation)) changes.push('engaging each other’s people');
  if (before.protocolVersion !== after.protocolVersion)
    changes.push(`priced for protocol version ${after.protocolVersion}`);
  return changes;
}
