import { z } from 'zod';
import { modelFailure } from '#server/models/failure-schema.ts';

const names = z.array(z.string().max(200)).min(1).max(500);
const column = z.string().trim().min(1).max(60);

/** A reader by the name that the sponsor knows: the alias in a batch (R21). */
const readerRef = z.strictObject({ batchId: z.uuid(), alias: z.string().trim().min(1).max(12) });

/** What earlier batches of the project made of a case; what a relabel batch is chosen by. All that is given must hold. */
export const earlierWork = z.strictObject({
  /** Only final labels of these batches; left out means all batches of the project. */
  batchIds: z.array(z.uuid()).max(200).optional(),
  readers: z.array(readerRef).max(200).optional(),
  protocolVersionIds: z.array(z.uuid()).max(50).optional(),
  /** A field of its final label was left undecided. */
  isUncertain: z.boolean().optional(),
  /** Its independent reads differ in a field. */
  isDisputed: z.boolean().optional(),
  /** A reader asked about it (R24), under the versions named where any are. */
  isAsked: z.boolean().optional(),
  /** Its independent reads differ, or a reader asked about it: what a clarifying change of the protocol makes doubtful. */
  isDoubtful: z.boolean().optional(),
  /** It is in a relabel batch of the project that is not settled yet, so that it is paid for already. */
  isReadAgain: z.boolean().optional(),
});

/** Which cases of a dataset. Everything that is given must hold; nothing given is the whole accepted set. */
export const caseFilter = z.strictObject({
  /** As named in the dataset; null is the cases without a split. */
  split: z.string().trim().max(200).nullable().optional(),
  sites: names.optional(),
  /** Subgroup column → values; the empty value is "not given". */
  subgroups: z.record(column, names).optional(),
  /** Words that a context column must hold, whatever the case. */
  context: z
    .array(z.strictObject({ name: column, contains: z.string().trim().min(1).max(200) }))
    .max(20)
    .optional(),
  finalLabel: z.enum(['any', 'has', 'none']).optional(),
  /** Known class of a field: the newest final label in the project, or the gold answer. */
  classes: z
    .array(z.strictObject({ field: column, values: names }))
    .max(20)
    .optional(),
  gold: z.enum(['any', 'only', 'never']).optional(),
  /** The sponsor's own case ids, from a list; each must be in the dataset. */
  externalIds: z.array(z.string().trim().min(1).max(200)).max(200_000).optional(),
  work: earlierWork.optional(),
  /** What a model of the project got wrong. */
  modelFailure: modelFailure.optional(),
});
export type CaseFilter = z.infer<typeof caseFilter>;

const count = z
  .number('Give a number of cases.')
  .int('A number of cases is whole.')
  .min(1, 'Choose at least one case.')
  .max(200_000, 'A batch has at most 200,000 cases.');

/** What strata are made of: the site, a subgroup column, or the known class of a field. */
export const dimension = z
  .string()
  .regex(/^(site|(subgroup|class):.{1,60})$/, 'Choose what strata are made of.');

/**
 * How many of them, and which. `first` takes the dataset's order and gives no weights; `random` and `stratified` are draws
 * by seed with known weights. `equal` oversamples the rare; `counts` says how many of each stratum, by its key.
 */
export const sampling = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('all') }),
  z.strictObject({ kind: z.literal('first'), count }),
  z.strictObject({ kind: z.literal('random'), count }),
  z.strictObject({
    kind: z.literal('stratified'),
    by: z.array(dimension).min(1, 'Choose what strata are made of.').max(3),
    allocation: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('proportional'), count }),
      z.strictObject({ kind: z.literal('equal'), count }),
      z.strictObject({ kind: z.literal('counts'), counts: z.record(z.string().max(400), count) }),
    ]),
    /** When a stratum has fewer cases than asked for: refuse, or take all it has. */
    whenShort: z.enum(['refuse', 'take_all']).default('refuse'),
  }),
]);
export type Sampling = z.infer<typeof sampling>;

