import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { currency, id, instant, minor } from '#db/columns.ts';
import { contracts } from './bids.ts';
import { organisations, people } from './identity.ts';
import { projects } from './projects.ts';

/** A person working on a project, through a vendor, directly or on the sponsor's panel; fixes the payee (R32). */
export const engagements = pgTable(
  'engagements',
  {
    id: id().primaryKey(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    contractId: uuid().references(() => contracts.id),
    personId: uuid()
      .notNull()
      .references(() => people.id),
    /** Through whom: the vendor, the person's own organisation, or the sponsor for its panel. */
    viaOrgId: uuid()
      .notNull()
      .references(() => organisations.id),
    /** `examinee`: takes a general exam whose cases the project holds, and nothing else of it. */
    role: text({ enum: ['annotator', 'reviewer', 'panel', 'adjudicator', 'auditor', 'examinee'] }).notNull(),
    status: text({ enum: ['active', 'paused', 'ended'] })
      .notNull()
      .default('active'),
    /** Batches of which a person may be in only one (R23), e.g. all pilots of a call. */
    independenceGroup: text(),
    statusReason: text(),
    createdAt: instant().notNull(),
    endedAt: instant(),
  },
  (t) => [
    // One live engagement per project, person, role and organisation.
    uniqueIndex('engagements_person_role_key')
      .on(t.projectId, t.personId, t.role, t.viaOrgId)
      .where(sql`status <> 'ended'`),
    // One organisation's pilot per person and call (R15).
    index('engagements_group_idx').on(t.independenceGroup, t.personId),
    // A person's work, and a project's team.
    index('engagements_person_idx').on(t.personId, t.status),
    // Who works on a project.
    index('engagements_project_idx').on(t.projectId, t.status),
    // An organisation's own people at work, for its statement and margins.
    index('engagements_via_idx').on(t.viaOrgId, t.projectId),
  ],
);

/**
 * What a vendor pays its own people, for its margins alone (R21); a new rate is a new row from its instant on. Readroom pays the
 * vendor, never its staff. Append-only.
 */
export const staffRates = pgTable(
  'staff_rates',
  {
    id: id().primaryKey(),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    personId: uuid()
      .notNull()
      .references(() => people.id),
    basis: text({ enum: ['per_read', 'per_active_hour'] }).notNull(),
    amountMinor: minor().notNull(),
    currency: currency().notNull(),
    effectiveAt: instant().notNull(),
    setBy: uuid()
      .notNull()
      .references(() => people.id),
  },
  (t) => [
    // The rate of a vendor's person that is in force, and their history.
    index('staff_rates_person_idx').on(t.orgId, t.personId, t.effectiveAt),
    check('staff_rates_not_negative', sql`amount_minor >= 0`),
  ],
);

/** Work offered to a person on their own account (R17), or asked for by them; accepted, it is an engagement at no less than its price. */
export const offers = pgTable(
  'offers',
  {
    id: id().primaryKey(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    /** The independent's own organisation, which is paid (R32). */
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    personId: uuid()
      .notNull()
      .references(() => people.id),
    status: text({ enum: ['applied', 'offered', 'accepted', 'declined', 'withdrawn', 'expired'] }).notNull(),
    /** What the person wrote when they applied; null when they were invited. */
    statement: text(),
    pricePerReadMinor: minor(),
    currency: currency(),
    readsPerWeek: integer(),
    note: text(),
    expiresAt: instant(),
    engagementId: uuid().references(() => engagements.id),
    createdBy: uuid()
      .notNull()
      .references(() => people.id),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (t) => [
    // One live offer or application per person and project.
    uniqueIndex('offers_live_key').on(t.projectId, t.personId).where(sql`status in ('applied', 'offered')`),
    // A project's offers, and the price that an engagement was accepted at.
    index('offers_project_idx').on(t.projectId, t.createdAt),
    index('offers_engagement_idx').on(t.engagementId).where(sql`engagement_id is not null`),
    // A person's offers.
    index('offers_org_idx').on(t.orgId, t.createdAt),
    check(
      'offers_complete',
      sql`status = 'applied' or status in ('declined', 'withdrawn') or (price_per_read_minor > 0 and currency is not null and reads_per_week > 0 and expires_at is not null)`,
    ),
  ],
);
