import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  char,
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { id, instant, sha256 } from '#db/columns.ts';
import { credentials } from './credentials.ts';
import { people } from './identity.ts';

/**
 * One import of one register file. `current` is the pointer: rows of any other import are on no page and in no screening.
 * NPPES deltas and deactivation reports are layers over the last full file (`base_id`), the highest layer wins.
 */
export const registerImports = pgTable(
  'register_imports',
  {
    id: id().primaryKey(),
    source: text({ enum: ['nucc', 'nppes', 'leie', 'sam'] }).notNull(),
    mode: text({ enum: ['full', 'delta', 'deactivated'] }).notNull(),
    status: text({ enum: ['staging', 'current', 'replaced', 'refused', 'abandoned'] })
      .notNull()
      .default('staging'),
    fileName: text().notNull(),
    fileSha256: sha256().notNull(),
    fileBytes: bigint({ mode: 'number' }).notNull(),
    /** What the file says about its own day; asked for when it does not say. */
    asOf: date().notNull(),
    /** Where to go on: committed with the rows before it. */
    bytesDone: bigint({ mode: 'number' }).notNull().default(0),
    linesDone: integer().notNull().default(0),
    rowsDone: integer().notNull().default(0),
    /** Rows of the import that this one took the place of. */
    rowsBefore: integer(),
    /** The full import that a layer lies on, and its height there; a full import is its own floor, layer 0. */
    baseId: uuid(),
    layer: integer().notNull().default(0),
    /** Why a file with far fewer rows was taken all the same. */
    shrunkReason: text(),
    /** Why it was refused: at most 20 lines with what is wrong. */
    problems: jsonb().notNull().default(sql`'[]'::jsonb`),
    startedAt: instant().notNull(),
    endedAt: instant(),
    /** Set when the rows of an import that is not current any more were deleted. */
    clearedAt: instant(),
  },
  (t) => [
    // The current full file of each register, and that there is one at most: what the pointer points at.
    uniqueIndex('register_imports_current_key').on(t.source).where(sql`status = 'current' and mode = 'full'`),
    // Two people cannot stage files of one register at once; which one goes on after a stop.
    uniqueIndex('register_imports_staging_key').on(t.source).where(sql`status = 'staging'`),
    // The last runs of a register, newest first; the layers that are current.
    index('register_imports_source_idx').on(t.source, t.startedAt),
  ],
);

/** NUCC provider taxonomy: what a ten-character specialty code means. */
export const registerSpecialties = pgTable(
  'register_specialties',
  {
    importId: uuid().notNull(),
    code: char({ length: 10 }).notNull(),
    grouping: text(),
    classification: text().notNull(),
    specialization: text(),
    displayName: text().notNull(),
    section: text(),
  },
  // A code of the current version.
  (t) => [primaryKey({ columns: [t.importId, t.code] })],
);

/** NPPES: who holds an NPI, as the provider reported it; never proof of a licence. Deactivated rows have only the day. */
export const registerProviders = pgTable(
  'register_providers',
  {
    importId: uuid().notNull(),
    npi: char({ length: 10 }).notNull(),
    /** 1 a person, 2 an organisation, null deactivated. */
    entityType: char({ length: 1 }),
    replacementNpi: char({ length: 10 }),
    lastName: text(),
    firstName: text(),
    middleName: text(),
    credential: text(),
    otherLastName: text(),
    otherFirstName: text(),
    organisationName: text(),
    state: text(),
    enumeratedOn: date(),
    updatedOn: date(),
    deactivatedOn: date(),
    reactivatedOn: date(),
    /** `[{ code, licence?, state?, primary? }]`, at most 15. */
    taxonomies: jsonb().notNull(),
  },
  // A number in the layers of the current import.
  (t) => [primaryKey({ columns: [t.importId, t.npi] })],
);

/** A line of an exclusion list, LEIE or SAM, with the keys it is searched by (server/registers/names.ts). */
export const exclusionRecords = pgTable(
  'exclusion_records',
  {
    importId: uuid().notNull(),
    /** Line of the file. */
    line: integer().notNull(),
    source: text({ enum: ['leie', 'sam'] }).notNull(),
    isPerson: boolean().notNull(),
    lastName: text(),
    firstName: text(),
    middleName: text(),
    businessName: text(),
    npi: char({ length: 10 }),
    birthDate: date(),
    city: text(),
    state: text(),
    country: text(),
    specialty: text(),
    /** LEIE: the statute (`1128a1`); SAM: the exclusion type. */
    reason: text(),
    /** SAM: who excluded. */
    agency: text(),
    excludedOn: date(),
    /** SAM: until when, null for ever. */
    excludedUntil: date(),
    waiverOn: date(),
    waiverState: text(),
    recordNumber: text(),
    remarks: text(),
    /** Of everything above: the same record in the next list has the same. */
    recordHash: char({ length: 32 }).notNull(),
    lastKey: text(),
    firstKey: text(),
    soundKey: text(),
  },
  (t) => [
    primaryKey({ columns: [t.importId, t.line] }),
    // Screening, first step: the same NPI.
    index('exclusion_records_npi_idx').on(t.importId, t.npi).where(sql`npi is not null`),
    // Screening, second step and how common a name is: the same last name.
    index('exclusion_records_last_idx').on(t.importId, t.lastKey, t.firstKey),
    // Screening, third step: a last name that sounds alike, and the first letter of the first name.
    index('exclusion_records_sound_idx').on(t.importId, t.soundKey),
  ],
);

