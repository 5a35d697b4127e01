import { formProblems } from '#app/_shell/read-form.ts';
import type { FormProblem } from '#app/_ui/form-error-summary.tsx';
import { type ProposeAmendmentInput, proposeAmendmentInput } from '#server/contracts/schemas.ts';
import type { ContractView } from '#server/contracts/view-schemas.ts';
import { formatMinor, parseMoney } from '#server/core/money.ts';

/** The form of terms: everything as typed. */
export type TermValues = {
  rateCard: { id: number; tier: string; definition: string; price: string }[];
  ceiling: string;
  hasVolume: boolean;
  readsPerMonth: string;
  firstMonth: string;
  months: string;
  turnaroundDays: string;
  accuracyField: string;
  accuracyAtLeast: string;
  readsPerDay: string;
  credit: string;
  cap: string;
  substitutes: string;
  freeAfterMonths: string;
  protects: 'vendor_people' | 'both';
  effectiveOn: string;
  reason: string;
};

const text = (value: number | null | undefined) => (value == null ? '' : String(value));

/** The terms in force as a form's start. */
export function startOf({ inForce: { terms }, currency }: ContractView, today: string): TermValues {
  const { volume, serviceLevels: sla, nonSolicitation } = terms;
  return {
    rateCard: terms.rateCard.map((tier, id) => ({
      id,
      tier: tier.tier,
      definition: tier.definition,
      price: formatMinor({ amountMinor: tier.pricePerReadMinor, currency }),
    })),
    ceiling: terms.ceilingMinor === null ? '' : formatMinor({ amountMinor: terms.ceilingMinor, currency }),
    hasVolume: volume !== null,
    readsPerMonth: text(volume?.readsPerMonth),
    firstMonth: volume?.firstMonth ?? today.slice(0, 7),
    months: text(volume?.months ?? 12),
    turnaroundDays: text(sla?.turnaroundDays),
    accuracyField: sla?.accuracy?.field ?? '',
    accuracyAtLeast: text(sla?.accuracy?.atLeast),
    readsPerDay: text(sla?.readsPerDay),
    credit: text(sla ? sla.creditBasisPoints / 100 : 5),
    cap: text(sla ? sla.capBasisPoints / 100 : 10),
    substitutes: text(terms.substitution.perMonth),
    freeAfterMonths: text(nonSolicitation?.months),
    protects: nonSolicitation?.protects ?? 'vendor_people',
    effectiveOn: today,
    reason: '',
  };
}

const whole = (value: string) => (value.trim() === '' ? null : Number(value));
const points = (percent: string) => Math.round(Number(percent) * 100);

/** What is sent, or everything that is wrong, by field. */
export function termsOf(
  contractId: string,
  values: TermValues,
  currency: string,
): { ok: true; input: ProposeAmendmentInput } | { ok: false; problems: FormProblem[] } {
  const problems: FormProblem[] = [];
  const rateCard = values.rateCard.map((tier, at) => {
    try {
      if (tier.price.trim() === '') throw new Error('Give the price of the class.');
      const { amountMinor } = parseMoney(tier.price, currency);
      return { tier: tier.tier, definition: tier.definition, pricePerReadMinor: amountMinor };
    } catch (error) {
      problems.push({ name: `terms.rateCard.${at}.pricePerReadMinor`, message: (error as Error).message });
      return { tier: tier.tier, definition: tier.definition, pricePerReadMinor: 1n };
    }
  });
  let ceilingMinor: bigint | null = null;
  try {
    if (values.ceiling.trim() !== '') ceilingMinor = parseMoney(values.ceiling, currency).amountMinor;
  } catch (error) {
    problems.push({ name: 'terms.ceilingMinor', message: (error as Error).message });
  }
  const hasLevels = [values.turnaroundDays, values.accuracyField, values.readsPerDay].some(
    (one) => one.trim() !== '',
  );
  const parsed = proposeAmendmentInput.safeParse({
    contractId,
    terms: {
      rateCard,
      ceilingMinor,
      volume: values.hasVolume
        ? {
            readsPerMonth: whole(values.readsPerMonth),
            firstMonth: values.firstMonth,
            months: whole(values.months),
          }
        : null,
      serviceLevels: hasLevels
        ? {
            turnaroundDays: whole(values.turnaroundDays),
            accuracy: values.accuracyField
              ? { field: values.accuracyField, atLeast: whole(values.accuracyAtLeast) }
              : null,
            readsPerDay: whole(values.readsPerDay),
            creditBasisPoints: points(values.credit),
            capBasisPoints: points(values.cap),
          }
        : null,
      substitution: { perMonth: whole(values.substitutes) },
      nonSolicitation: values.freeAfterMonths.trim()
        ? { months: whole(values.freeAfterMonths), protects: values.protects }
        : null,
    },
    effectiveOn: values.effectiveOn,
    reason: values.reason,
  });
  if (!parsed.success) problems.push(...formProblems(parsed.error));
  return parsed.success && problems.length === 0 ? { ok: true, input: parsed.data } : { ok: false, problems };
}
