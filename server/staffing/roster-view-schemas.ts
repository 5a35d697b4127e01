import { z } from 'zod';
import { rosterParameters, solveProgress, window } from './roster-schemas.ts';

const PLAN_STATUSES = ['solving', 'planned', 'infeasible', 'failed', 'chosen', 'superseded'] as const;
const ASSIGNMENT_STATUSES = ['planned', 'proposed', 'accepted', 'declined', 'withdrawn', 'dropped'] as const;

export const planDrafted = z.object({ planId: z.uuid(), version: z.number().int() });

/** Money is null for those who may staff but not see the vendor's costs. */
const planFigures = z.object({
  reads: z.number(),
  readsLower: z.number(),
  readsUpper: z.number(),
  reviews: z.number(),
  people: z.number().int(),
  hours: z.number(),
  accuracy: z.number().nullable(),
  costMinor: z.bigint().nullable(),
  costPerCorrectMinor: z.bigint().nullable(),
  /** What the reads bring at the contract's price, less the cost. */
  marginMinor: z.bigint().nullable(),
  onshoreShare: z.number().nullable(),
  lastWeek: z.number().int(),
});
export type PlanFigures = z.infer<typeof planFigures>;

const planSummary = z.object({
  planId: z.uuid(),
  version: z.number().int(),
  status: z.enum(PLAN_STATUSES),
  createdAt: z.date(),
  startOn: z.string(),
  weeks: z.number().int(),
});

export const rostersView = z.array(
  z.object({
    contractId: z.uuid(),
    title: z.string(),
    kind: z.enum(['pilot_order', 'award']),
    status: z.enum(['active', 'completed', 'terminated']),
    deadline: z.string(),
    chosen: planSummary.nullable(),
    /** People of the chosen plan by their answer. */
    answers: z.object({
      proposed: z.number().int(),
      accepted: z.number().int(),
      declined: z.number().int(),
      dropped: z.number().int(),
    }),
    drafts: z.number().int(),
  }),
);

export const contractRosterView = z.object({
  contractId: z.uuid(),
  title: z.string(),
  kind: z.enum(['pilot_order', 'award']),
  status: z.enum(['active', 'completed', 'terminated']),
  currency: z.string(),
  priceMinor: z.bigint(),
  deadline: z.string(),
  projectRule: z.string(),
  overlapOfProject: z.number().int(),
  onshoreOfProject: z.object({ country: z.string().nullable(), shareBasisPoints: z.number().int() }),
  canSeeMoney: z.boolean(),
  /** Teams that a plan can be made of alone. */
  teams: z.array(z.object({ teamId: z.uuid(), name: z.string() })),
  staff: z.number().int(),
  withAvailability: z.number().int(),
  /** Where a first plan begins. */
  defaults: rosterParameters,
  earliestStart: z.string(),
  plans: z.array(planSummary),
});

const meter = z.object({
  key: z.string(),
  label: z.string(),
  value: z.number(),
  limit: z.number(),
  bound: z.enum(['at_least', 'at_most']),
  unit: z.enum(['items', 'people', 'hours', 'share', 'money']),
});

const planPerson = z.object({
  assignmentId: z.uuid().nullable(),
  personId: z.uuid(),
  name: z.string(),
  country: z.string().nullable(),
  seat: z.string(),
  seatLabel: z.string(),
  role: z.enum(['annotator', 'reviewer']),
  status: z.enum(ASSIGNMENT_STATUSES),
  hours: z.array(z.number()),
  offered: z.array(z.number()),
  items: z.number(),
  costMinor: z.bigint().nullable(),
  assumed: z.array(z.enum(['speed', 'accuracy', 'cost'])),
  droppedFrom: z.string().nullable(),
});

