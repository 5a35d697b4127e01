import { z } from 'zod';

/** Prices are refused at zero by `pricingProblems`, together with everything else that is wrong. */
const amount = z
  .bigint()
  .min(0n, 'A price is not negative.')
  .max(10n ** 13n, 'The amount is too large.');
const basisPoints = z.int().min(0, 'A share is at least 0 %.').max(10_000, 'A share is at most 100 %.');

/** What a label or a review of a kind of task costs; `all` where the call knows no kinds. */
const rate = z.strictObject({
  tier: z.enum(['label', 'review']),
  taskType: z.string().min(1).max(30),
  priceMinor: amount,
});
export type Rate = z.infer<typeof rate>;

const milestone = z.strictObject({
  title: z.string().trim().max(120, 'Keep the title under 120 characters.'),
  /** Of the cases, delivered by the day. */
  shareBasisPoints: basisPoints,
  dueOn: z.iso.date('Write the date as YYYY-MM-DD.'),
  amountMinor: amount,
});
export type Milestone = z.infer<typeof milestone>;

export const PRICE_MODELS = ['per_label', 'hourly', 'milestone'] as const;

/** How a bid is priced. Whatever the model, a read is paid a fixed price per case (R4): see `normalisePricing`. */
export const pricing = z.discriminatedUnion('model', [
  z.strictObject({ model: z.literal('per_label'), rates: z.array(rate).min(1).max(32) }),
  z.strictObject({
    model: z.literal('hourly'),
    ratePerHourMinor: amount,
    readsPerHour: z.int('Reads per hour are a whole number.').min(0).max(10_000),
    /** The most for the whole work before the platform fee. */
    capMinor: amount,
  }),
  z.strictObject({ model: z.literal('milestone'), milestones: z.array(milestone).min(1).max(24) }),
]);
export type Pricing = z.infer<typeof pricing>;

/** A price with JSON-safe amounts, as columns hold it. */
export function storedPricing(value: Pricing): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? one.toString() : one)),
  );
}

const whole = z.union([z.string().regex(/^\d+$/), z.number().int()]).transform(BigInt);

/** Reads back what `storedPricing` wrote. */
export const readPricing = z.discriminatedUnion('model', [
  z.object({ model: z.literal('per_label'), rates: z.array(rate.extend({ priceMinor: whole })) }),
  z.object({
    model: z.literal('hourly'),
    ratePerHourMinor: whole,
    readsPerHour: z.number(),
    capMinor: whole,
  }),
  z.object({
    model: z.literal('milestone'),
    milestones: z.array(milestone.extend({ amountMinor: whole })),
  }),
]);

/** The pricing of a bid's row: one from before there were models is flat per read. */
export function pricingOf(bid: { pricing: unknown; pricePerReadMinor: bigint }): Pricing {
  return bid.pricing === null || bid.pricing === undefined
    ? flatPricing(bid.pricePerReadMinor)
    : readPricing.parse(bid.pricing);
}

/** One price for every read and review. */
export function flatPricing(priceMinor: bigint): Pricing {
  return { model: 'per_label', rates: [{ tier: 'label', taskType: 'all', priceMinor }] };
}
