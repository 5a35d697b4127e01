import { z } from 'zod';

const words = (least: number, most: number, what: string) => z.string().trim().min(least, what).max(most);

export const affectedView = z.object({
  assetCount: z.number().int(),
  /** People who opened any of the files, by their pseudonymous id. */
  people: z.array(
    z.object({
      personId: z.uuid(),
      openings: z.number().int(),
      firstAt: z.string(),
      lastAt: z.string(),
      countries: z.array(z.string()),
    }),
  ),
});
export type Affected = z.infer<typeof affectedView>;

/** 45 CFR 164.402(2)(i)–(iv). */
export const fourFactors = z.object({
  identifiers: words(10, 2000, 'Say what kind of identifiers it was, and how likely somebody is recognised.'),
  recipient: words(10, 2000, 'Say who the unauthorised person was, and what duties bind them.'),
  acquired: words(10, 2000, 'Say whether it was actually acquired or viewed.'),
  mitigation: words(10, 2000, 'Say how far the risk has been mitigated.'),
});

const account = words(20, 4000, 'Say in a few sentences what happened, without repeating the data.');

export const registerIncidentInput = z.discriminatedUnion('source', [
  z.object({
    source: z.literal('phi_seen'),
    batchId: z.uuid(),
    flagId: z.uuid(),
    account,
    isAgent: z.boolean(),
  }),
  z.object({
    source: z.enum(['report', 'audit_query']),
    datasetId: z.uuid(),
    /** The files concerned; left out, the whole data set. */
    assetIds: z.array(z.uuid()).min(1).max(500).optional(),
    account,
    discoveredAt: z.date(),
    /** Who noticed it first, by their role: "the sponsor's privacy officer". Never a name. */
    discovererRole: words(
      3,
      200,
      'Say who noticed it, by their role, for example the sponsor’s privacy officer.',
    ),
    isAgent: z.boolean(),
  }),
]);
export type RegisterIncidentInput = z.infer<typeof registerIncidentInput>;

/** Data sets by words of the sponsor's, project's or their own name. */
export const concernedInput = z.strictObject({
  words: z.string().trim().max(200).default(''),
  /** Exactly this one, whatever it is called. */
  datasetId: z.uuid().optional(),
});
export const concernedDatasets = z.array(
  z.object({
    datasetId: z.uuid(),
    name: z.string(),
    project: z.string(),
    sponsor: z.string(),
    dataClass: z.string(),
    cases: z.number().int(),
  }),
);

/** A question to the access log of one data set. */
export const accessQueryInput = z
  .strictObject({
    datasetId: z.uuid(),
    from: z.date(),
    until: z.date(),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, 'A country is its two-letter code, for example US.')
      .optional(),
  })
  .refine((query) => query.from < query.until, {
    path: ['until'],
    message: 'The end lies before the beginning.',
  });
export type AccessQueryInput = z.infer<typeof accessQueryInput>;
export const accessQueryView = z.object({
  openings: z.number().int(),
  refused: z.number().int(),
  assetCount: z.number().int(),
  /** The files that were opened, when they are few enough to be registered one by one; otherwise null. */
  assetIds: z.array(z.uuid()).nullable(),
  people: z.array(
    z.object({
      personId: z.uuid(),
      openings: z.number().int(),
      refused: z.number().int(),
      assets: z.number().int(),
      firstAt: z.date(),
      lastAt: z.date(),
      countries: z.array(z.string()),
    }),
  ),
});
export type AccessQueryView = z.infer<typeof accessQueryView>;

export const incidentIdInput = z.object({ incidentId: z.uuid() });

export const assessIncidentInput = incidentIdInput.extend({
  factors: fourFactors,
  decision: z.enum(['breach', 'low_probability', 'no_incident']),
  reason: words(20, 2000, 'Give the reason for the decision in a sentence or two.'),
});
export type AssessIncidentInput = z.infer<typeof assessIncidentInput>;

export const LETTER_KINDS = ['first_notice', 'breach_notice', 'supplement', 'closing'] as const;
export const sendLetterInput = incidentIdInput.extend({
  kind: z.enum(LETTER_KINDS),
  body: words(
    80,
    8000,
    'A letter says what happened, to how many files and people, and what is done about it.',
  ),
});
export type SendLetterInput = z.infer<typeof sendLetterInput>;

