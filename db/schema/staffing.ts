import { sql } from 'drizzle-orm';
import { check, index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
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
    role: text({ enum: ['annotator', 'reviewer', 'panel', 'adjudicator', 'auditor'] }).notNull(),
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