export const planView = z.object({
  planId: z.uuid(),
  contractId: z.uuid(),
  version: z.number().int(),
  status: z.enum(PLAN_STATUSES),
  statusReason: z.string().nullable(),
  createdAt: z.date(),
  solvedAt: z.date().nullable(),
  chosenAt: z.date().nullable(),
  currency: z.string(),
  parameters: rosterParameters,
  progress: solveProgress.nullable(),
  /** True when it has waited for longer than solving takes. */
  isStuck: z.boolean(),
  figures: planFigures.nullable(),
  solver: z
    .object({
      by: z.enum(['highs', 'greedy']),
      gap: z.number().nullable(),
      seconds: z.number(),
      fallback: z.enum(['solver_failed', 'out_of_time', 'solver_wrong']).nullable(),
    })
    .nullable(),
  meters: z.array(meter),
  people: z.array(planPerson),
  /** Public holidays in its weeks of each of its people who keeps any, by what the vendor has set; as of now. */
  holidays: z.array(z.array(z.object({ on: z.string(), name: z.string() }))),
  leftOut: z.array(z.object({ personId: z.string(), name: z.string(), reasons: z.array(z.string()) })),
  conflict: z
    .object({
      headline: z.string(),
      points: z.array(z.string()),
      /** True: each of the remedies alone would do. False: it takes all of them. */
      isEither: z.boolean(),
      remedies: z.array(
        z.object({
          what: z.string(),
          says: z.string(),
          change: rosterParameters.nullable(),
          href: z.string().nullable(),
        }),
      ),
    })
    .nullable(),
  before: z
    .object({
      planId: z.uuid(),
      version: z.number().int(),
      parameters: rosterParameters,
      figures: planFigures,
    })
    .nullable(),
});
export type PlanView = z.infer<typeof planView>;

export const substitutesView = z.object({
  name: z.string(),
  seatLabel: z.string(),
  currency: z.string(),
  /** Items that nobody makes now. */
  openItems: z.number(),
  /** Parameters that plan again around the others; the substitute is added to `including`. */
  again: rosterParameters,
  basePlanId: z.uuid(),
  seat: z.string(),
  people: z.array(
    z.object({
      personId: z.uuid(),
      name: z.string(),
      covers: z.number(),
      hours: z.number(),
      /** Per open item, against whoever dropped out; null without the right to see costs. */
      extraPerItemMinor: z.number().nullable(),
      reasons: z.array(z.string()),
    }),
  ),
});

const week = z.object({ offered: z.number(), booked: z.number() });
const teamName = z.object({ teamId: z.uuid(), name: z.string() });

export const benchView = z.object({
  mondays: z.array(z.string()),
  /** The vendor's teams, of which one may be looked at alone: then the sums are its own. */
  teams: z.array(teamName),
  /** Over all people, in hours over the weeks shown; `idle`: who offers time and is booked for none of it. */
  sums: z.object({
    people: z.number().int(),
    known: z.number().int(),
    idle: z.number().int(),
    offered: z.number(),
    booked: z.number(),
  }),
  /** The person after whom the next page begins; null on the last. */
  next: z.uuid().nullable(),
  people: z.array(
    z.object({
      personId: z.uuid(),
      name: z.string(),
      country: z.string().nullable(),
      timezone: z.string().nullable(),
      hasAvailability: z.boolean(),
      /** Public holidays in these weeks that they keep by the vendor's default; what somebody has chosen is not told. */
      holidays: z.array(z.object({ on: z.string(), name: z.string() })),
      credentials: z.array(z.string()),
      /** Names of the teams that the person is in. */
      teams: z.array(z.string()),
      weeks: z.array(week),
      on: z.array(
        z.object({
          contractId: z.uuid(),
          title: z.string(),
          role: z.string(),
          status: z.string(),
          hours: z.number(),
        }),
      ),
    }),
  ),
});
export type BenchView = z.infer<typeof benchView>;

/** A page of the bench: people whose name holds the text, the freest first or by name, after a person. */
export const benchInput = z.object({
  text: z.string().trim().max(120).default(''),
  sort: z.enum(['free', 'name']).default('free'),
  after: z.uuid().nullable().default(null),
  limit: z.int().min(1).max(200).default(50),
  /** Only the people of this team. */
  teamId: z.uuid().nullable().default(null),
});
export type BenchInput = z.output<typeof benchInput>;

export const availabilityView = z.object({
  /** Null until the person has said something. */
  availability: z
    .object({
      timezone: z.string(),
      hoursPerWeek: z.number().int(),
      windows: z.array(window),
      updatedAt: z.date(),
    })
    .nullable(),
  suggestedTimezone: z.string(),
  timezones: z.array(z.string()),
  absences: z.array(z.object({ absenceId: z.uuid(), fromOn: z.string(), toOn: z.string() })),
  asked: z.array(
    z.object({
      assignmentId: z.uuid(),
      title: z.string(),
      vendor: z.string(),
      role: z.enum(['annotator', 'reviewer']),
      status: z.enum(['proposed', 'accepted']),
      startOn: z.string(),
      hours: z.array(z.number()),
    }),
  ),
});
export type AvailabilityView = z.infer<typeof availabilityView>;

/** How far a team is booked, as the person who leads it sees it; null for who leads none. */
export const ledTeamView = z
  .object({
    teamId: z.uuid(),
    name: z.string(),
    bench: benchView.omit({ teams: true }),
    led: z.array(teamName),
  })
  .nullable();