/** One screening: of everybody, or of one person; against which files, of how many, with what result. */
export const screeningRuns = pgTable(
  'screening_runs',
  {
    id: id().primaryKey(),
    cause: text({ enum: ['list_imported', 'monthly', 'person_changed', 'operator'] }).notNull(),
    /** Null: everybody. */
    personId: uuid().references(() => people.id),
    status: text({ enum: ['running', 'done'] })
      .notNull()
      .default('running'),
    /** `[{ source, importId, fileName, fileSha256, asOf, rows }]`: the lists as they were. */
    lists: jsonb().notNull(),
    /** The last person screened, so that a run that was cut goes on there. */
    cursor: uuid(),
    peopleScreened: integer().notNull().default(0),
    hitsNew: integer().notNull().default(0),
    hitsKnown: integer().notNull().default(0),
    /** Records of a common name that a differing birth date or NPI ruled out. */
    setAside: integer().notNull().default(0),
    startedAt: instant().notNull(),
    endedAt: instant(),
  },
  (t) => [
    // The history of screenings, newest first.
    index('screening_runs_started_idx').on(t.startedAt),
    // When was this person last screened on their own; when was everybody.
    index('screening_runs_person_idx').on(t.personId, t.startedAt),
  ],
);

/** A person who may be the one of a record; an operator decides. */
export const screeningHits = pgTable(
  'screening_hits',
  {
    id: id().primaryKey(),
    runId: uuid()
      .notNull()
      .references(() => screeningRuns.id),
    personId: uuid()
      .notNull()
      .references(() => people.id),
    source: text({ enum: ['leie', 'sam'] }).notNull(),
    recordHash: char({ length: 32 }).notNull(),
    /** The public record as listed; lists are replaced, this stays. */
    record: jsonb().notNull(),
    basis: text({ enum: ['npi', 'name_birth_date', 'name'] }).notNull(),
    /** 0..1; orders the work, decides nothing. */
    score: real().notNull(),
    /** `[{ element, result: agree | near | differ | unknown }]`; never what the person gave. */
    comparison: jsonb().notNull(),
    /** Of the person as compared; another one asks again. Emptied when the account is erased. */
    personVersion: text().notNull(),
    status: text({ enum: ['open', 'not_same', 'confirmed', 'lifted', 'superseded'] })
      .notNull()
      .default('open'),
    /** False once the record is in the current list no more: a reinstatement, for an operator to look at. */
    isListed: boolean().notNull().default(true),
    openedAt: instant().notNull(),
    decidedAt: instant(),
  },
  (t) => [
    // Asked once per record and version of the person.
    uniqueIndex('screening_hits_asked_key').on(t.personId, t.source, t.recordHash, t.personVersion),
    // The work-list: open hits, oldest first.
    index('screening_hits_open_idx').on(t.openedAt).where(sql`status = 'open'`),
    // The gate: is this person excluded.
    index('screening_hits_confirmed_idx').on(t.personId).where(sql`status = 'confirmed'`),
  ],
);

/** What was decided on a hit, and what its person said against it. Append-only. */
export const screeningDecisions = pgTable(
  'screening_decisions',
  {
    id: id().primaryKey(),
    hitId: uuid()
      .notNull()
      .references(() => screeningHits.id),
    decision: text({ enum: ['not_same', 'confirmed', 'objected', 'upheld', 'lifted'] }).notNull(),
    reason: text().notNull(),
    /** Where it can be seen again: a reference, a link to the source. */
    evidence: text(),
    decidedBy: uuid()
      .notNull()
      .references(() => people.id),
    decidedAt: instant().notNull(),
  },
  // The history of a hit.
  (t) => [index('screening_decisions_hit_idx').on(t.hitId, t.decidedAt)],
);

/** What NPPES says beside an NPI that somebody claims; evidence for the desk, which decides. */
export const npiChecks = pgTable(
  'npi_checks',
  {
    id: id().primaryKey(),
    credentialId: uuid()
      .notNull()
      .references(() => credentials.id),
    personId: uuid()
      .notNull()
      .references(() => people.id),
    outcome: text({ enum: ['agrees', 'review', 'differs', 'unknown'] }).notNull(),
    /** `[{ element, result: agree | near | differ | unknown, found }]`; `found` goes when the account is erased. */
    elements: jsonb().notNull(),
    /** `NPPES file of DAY` or `NPPES API`. */
    source: text().notNull(),
    sourceAsOf: date(),
    /** The file it was found in. */
    sourceSha256: sha256(),
    checkedAt: instant().notNull(),
  },
  (t) => [
    // The last check of a credential.
    index('npi_checks_credential_idx').on(t.credentialId, t.checkedAt),
    // What to empty when an account is erased.
    index('npi_checks_person_idx').on(t.personId),
    check('npi_checks_source', sql`source <> ''`),
  ],
);
