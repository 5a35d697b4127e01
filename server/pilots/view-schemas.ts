import { z } from 'zod';
import { WIND_DOWN_METHODS } from '#server/agreements/schemas.ts';
import { criterionResult, measurement } from './schemas.ts';
import { subgroupDetail } from './subgroup-schema.ts';

const VERDICTS = ['pass', 'inconclusive', 'fail'] as const;
const pilotStatus = z.enum(['ordered', 'reading', 'scored', 'decided']);
const decision = z.enum(['award', 'extend', 'retry', 'decline']).nullable();

const fieldMeasures = z.object({
  field: z.string(),
  label: z.string(),
  scale: z.enum(['nominal', 'ordinal', 'interval', 'ratio']).nullable(),
  categories: z.array(z.string()),
  /** In the words shown; a card from before they were kept shows its classes as they are answered. */
  categoryLabels: z.array(z.string()).default([]),
  alpha: measurement,
  meanPairwiseKappa: z.number().nullable(),
  pairwise: z.object({
    readers: z.array(z.string()),
    kappa: z.array(z.array(measurement.nullable())),
  }),
  accuracy: measurement,
  balancedAccuracy: measurement,
  withinOne: measurement,
  classes: z.array(
    z.object({
      className: z.string(),
      sensitivity: measurement,
      specificity: measurement,
      precision: measurement,
      withinOne: measurement,
    }),
  ),
  confusion: z.array(z.number()),
  consensusAgreement: z.object({ overall: measurement, ties: z.number(), alone: z.number() }),
  readers: z.array(
    z.object({
      readerId: z.string(),
      accuracy: measurement,
      consensusAgreement: measurement.nullable(),
      reads: z.number(),
    }),
  ),
});

/** Money in a stored card is text, because JSON has no whole numbers of any size. */
const storedMinor = z.coerce.bigint();

const batchMeasures = z.object({
  batchId: z.uuid(),
  cases: z.number(),
  readers: z.array(
    z.object({
      readerId: z.string(),
      alias: z.string(),
      status: z.string(),
      reads: z.number(),
      throughput: measurement,
    }),
  ),
  reads: z.number(),
  fields: z.array(fieldMeasures),
  throughput: measurement,
  costs: z.object({
    currency: z.string(),
    totalMinor: storedMinor,
    feeMinor: storedMinor,
    reads: z.number(),
    finalLabels: z.number(),
    correctShare: z.number().nullable(),
    perReadMinor: z.number().nullable(),
    perFinalLabelMinor: z.number().nullable(),
    perCorrectLabelMinor: z.number().nullable(),
    perCorrectLabelInterval: z.tuple([z.number(), z.number()]).nullable().default(null),
    checked: z.number().default(0),
    perCorrectReason: z.string().nullable(),
  }),
  assisted: z.boolean(),
  /** By site and subgroup column; null on a card from before they were measured. */
  subgroups: subgroupDetail.nullable().default(null),
});

/** Cards are never rewritten, so one that was stored before a field existed reads as not having it. */
const storedCriterion = criterionResult.extend({ itemsInAll: z.number().nullable().default(null) });

/** What a scorecard stores: the criteria, their verdicts and the measures behind them. */
export const scorecardResults = z.object({
  criteria: z.array(storedCriterion),
  measures: batchMeasures,
  assisted: z.boolean(),
  /** What was scored; a card from before pilots could be extended names its one batch in the measures only. */
  batchIds: z.array(z.uuid()).default([]),
});

const scorecard = z.object({
  scorecardId: z.uuid(),
  computedAt: z.date(),
  verdict: z.enum(VERDICTS),
  contentSha256: z.string(),
  results: scorecardResults,
});

/** When and why its vendor gave it up (R14); null while it has not. */
const abandoned = z.object({ at: z.date(), reason: z.string() }).nullable();

/** R15: why the card is not shown yet, and until when at the latest; null when it may be seen. */
const withheld = z.object({ until: z.date().nullable(), message: z.string() }).nullable();

export const pilotsView = z.array(
  z.object({
    pilotId: z.uuid(),
    batchIds: z.array(z.uuid()),
    bidId: z.uuid(),
    status: pilotStatus,
    abandoned,
    decision,
    vendor: z.string(),
    verdict: z.enum(VERDICTS).nullable(),
    computedAt: z.date().nullable(),
    withheld,
  }),
);

/** A signed record that can be opened: its two files and their hashes. */
const annex = z.object({
  signatureId: z.uuid(),
  contractId: z.uuid(),
  jsonSha256: z.string(),
  pdfSha256: z.string(),
  createdAt: z.date(),
});

/** R16: what was held is returned or destroyed; certified or due. */
const returnDuty = z
  .object({
    dueOn: z.string(),
    certifiedAt: z.date().nullable(),
    method: z.enum(WIND_DOWN_METHODS).nullable(),
    certificateSha256: z.string().nullable(),
  })
  .nullable();

