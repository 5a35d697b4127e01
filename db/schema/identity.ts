import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  check,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { country, id, instant, sha256 } from '#db/columns.ts';

/** Organisations of the four kinds; an independent annotator is a one-person organisation (ADR 004). */
export const organisations = pgTable(
  'organisations',
  {
    id: id().primaryKey(),
    kind: text({ enum: ['sponsor', 'vendor', 'platform', 'independent'] }).notNull(),
    legalName: text().notNull(),
    registerNumber: text(),
    domain: text(),
    country: country().notNull(),
    status: text({ enum: ['unverified', 'verified', 'refused', 'suspended'] })
      .notNull()
      .default('unverified'),
    /** Who may sign for it, as checked by the operator: person ids. */
    signatories: uuid().array().notNull().default(sql`'{}'::uuid[]`),
    statusReason: text(),
    /** Of a vendor that is a sponsor's own staff: that sponsor. Nobody else is ever told of it (ADR 029). */
    inHouseOf: uuid().references((): AnyPgColumn => organisations.id),
    createdAt: instant().notNull(),
    verifiedAt: instant(),
    verifiedBy: uuid(),
  },
  (t) => [
    // A sponsor has one in-house unit; also finds it.
    uniqueIndex('organisations_in_house_key').on(t.inHouseOf).where(sql`in_house_of is not null`),
    check('organisations_in_house_vendor', sql`in_house_of is null or kind = 'vendor'`),
    // The operator's work-list: unverified organisations, oldest first.
    index('organisations_status_created_idx').on(t.status, t.createdAt),
    // One platform runs an installation.
    uniqueIndex('organisations_one_platform').on(t.kind).where(sql`kind = 'platform'`),
  ],
);

/** The pseudonymous person that labels, audit and ledger keep; nothing here identifies anyone. */
export const people = pgTable('people', {
  id: id().primaryKey(),
  country: country(),
  createdAt: instant().notNull(),
  /** Set when the account was erased; the record stays. */
  erasedAt: instant(),
});

/** A login and what identifies its holder; the only table to empty when an account is erased. */
export const users = pgTable(
  'users',
  {
    id: id().primaryKey(),
    personId: uuid()
      .notNull()
      .references(() => people.id),
    email: text().notNull(),
    name: text().notNull(),
    passwordHash: text().notNull(),
    timezone: text().notNull().default('UTC'),
    status: text({ enum: ['active', 'suspended', 'erased'] })
      .notNull()
      .default('active'),
    emailVerifiedAt: instant(),
    /**
     * As on the person's licence, given so that they are not taken for another of the same name (exclusion screening).
     * Optional, never in logs, emptied with the rest of this row.
     */
    legalGivenName: text(),
    legalFamilyName: text(),
    formerFamilyName: text(),
    birthDate: date(),
    createdAt: instant().notNull(),
  },
  (t) => [
    // Sign-in looks up by address; one account per address.
    uniqueIndex('users_email_key').on(t.email),
    // One person has one account (R0).
    uniqueIndex('users_person_key').on(t.personId),
    check('users_email_lower', sql`email = lower(email)`),
  ],
);

/** A person's role in an organisation; several roles are several rows. */
export const memberships = pgTable(
  'memberships',
  {
    id: id().primaryKey(),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    personId: uuid()
      .notNull()
      .references(() => people.id),
    role: text().notNull(),
    status: text({ enum: ['active', 'ended'] })
      .notNull()
      .default('active'),
    createdAt: instant().notNull(),
    endedAt: instant(),
  },
  (t) => [
    // Nobody has a role twice.
    uniqueIndex('memberships_org_person_role_key').on(t.orgId, t.personId, t.role),
    // The organisations and roles of a person at sign-in.
    index('memberships_person_idx').on(t.personId),
  ],
);

/** A team within a vendor: its own way to sort its people, seen by nobody else. */
export const staffTeams = pgTable(
  'staff_teams',
  {
    id: id().primaryKey(),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    name: text().notNull(),
    /** Sees how far the team is booked; null while nobody leads it. */
    leadId: uuid().references(() => people.id),
    createdBy: uuid()
      .notNull()
      .references(() => people.id),
    createdAt: instant().notNull(),
    dissolvedAt: instant(),
  },
  (t) => [
    // A vendor's teams, and no name twice among those that exist.
    uniqueIndex('staff_teams_org_name_key').on(t.orgId, sql`lower(name)`).where(sql`dissolved_at is null`),
    // The teams that a person leads.
    index('staff_teams_lead_idx').on(t.leadId).where(sql`lead_id is not null and dissolved_at is null`),
  ],
);