/** A stratum of a draw: sampling weight = population ÷ drawn. The order is that of `tasks.stratum`. */
export const stratum = z.object({
  /** Values of its dimensions joined by " · "; "all" for a simple random draw. */
  key: z.string(),
  population: z.number().int().nonnegative(),
  drawn: z.number().int().nonnegative(),
});
export type Stratum = z.infer<typeof stratum>;

/** How a batch's cases were chosen; kept with it. Strata only when it is a sample. */
export const selection = z.object({
  filter: caseFilter,
  sampling,
  strata: z.array(stratum).nullable(),
  /** Cases that fitted the filter when the batch was made. */
  population: z.number().int(),
});
export type Selection = z.infer<typeof selection>;

const words = z.array(z.string());
const ifAsked = z.boolean().nullable();

/** By what the cases of a batch were chosen, as far as who asks may know: all that is given held, nothing given was the whole accepted set. */
export const chosenBy = z.object({
  /** Of the cases without a split. */
  isUnsplit: z.boolean(),
  sites: words,
  subgroups: z.array(z.object({ name: z.string(), values: words })),
  context: z.array(z.object({ name: z.string(), contains: z.string() })),
  finalLabel: z.enum(['has', 'none']).nullable(),
  gold: z.enum(['only', 'never']).nullable(),
  classes: z.array(z.object({ field: z.string(), values: words })),
  /** How many case ids the list had; null where there was none. */
  listed: z.number().int().nullable(),
  /** What earlier batches made of a case; a name or number is null where there is none such any more. */
  work: z.object({
    batches: z.array(z.string().nullable()),
    readers: z.array(z.object({ alias: z.string(), batch: z.string().nullable() })),
    versions: z.array(z.number().int().nullable()),
    isUncertain: ifAsked,
    isDisputed: ifAsked,
    isAsked: ifAsked,
    isDoubtful: ifAsked,
    isReadAgain: ifAsked,
  }),
  /** What a model got wrong. */
  model: z
    .object({
      name: z.string().nullable(),
      isWithdrawn: z.boolean(),
      field: z.string(),
      missed: z.string().nullable(),
      claimed: z.string().nullable(),
      byAtLeast: z.number().nullable(),
      isByLevels: z.boolean(),
      confidence: z.object({ is: z.enum(['at_least', 'at_most']), value: z.number() }).nullable(),
    })
    .nullable(),
  /** There is more that who asks may not know. */
  isPartial: z.boolean(),
});
export type ChosenBy = z.infer<typeof chosenBy>;

const counted = z.object({ value: z.string(), cases: z.number().int() });

/** What a selection would be made of, counted before anything is made. */
export const selectionPreview = z.object({
  population: z.number().int(),
  chosen: z.number().int(),
  patients: z.number().int(),
  /** Gold cases dealt at claim on top of the chosen. */
  dealtGold: z.number().int(),
  strata: z.array(stratum.extend({ weight: z.number().nullable() })).nullable(),
  split: z.string().nullable(),
  isSequestered: z.boolean(),
  /** Name of the dimension → counts of the chosen and of all that fit the filter, largest population first. */
  composition: z.array(
    z.object({ name: z.string(), values: z.array(counted.extend({ population: z.number().int() })) }),
  ),
  /** Cases that fit but which a person kept out at intake. */
  excludedAtIntake: z.number().int(),
  /** What keeps the batch from being made, and what only deserves a look. */
  faults: z.array(
    z.object({
      code: z.string(),
      message: z.string(),
      path: z.string().optional(),
      href: z.string().optional(),
    }),
  ),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
  /** Reads of each vendor that shares it, or of all readers where a part is kept onshore; null when they are anybody's. */
  shares: z
    .array(
      z.object({
        vendor: z.string().nullable(),
        reads: z.number().int(),
        keptOnshore: z.number().int(),
      }),
    )
    .nullable(),
  /** What opening it would reserve at most (R29), when there is something to read. */
  ceilingMinor: z.bigint(),
  currency: z.string(),
});
export type SelectionPreview = z.infer<typeof selectionPreview>;
