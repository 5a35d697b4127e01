import { z } from 'zod';
import { FLAG_KINDS } from './schemas.ts';

const count = z.number().int().nonnegative();

/** Where a page of an inbox begins: behind an item, in its order. In an address as `rank~key~id`. */
export const inboxPlace = z
  .string()
  .regex(/^[0-2]~-?\d{1,15}~[^~]+$/)
  .transform((text) => {
    const [rank, key, id = ''] = text.split('~');
    return { rank: Number(rank), key: Number(key), id };
  })
  .pipe(z.object({ rank: z.int(), key: z.int(), id: z.uuid() }));
export type InboxPlace = z.infer<typeof inboxPlace>;

const page = { after: inboxPlace.nullish(), limit: z.number().int().min(1).max(100).optional() };
export const inboxInput = z.object({ projectId: z.uuid(), ...page });
export type InboxInput = z.output<typeof inboxInput>;
export const incidentsInput = z.object(page).optional();
export type IncidentsInput = z.output<typeof incidentsInput>;

/** Where the next page begins; null when this is the last. */
const next = z.string().nullable();
const ofCase = z.object({ datasetId: z.uuid(), caseId: z.uuid(), externalId: z.string() });

export const flagListView = z.object({
  items: z.array(
    z.object({
      flagId: z.uuid(),
      batchId: z.uuid(),
      batchName: z.string(),
      taskId: z.uuid(),
      case: ofCase,
      kind: z.enum(FLAG_KINDS),
      /** Who must act on it. */
      desk: z.enum(['clinical_lead', 'data', 'operator']),
      note: z.string(),
      createdAt: z.date(),
      dueAt: z.date().nullable(),
      isOverdue: z.boolean(),
      reply: z.string().nullable(),
      /** The protocol version that says what to do in such a case; null while none does. */
      clarifiedIn: z.object({ version: count, isSigned: z.boolean() }).nullable(),
    }),
  ),
  next,
  total: count,
  /** What nobody has answered yet, of all pages. */
  waiting: z.record(z.enum(FLAG_KINDS), count),
  firstDueAt: z.date().nullable(),
});

export const relabelScope = z.enum(['all', 'disputed', 'none']);
export const alertListView = z.object({
  items: z.array(
    z.object({
      alertId: z.uuid(),
      batchId: z.uuid(),
      batchName: z.string(),
      case: ofCase,
      kind: z.enum(['edge_case', 'unusable', 'gold_skipped']),
      status: z.enum(['open', 'clarifying', 'closed']),
      reasons: z.record(z.string(), count),
      isDisputed: z.boolean(),
      asks: z.array(z.string()),
      openedAt: z.date(),
      dueAt: z.date().nullable(),
      isOverdue: z.boolean(),
      decisionNote: z.string().nullable(),
      /** The gold that readers passed on: who looks at it can put it in doubt or retire it. Null for other cases. */
      gold: z.object({ itemId: z.uuid(), isWithdrawn: z.boolean() }).nullable(),
      /** The protocol version that it was put into; null while it was put into none. */
      change: z.object({ version: count, isSigned: z.boolean(), scope: relabelScope }).nullable(),
    }),
  ),
  next,
  total: count,
  /** Edge cases that wait for a decision, of all pages. */
  open: count,
  /** Cases taken out of work, of all pages, by the reason most people gave. */
  excluded: z.array(z.object({ reason: z.string(), cases: count })),
});

/** Why a case is shut: protected information was confirmed in it, which is for good, or a report of it is open (R24). */
const shutBy = z.enum(['confirmed', 'reported']).nullable();

/** What closing an incident has come to for the case. */
export const incidentClosed = z.object({ isOpenAgain: z.boolean(), shutBy });

export const incidentListView = z.object({
  items: z.array(
    z.object({
      flagId: z.uuid(),
      batchId: z.uuid(),
      batchName: z.string(),
      project: z.string(),
      sponsor: z.string(),
      note: z.string(),
      createdAt: z.date(),
      dueAt: z.date().nullable(),
      isOverdue: z.boolean(),
      outcome: z.enum(['false_alarm', 'confirmed']).nullable(),
      answer: z.string().nullable(),
      closedAt: z.date().nullable(),
      /** Whether the case is shut now, which all its reports decide together; null: open. */
      shutBy,
      /** Open reports of the same case, this one among them. */
      openReports: count,
    }),
  ),
  next,
  total: count,
  /** Not closed, and those of them past their time, of all pages. */
  open: count,
  overdue: count,
});