/** Somebody in a team; a person may be in several. */
export const staffTeamMembers = pgTable(
  'staff_team_members',
  {
    teamId: uuid()
      .notNull()
      .references(() => staffTeams.id),
    personId: uuid()
      .notNull()
      .references(() => people.id),
    addedBy: uuid()
      .notNull()
      .references(() => people.id),
    addedAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.teamId, t.personId] }),
    // The teams that somebody is in, when they leave.
    index('staff_team_members_person_idx').on(t.personId),
  ],
);

/** Server-side session; its id is inside the signed cookie, so that it can end at once. */
export const sessions = pgTable(
  'sessions',
  {
    id: id().primaryKey(),
    userId: uuid()
      .notNull()
      .references(() => users.id),
    activeOrgId: uuid().references(() => organisations.id),
    createdAt: instant().notNull(),
    lastSeenAt: instant().notNull(),
    absoluteUntil: instant().notNull(),
    revokedAt: instant(),
    revokedReason: text(),
    reauthenticatedAt: instant(),
    /** When a code of the second factor was last given in it; null while none was. */
    secondFactorAt: instant(),
    userAgent: text(),
    country: country(),
  },
  // A person's open sessions, to list and to revoke.
  (t) => [index('sessions_user_idx').on(t.userId, t.revokedAt)],
);

/** An invitation to join an organisation in a role; the token itself is only in the mail. */
export const invitations = pgTable(
  'invitations',
  {
    id: id().primaryKey(),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    email: text().notNull(),
    role: text().notNull(),
    tokenHash: sha256().notNull(),
    invitedBy: uuid()
      .notNull()
      .references(() => people.id),
    createdAt: instant().notNull(),
    expiresAt: instant().notNull(),
    acceptedAt: instant(),
    acceptedBy: uuid().references(() => people.id),
    revokedAt: instant(),
    /** The team that they join with it; null for none. */
    teamId: uuid().references(() => staffTeams.id),
  },
  (t) => [
    // An invitation by its link.
    uniqueIndex('invitations_token_key').on(t.tokenHash),
    // The organisation's open invitations.
    index('invitations_org_idx').on(t.orgId, t.createdAt),
  ],
);

/** A link sent to an account's own address, to confirm it or to set a new password; the token itself is only in the mail. */
export const mailLinks = pgTable(
  'mail_links',
  {
    id: id().primaryKey(),
    userId: uuid()
      .notNull()
      .references(() => users.id),
    purpose: text({ enum: ['confirm_address', 'reset_password'] }).notNull(),
    tokenHash: sha256().notNull(),
    createdAt: instant().notNull(),
    expiresAt: instant().notNull(),
    usedAt: instant(),
    /** Set when a newer link took its place, or a new password made it pointless. */
    replacedAt: instant(),
  },
  (t) => [
    // A mailed link by its token.
    uniqueIndex('mail_links_token_key').on(t.tokenHash),
    // The links an account got of late, to bound them and to replace the earlier ones.
    index('mail_links_user_idx').on(t.userId, t.purpose, t.createdAt),
  ],
);

/** Failed sign-ins per address, for throttling; one row per address and hour. */
export const signInFailures = pgTable(
  'sign_in_failures',
  { email: text().notNull(), hour: instant().notNull(), failures: integer().notNull().default(0) },
  (t) => [primaryKey({ columns: [t.email, t.hour] })],
);

/** The authenticator app of an account (RFC 6238): it counts once a first code has confirmed it. */
export const authenticators = pgTable('authenticators', {
  userId: uuid()
    .primaryKey()
    .references(() => users.id),
  /** The shared secret, encrypted for this account alone; shown once, at enrolment. */
  sealedSecret: text().notNull(),
  createdAt: instant().notNull(),
  confirmedAt: instant(),
  /** The 30-second step of the last code that was taken: no code works twice. */
  lastStep: integer(),
  /** Codes tried in the hour that began at `triesHour`, to bound guessing. */
  triesHour: instant(),
  tries: integer().notNull().default(0),
});

/** Ways back in without the app; each works once and is kept as a hash. */
export const recoveryCodes = pgTable(
  'recovery_codes',
  {
    id: id().primaryKey(),
    userId: uuid()
      .notNull()
      .references(() => users.id),
    codeHash: sha256().notNull(),
    createdAt: instant().notNull(),
    usedAt: instant(),
  },
  // A code of an account by its hash, and how many are left.
  (t) => [uniqueIndex('recovery_codes_user_key').on(t.userId, t.codeHash)],
);
