import { z } from 'zod';
import { measurement } from './schemas.ts';

/** What a card keeps of its subgroups: as `SubgroupDetail` of scores, without what no reader of it needs. */
export const subgroupDetail = z.object({
  /** Figures that rest on fewer cases are null with reason `small_subgroup`. */
  leastCases: z.number().int(),
  groups: z.array(
    z.object({
      dimension: z.string(),
      value: z.string(),
      cases: z.number().int(),
      reads: z.number().int(),
      fields: z.array(
        z.object({
          field: z.string(),
          label: z.string(),
          alpha: measurement,
          accuracy: measurement,
          classes: z.array(
            z.object({
              className: z.string(),
              classLabel: z.string(),
              sensitivity: measurement,
              specificity: measurement,
            }),
          ),
        }),
      ),
    }),
  ),
  leftOut: z.array(z.object({ dimension: z.string(), values: z.number().int() })),
});
export type StoredSubgroups = z.infer<typeof subgroupDetail>;
