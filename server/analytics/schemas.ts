import { z } from 'zod';
import { BATCH_KINDS } from '#server/work/schemas.ts';
import { BATCH_STATUSES } from '#server/work/view-schemas.ts';

export const projectIdInput = z.object({ projectId: z.uuid() });
export const qualityInput = z.object({
  batchId: z.uuid(),
  /** Key of a field of the batch's protocol; its first measured one when left out. */
  field: z.string().max(60).optional(),
});
export const batchIdInput = z.object({ batchId: z.uuid() });
export const answerDaysInput = z.object({ batchId: z.uuid(), field: z.string().max(60).optional() });

/** What readers of a batch answered to a field, day by day (UTC). */
export const answerDaysView = z.object({
  fields: z.array(z.object({ key: z.string(), label: z.string() })),
  /** The field shown; null when the protocol has none that can be counted. */
  field: z.string().nullable(),
  completeTo: z.date().nullable(),
  classes: z.array(
    z.object({
      label: z.string(),
      n: z.number().int(),
      days: z.array(
        z.object({
          day: z.iso.date(),
          n: z.number().int(),
          /** All answers of the day. */
          of: z.number().int(),
          share: z.number().nullable(),
          interval: z.tuple([z.number(), z.number()]).nullable(),
        }),
      ),
    }),
  ),
});
export type AnswerDaysView = z.infer<typeof answerDaysView>;

const count = z.number().int();

/** A stored or counted measurement as screens show it; null with a reason. */
export const figure = z.object({
  value: z.number().nullable(),
  interval: z.tuple([z.number(), z.number()]).nullable(),
  n: z.number(),
  reason: z.string().nullable(),
  /** What was left out, by reason; absent when nothing was. */
  excluded: z.record(z.string(), z.number()).optional(),
});
export type Figure = z.infer<typeof figure>;

/** The three costs of R12 in minor units, fee included; null with a reason. */
export const threeCosts = z.object({
  currency: z.string(),
  totalMinor: z.bigint(),
  feeMinor: z.bigint(),
  reads: z.number(),
  finalLabels: z.number(),
  correctShare: z.number().nullable(),
  perReadMinor: z.number().nullable(),
  perFinalLabelMinor: z.number().nullable(),
  perCorrectLabelMinor: z.number().nullable(),
  /** Between which costs it lies (95 %), and how many final labels were checked. */
  perCorrectLabelInterval: z.tuple([z.number(), z.number()]).nullable(),
  checked: z.number(),
  perCorrectReason: z.string().nullable(),
});
export type ThreeCosts = z.infer<typeof threeCosts>;

export const hourView = z.object({ at: z.date(), reads: count, activeMs: count });

/** How far the detail by hour and class is behind what was submitted. */
export const lagView = z.object({
  /** Since when at the latest everything is counted; null when nothing was ever rolled up. */
  completeTo: z.date().nullable(),
  /** 0 when nothing was submitted since. */
  lagMs: count.nonnegative(),
});
export type LagView = z.infer<typeof lagView>;

export const dashboardView = z.object({
  asOf: z.date(),
  lag: lagView,
  project: z.object({
    id: z.uuid(),
    title: z.string(),
    status: z.string(),
    deadline: z.string(),
    currency: z.string(),
    budgetMinor: z.bigint(),
  }),
  standing: z.enum(['on_track', 'at_risk', 'late', 'unknown']),
  forecast: z
    .object({
      /** Ordinary reads that are still to be made. */
      remainingReads: count,
      readsPerDay: z.number(),
      /** Whether the pace counts dealt gold, which comes on top of the reads that remain. */
      isPaceWithGold: z.boolean(),
      finishAt: z.date().nullable(),
      earliest: z.date().nullable(),
      latest: z.date().nullable(),
      n: count,
    })
    .nullable(),
  costs: threeCosts,
  batches: z.array(
    z.object({
      batchId: z.uuid(),
      name: z.string(),
      kind: z.enum(BATCH_KINDS),
      status: z.enum(BATCH_STATUSES),
      assisted: z.boolean(),
      vendor: z.string().nullable(),
      cases: count,
      casesFinal: count,
      casesWaiting: count,
      reads: count,
      readsNeeded: count,
      /** When cases and reads were counted: now for small batches, seconds ago for large ones. */
      countedAt: z.date().nullable(),
      activeMs: count,
      /** Share of the reads with a known answer that had every gated field right; `n` counts cases. */
      gold: figure,
      reliability: z.array(figure.extend({ field: z.string(), label: z.string(), computedAt: z.date() })),
      accuracy: z.array(figure.extend({ field: z.string(), label: z.string(), computedAt: z.date() })),
      costs: threeCosts,
      hours: z.array(hourView),
    }),
  ),
  /** Batches of a huge project that no figure here counts: those settled longest ago. */
  batchesLeftOut: count,
  /** Vendors that read on gold, over their batches; `n` counts cases. */
  vendors: z.array(z.object({ name: z.string(), gold: figure })),
  readers: z.array(
    z.object({
      batchId: z.uuid(),
      alias: z.string(),
      vendor: z.string().nullable(),
      status: z.string(),
      reads: count,
      rejected: count,
      activeMs: count,
      gold: figure,
      lastSeenAt: z.date(),
    }),
  ),
});
export type DashboardView = z.infer<typeof dashboardView>;