export const closeRegisteredInput = incidentIdInput.extend({
  correctiveAction: words(20, 4000, 'Say what was changed so that it does not happen again.'),
  correctedOn: z.iso.date('Give the date as year-month-day.'),
});
export type CloseRegisteredInput = z.infer<typeof closeRegisteredInput>;

export const incidentView = z.object({
  id: z.uuid(),
  source: z.enum(['phi_seen', 'report', 'audit_query']),
  flagId: z.uuid().nullable(),
  sponsorName: z.string(),
  datasetName: z.string(),
  account: z.string(),
  discoveredAt: z.date(),
  discovererRole: z.string().nullable(),
  isAgent: z.boolean(),
  isEuPersonal: z.boolean(),
  contractDueAt: z.date(),
  authorityDueAt: z.date().nullable(),
  notifyDueAt: z.date(),
  /** The due time that comes next while nothing was told, or null. */
  nextDueAt: z.date().nullable(),
  isOverdue: z.boolean(),
  affected: affectedView,
  assessment: fourFactors.nullable(),
  decision: z.enum(['breach', 'low_probability', 'no_incident']).nullable(),
  decisionReason: z.string().nullable(),
  status: z.enum(['open', 'assessed', 'closed']),
  correctiveAction: z.string().nullable(),
  correctedOn: z.string().nullable(),
  letters: z.array(
    z.object({
      id: z.uuid(),
      kind: z.enum(LETTER_KINDS),
      subject: z.string(),
      body: z.string(),
      bodySha256: z.string(),
      recipientCount: z.number().int(),
      sentAt: z.date(),
    }),
  ),
  /** A first draft of the letter that comes next, from the facts. */
  draft: z.object({ kind: z.enum(LETTER_KINDS), body: z.string() }),
});
export type IncidentView = z.infer<typeof incidentView>;
export const registeredIncident = z.object({ incidentId: z.uuid() });
export const sentLetter = z.object({ letterId: z.uuid(), recipientCount: z.number().int() });

/** Where a page of the register begins: behind an incident, in its order. In an address as `0~instant~id`. */
export const registerPlace = z
  .string()
  .regex(/^[01]~[^~]+~[^~]+$/)
  .transform((text) => {
    const [closed, at = '', id = ''] = text.split('~');
    return { isClosed: closed === '1', at, id };
  })
  .pipe(z.object({ isClosed: z.boolean(), at: z.coerce.date<string>(), id: z.uuid() }));
export type RegisterPlace = z.infer<typeof registerPlace>;
/** Where a page of reports begins: `instant~id`. */
export const reportPlace = z
  .string()
  .regex(/^[^~]+~[^~]+$/)
  .transform((text) => {
    const [at = '', id = ''] = text.split('~');
    return { at, id };
  })
  .pipe(z.object({ at: z.coerce.date<string>(), id: z.uuid() }));
export type ReportPlace = z.infer<typeof reportPlace>;
const limit = z.number().int().min(1).max(100).default(50);

export const registerInput = z.object({ after: registerPlace.nullable().default(null), limit });
export const registerView = z.object({
  items: z.array(incidentView),
  /** Where the next page begins; null when this is the last. */
  next: z.string().nullable(),
  total: z.number().int(),
  /** Not closed, and those of them of which a letter is late. */
  open: z.number().int(),
  overdue: z.number().int(),
  /** Readers' reports that are not registered yet, and those of them whose contract's hours have run. */
  unregistered: z.object({
    waiting: z.number().int(),
    overdue: z.number().int(),
    oldestAt: z.date().nullable(),
  }),
});

export const reportedInput = z.object({ after: reportPlace.nullable().default(null), limit });
/** Reports of protected information that nobody has registered: their hours run since they were made. */
export const reportedView = z.object({
  items: z.array(
    z.object({
      flagId: z.uuid(),
      batchId: z.uuid(),
      sponsorName: z.string(),
      datasetName: z.string(),
      reportedAt: z.date(),
      contractDueAt: z.date(),
      authorityDueAt: z.date().nullable(),
      isOverdue: z.boolean(),
      /** The incident desk has found it to be true. */
      isConfirmed: z.boolean(),
    }),
  ),
  next: z.string().nullable(),
});
export type ReportedView = z.infer<typeof reportedView>;
export const flagIdsInput = z.object({ flagIds: z.array(z.uuid()).max(500) });
export const flagIdsView = z.array(z.uuid());
