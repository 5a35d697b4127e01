import { z } from 'zod';
import { DATA_CLASSES } from '#server/projects/schemas.ts';
import { caseFilter } from '#server/work/selection-schemas.ts';

/** Cases that stay inside: all conditions of one entry must hold; any entry is enough. */
const keepFilter = caseFilter
  .pick({ sites: true, subgroups: true, classes: true, context: true })
  .refine((one) => Object.values(one).some((value) => value !== undefined && Object.keys(value).length > 0), {
    message: 'Choose what these cases have in common.',
  });

/** What stays with own staff, and when the rest overflows to vendors. */
export const routingRule = z.strictObject({
  /** Never handed to a vendor. */
  keepInside: z.strictObject({
    dataClasses: z.array(z.enum(DATA_CLASSES)).max(DATA_CLASSES.length),
    filters: z.array(keepFilter).max(20, 'At most 20 conditions.'),
  }),
  overflow: z.strictObject({
    /** When the forecast of own staff passes a batch's due date. */
    whenLate: z.boolean(),
    /** When it is more than own staff's weekly hours hold until then. */
    whenBeyondHours: z.boolean(),
  }),
});
export type RoutingRule = z.infer<typeof routingRule>;

export const setRuleInput = z.strictObject({ projectId: z.uuid(), rule: routingRule });

export const routeBatchInput = z.strictObject({
  projectId: z.uuid(),
  datasetId: z.uuid(),
  name: z.string().trim().min(1, 'Give the batch a name.').max(100, 'Keep the name under 100 characters.'),
  dueAt: z.date(),
  overlap: z.int().min(1, 'At least one read.').max(100).optional(),
  split: z.string().max(60).optional(),
  seed: z.int().min(0).max(2_147_483_647),
});
export type RouteBatchInput = z.infer<typeof routeBatchInput>;

const fault = z.object({
  code: z.string(),
  message: z.string(),
  path: z.string().optional(),
  line: z.number().optional(),
  href: z.string().optional(),
});

/** What a routed batch would come to. */
export const routePreview = z.object({
  insideCases: z.number().int(),
  restCases: z.number().int(),
  /** Of the rest, reads that own staff begins with and reads that go to vendors from the start. */
  ownReads: z.number().int(),
  vendorReads: z.number().int(),
  says: z.string(),
  faults: z.array(fault),
  /** What only deserves a look. */
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
});
export type RoutePreview = z.infer<typeof routePreview>;

export const routed = z.object({ insideBatchId: z.uuid().nullable(), restBatchId: z.uuid().nullable() });

export const handOffView = z.object({
  id: z.uuid(),
  batchId: z.uuid(),
  batch: z.string(),
  to: z.string(),
  reason: z.enum(['made', 'late', 'hours']),
  says: z.string(),
  reads: z.number().int(),
  decidedAt: z.date(),
  /** From when the other side could read: the decision, or the opening of the batch. */
  countsFrom: z.date().nullable(),
  firstReadAt: z.date().nullable(),
});
export type HandOffView = z.infer<typeof handOffView>;

export const routingView = z.object({
  rule: routingRule.nullable(),
  setAt: z.date().nullable(),
  /** Own staff with an agreed order; null without one. */
  own: z
    .object({ name: z.string(), hoursPerWeek: z.number().int(), readsPerHour: z.number().nullable() })
    .nullable(),
  vendors: z.array(z.object({ contractId: z.uuid(), name: z.string(), shareBasisPoints: z.number().int() })),
  datasets: z.array(
    z.object({
      id: z.uuid(),
      name: z.string(),
      cases: z.number().int(),
      dataClass: z.enum(DATA_CLASSES),
      /** Dimension → values that its cases have. */
      dimensions: z.array(z.object({ key: z.string(), label: z.string(), values: z.array(z.string()) })),
    }),
  ),
  /** From decided to first read by the other side, in seconds; null before the first. */
  handOffTime: z.object({
    medianSeconds: z.number().nullable(),
    p90Seconds: z.number().nullable(),
    n: z.number().int(),
    waiting: z.number().int(),
  }),
  handOffs: z.array(handOffView),
});
export type RoutingView = z.infer<typeof routingView>;
