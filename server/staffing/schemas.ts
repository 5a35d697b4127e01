import { z } from 'zod';
import { CURRENCIES } from '#server/core/money.ts';

export const RATE_BASES = ['per_read', 'per_active_hour'] as const;

export const setStaffRateInput = z.strictObject({
  personId: z.uuid(),
  basis: z.enum(RATE_BASES),
  amountMinor: z
    .bigint()
    .min(0n, 'A rate is not negative.')
    .max(99_999_999n, 'That is more than anybody is paid.'),
  currency: z.enum(CURRENCIES, { error: 'Choose USD, EUR, GBP, CAD or CHF.' }),
});
export type SetStaffRateInput = z.infer<typeof setStaffRateInput>;

export const staffRate = z.object({
  personId: z.uuid(),
  basis: z.enum(RATE_BASES),
  amountMinor: z.bigint(),
  currency: z.string(),
  effectiveAt: z.date(),
});
export type StaffRate = z.infer<typeof staffRate>;

/** What a vendor earned on a project and what its people cost it; null where a rate in its currency is missing. */
export const marginsView = z.object({
  staff: z.array(
    z.object({
      personId: z.uuid(),
      name: z.string(),
      /** In force, one per currency. */
      rates: z.array(staffRate.omit({ personId: true })),
    }),
  ),
  projects: z.array(
    z.object({
      projectId: z.uuid(),
      title: z.string(),
      currency: z.string(),
      reads: z.number().int(),
      activeMs: z.number(),
      earnedMinor: z.bigint(),
      staffCostMinor: z.bigint().nullable(),
      marginMinor: z.bigint().nullable(),
      /** Share of what was earned, 0 to 1; null without earnings or without a cost. */
      marginShare: z.number().nullable(),
      /** People without a rate in the project's currency. */
      missing: z.array(z.string()),
      people: z.array(
        z.object({
          personId: z.uuid(),
          name: z.string(),
          reads: z.number().int(),
          activeMs: z.number(),
          earnedMinor: z.bigint(),
          costMinor: z.bigint().nullable(),
        }),
      ),
    }),
  ),
});
export type MarginsView = z.infer<typeof marginsView>;

export const appointAuditorInput = z.object({
  projectId: z.uuid(),
  email: z.email('Give the address of their account.').max(254),
});
export const dismissAuditorInput = z.object({ projectId: z.uuid(), engagementId: z.uuid() });
