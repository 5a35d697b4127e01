import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { country, id, instant, sha256 } from '#db/columns.ts';
import { contracts } from './bids.ts';
import { organisations, people } from './identity.ts';
import { projects } from './projects.ts';
import { engagements } from './staffing.ts';

/** When somebody can work, as they say themselves: weekly windows in their zone and hours a week. One row per person. */
export const availability = pgTable(
  'availability',
  {
    personId: uuid()
      .primaryKey()
      .references(() => people.id),
    /** IANA name. */
    timezone: text().notNull(),
    hoursPerWeek: integer().notNull(),
    /** [{ day 1–7, fromMinute, toMinute }], read back through server/staffing/roster-schemas.ts. */
    windows: jsonb().notNull(),
    updatedAt: instant().notNull(),
  },
  () => [check('availability_hours', sql`hours_per_week between 0 and 80`)],
);

/** Days on which somebody does not work. Without a reason: whether it is a holiday or an illness is nobody's business. */
export const absences = pgTable(
  'absences',
  {
    id: id().primaryKey(),
    personId: uuid()
      .notNull()
      .references(() => people.id),
    fromOn: date().notNull(),
    toOn: date().notNull(),
    createdAt: instant().notNull(),
    withdrawnAt: instant(),
  },
  (t) => [
    // A person's absences that are not over yet, for their page and for every plan they are a candidate of.
    index('absences_person_idx').on(t.personId, t.toOn).where(sql`withdrawn_at is null`),
    check('absences_order', sql`to_on >= from_on`),
  ],
);

/** Whose public holidays a person keeps, where they have said so; null country with `keeps`: those of their own country. */
export const holidayChoices = pgTable('holiday_choices', {
  personId: uuid()
    .primaryKey()
    .references(() => people.id),
  keeps: boolean().notNull(),
  country: country(),
  region: text(),
  updatedAt: instant().notNull(),
});

/** Whose public holidays count for a vendor's people who have not chosen; null country: each one's own. */
export const holidayDefaults = pgTable('holiday_defaults', {
  orgId: uuid()
    .primaryKey()
    .references(() => organisations.id),
  country: country(),
  region: text(),
  setBy: uuid()
    .notNull()
    .references(() => people.id),
  updatedAt: instant().notNull(),
});

/** Public holidays on which somebody works. */
export const workedHolidays = pgTable(
  'worked_holidays',
  {
    personId: uuid()
      .notNull()
      .references(() => people.id),
    onDay: date().notNull(),
  },
  (t) => [primaryKey({ columns: [t.personId, t.onDay] })],
);

/** A roster that was planned for a contract, numbered; the chosen one is the record of who was asked to do what. */
export const rosterPlans = pgTable(
  'roster_plans',
  {
    id: id().primaryKey(),
    vendorOrgId: uuid()
      .notNull()
      .references(() => organisations.id),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    contractId: uuid()
      .notNull()
      .references(() => contracts.id),
    version: integer().notNull(),
    /** The plan it was made from, to show before and after. */
    basePlanId: uuid(),
    status: text({ enum: ['solving', 'planned', 'infeasible', 'failed', 'chosen', 'superseded'] })
      .notNull()
      .default('solving'),
    /** UTC Monday of the first week. */
    startOn: date().notNull(),
    weeks: integer().notNull(),
    /** What was asked for, and what was known of people then; both stay as they were. */
    parameters: jsonb().notNull(),
    facts: jsonb(),
    factsSha256: sha256(),
    outcome: jsonb(),
    progress: jsonb(),
    statusReason: text(),
    createdBy: uuid()
      .notNull()
      .references(() => people.id),
    createdAt: instant().notNull(),
    solvedAt: instant(),
    chosenBy: uuid().references(() => people.id),
    chosenAt: instant(),
    endedAt: instant(),
  },
  (t) => [
    // The versions of a contract's roster, newest first; two drafts at once do not get one number.
    uniqueIndex('roster_plans_version_key').on(t.contractId, t.version),
    // One roster of a contract is in force.
    uniqueIndex('roster_plans_one_chosen').on(t.contractId).where(sql`status = 'chosen'`),
    // A vendor's rosters in force, for its bench view.
    index('roster_plans_vendor_idx').on(t.vendorOrgId, t.status),
    check('roster_plans_weeks', sql`weeks between 1 and 26`),
  ],
);

/** Places of a plan that share a role and a rule. */
export const rosterSeats = pgTable(
  'roster_seats',
  {
    id: id().primaryKey(),
    planId: uuid()
      .notNull()
      .references(() => rosterPlans.id),
    key: text().notNull(),
    role: text({ enum: ['annotator', 'reviewer'] }).notNull(),
    label: text().notNull(),
    /** Credential rule on top of the project's. */
    rule: jsonb().notNull(),
    least: integer().notNull(),
    most: integer().notNull(),
  },
  (t) => [
    // A plan's seats, each once.
    uniqueIndex('roster_seats_plan_key').on(t.planId, t.key),
    check('roster_seats_order', sql`least between 0 and most`),
  ],
);

/** One person's part of a plan: proposed to them when the plan is chosen, engaged when they accept. */
export const rosterAssignments = pgTable(
  'roster_assignments',
  {
    id: id().primaryKey(),
    planId: uuid()
      .notNull()
      .references(() => rosterPlans.id),
    seatId: uuid()
      .notNull()
      .references(() => rosterSeats.id),
    personId: uuid()
      .notNull()
      .references(() => people.id),
    status: text({ enum: ['planned', 'proposed', 'accepted', 'declined', 'withdrawn', 'dropped'] })
      .notNull()
      .default('planned'),
    /** Hours by week from the plan's first Monday. */
    hours: jsonb().notNull(),
    engagementId: uuid().references(() => engagements.id),
    decidedAt: instant(),
    /** First day on which somebody who dropped out does not work any more. */
    droppedFrom: date(),
    createdAt: instant().notNull(),
  },
  (t) => [
    // Nobody has two seats of a plan.
    uniqueIndex('roster_assignments_person_key').on(t.planId, t.personId),
    // What is asked of a person, and how far they are booked.
    index('roster_assignments_person_idx').on(t.personId, t.status),
  ],
);