export const pilotDetailView = z.object({
  pilotId: z.uuid(),
  projectId: z.uuid(),
  /** The newest of its batches. */
  batchId: z.uuid(),
  /** The ordered batch, then each extension (R10). */
  batches: z.array(
    z.object({
      batchId: z.uuid(),
      sequence: z.number().int(),
      attempt: z.number().int(),
      orderedAt: z.date(),
    }),
  ),
  /** 2 once the retry on other cases was ordered (R16). */
  attempt: z.number().int(),
  abandoned,
  status: pilotStatus,
  decision,
  decisionReason: z.string().nullable(),
  vendor: z.string(),
  pricePerReadMinor: z.bigint(),
  currency: z.string(),
  /** Until when the bid's price is held (R13), and what to say once it is not. */
  bidUntil: z.date().nullable(),
  bidEnded: z.string().nullable(),
  withheld,
  scorecard: scorecard.nullable(),
  /** What an extension would order, or why there is none; null when the card asks for none. */
  extension: z
    .object({
      problem: z.string().nullable(),
      cases: z.number().int(),
      reads: z.number().int(),
      reservedMinor: z.bigint(),
    })
    .nullable(),
  /** The retry that was granted and waits: when it can be ordered, and why not now; null when none waits. */
  retry: z.object({ from: z.date(), until: z.date(), problem: z.string().nullable() }).nullable(),
  annexes: z.array(annex),
  returnDuty,
});

export const cardComputed = z.object({ scorecardId: z.uuid(), verdict: z.enum(VERDICTS) });
export const pilotDecided = z.object({ contractId: z.uuid().nullable() });

const ownPilot = z.object({
  pilotId: z.uuid(),
  project: z.string(),
  status: pilotStatus,
  decision,
  decisionReason: z.string().nullable(),
  decidedAt: z.date().nullable(),
  /** When the sponsor can order the retry that it granted; null when none waits. */
  retry: z.object({ from: z.date(), until: z.date() }).nullable(),
  scorecard: scorecard.nullable(),
  /** Until when it is to be read; null when it is not read now. */
  readUntil: z.date().nullable(),
  /** `casesOut`: cases that are shut or were passed on as unreadable, of which less may be read than planned; gold or not (R21). */
  reads: z.object({ done: z.number().int(), planned: z.number().int(), casesOut: z.number().int() }),
  abandoned,
  annexes: z.array(annex),
  returnDuty,
});
export const ownPilotsInput = z.object({
  /** The pilot after which the page begins. */
  after: z.uuid().nullable().default(null),
  limit: z.number().int().min(1).max(50).default(20),
});
export type OwnPilotsInput = z.output<typeof ownPilotsInput>;
export const ownPilotsView = z.object({
  items: z.array(ownPilot),
  total: z.number().int(),
  next: z.uuid().nullable(),
});
export const retryOrdered = z.object({ batchId: z.uuid() });

export const outlookView = z.object({
  basis: z.enum(['gold', 'terms']),
  reads: z.number().int(),
  problems: z.array(z.string()),
  short: z.array(
    z.object({ field: z.string(), className: z.string(), asked: z.number().int(), has: z.number().int() }),
  ),
  lines: z.array(
    z.object({
      key: z.string(),
      label: z.string(),
      threshold: z.number(),
      unit: z.string(),
      n: z.number().int(),
      of: z.enum(['gold cases', 'cases', 'reads']),
      passIfBetter: z.number().nullable(),
      failIfWorse: z.number().nullable(),
      better: z.number(),
      worse: z.number(),
      needed: z.number().int().nullable(),
      note: z.string().nullable(),
    }),
  ),
});

const comparedCell = z.object({
  pilotId: z.uuid(),
  value: z.number().nullable(),
  ci: z.tuple([z.number(), z.number()]).nullable(),
  n: z.number(),
  reason: z.string().nullable(),
});

/** The cards of a project's pilots side by side. */
export const comparisonView = z.object({
  pilots: z.array(
    z.object({
      pilotId: z.uuid(),
      vendor: z.string(),
      attempt: z.number().int(),
      verdict: z.enum(VERDICTS),
      computedAt: z.date(),
      cases: z.number().int(),
      reads: z.number().int(),
    }),
  ),
  /** Pilots whose card is held back or not there yet. */
  hidden: z.number().int(),
  lines: z.array(
    z.object({
      key: z.string(),
      label: z.string(),
      threshold: z.number(),
      unit: z.string(),
      direction: z.enum(['at_least', 'at_most']),
      cells: z.array(comparedCell.extend({ verdict: z.enum(VERDICTS) })),
      differences: z.array(
        z.object({
          a: z.uuid(),
          b: z.uuid(),
          difference: z.number(),
          ci: z.tuple([z.number(), z.number()]),
          better: z.uuid().nullable(),
        }),
      ),
    }),
  ),
  classes: z.array(
    z.object({
      field: z.string(),
      className: z.string(),
      classLabel: z.string(),
      cells: z.array(comparedCell),
    }),
  ),
  /** Every figure of every subgroup in which two pilots at least have one, pilot beside pilot. */
  subgroups: z.array(
    z.object({
      dimension: z.string(),
      value: z.string(),
      cases: z.number().int(),
      figures: z.array(z.object({ label: z.string(), cells: z.array(comparedCell) })),
    }),
  ),
});