/** A batch at this instant: progress, queue, who is at it, and when it will be done with the basis of that. */
export const liveView = z.object({
  status: z.enum(BATCH_STATUSES),
  /** True for the vendor: cases are round numbers and times whole hours, so that gold cannot be told (R21). */
  isRough: z.boolean(),
  reads: count,
  /** Null where it is not shown. */
  readsNeeded: count.nullable(),
  /** Cases that are on somebody's screen. */
  held: count,
  /** Readers, and reviewers and adjudicators, who did something in the last ten minutes. */
  activeReaders: count,
  activeDeciders: count,
  /** Of the batch as a whole; null for a vendor that reads a part of it, whose figures above are those of its own people (R21). */
  whole: z
    .object({
      /** Reads that nobody has taken yet. */
      readsOpen: count,
      cases: count,
      casesSettled: count,
      casesWaiting: count,
      finish: z.object({
        at: z.date().nullable(),
        earliest: z.date().nullable(),
        latest: z.date().nullable(),
        readsPerDay: count.nullable(),
        /** `pace`: the reads of the last seven days, in `n` stretches; else why there is no forecast. */
        basis: z.enum(['pace', 'too_early', 'nothing_left', 'not_open']),
        n: count,
      }),
    })
    .nullable(),
});
export type LiveWhole = NonNullable<z.infer<typeof liveView>['whole']>;
export type LiveView = z.infer<typeof liveView>;

const point = figure.extend({ at: z.date() });

export const qualityView = z.object({
  batch: z.object({
    id: z.uuid(),
    name: z.string(),
    kind: z.enum(BATCH_KINDS),
    status: z.enum(BATCH_STATUSES),
    assisted: z.boolean(),
    vendor: z.string().nullable(),
  }),
  fields: z.array(z.object({ key: z.string(), label: z.string(), isMeasured: z.boolean() })),
  field: z.object({
    key: z.string(),
    label: z.string(),
    isOrdered: z.boolean(),
    options: z.array(z.object({ value: z.string(), label: z.string() })),
  }),
  computedAt: z.date().nullable(),
  /** Newest figures of the whole batch by metric. */
  figures: z.record(z.string(), figure),
  history: z.object({
    reliability: z.array(point),
    accuracy: z.array(point),
    /** Earlier measurements by another method, which are not among the points. */
    measuredOtherwise: count,
  }),
  classes: z.array(z.object({ className: z.string(), sensitivity: figure, specificity: figure })),
  readers: z.array(
    z.object({
      alias: z.string(),
      reads: count,
      accuracy: figure,
      consensus: figure,
      throughput: figure,
      gold: figure,
    }),
  ),
  pairs: z.array(z.object({ first: z.string(), second: z.string(), kappa: figure })),
  /** Readers held against themselves on cases that they read once more (R23): kappa, and the share of same answers. */
  repeats: z.array(z.object({ alias: z.string(), kappa: figure, same: figure })),
  /** Agreement on each class of a closed field, or each label of one that takes several, as "given or not". */
  byClass: z.array(z.object({ value: z.string(), kappa: figure, gwetAc: figure, share: figure })),
  /** Counts of given answers against the known ones, or against final labels where there is no gold. */
  confusion: z.object({
    reference: z.enum(['gold', 'final', 'none']),
    cells: z.array(z.object({ truth: z.string(), answer: z.string(), n: count })),
  }),
  hardest: z.array(
    z.object({
      taskId: z.uuid(),
      externalId: z.string(),
      status: z.string(),
      reads: z.array(z.object({ alias: z.string(), answer: z.string(), confidence: count.nullable() })),
      final: z.string().nullable(),
    }),
  ),
});
export type QualityView = z.infer<typeof qualityView>;

export const awardsView = z.array(
  z.object({
    contractId: z.uuid(),
    vendorOrgId: z.uuid(),
    vendor: z.string(),
    status: z.string(),
    shareBasisPoints: count,
    pricePerReadMinor: z.bigint(),
    feeBasisPoints: count,
    currency: z.string(),
    batches: count,
    createdAt: z.date(),
  }),
);
