import { sql } from 'drizzle-orm';
import {
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
import { datasets } from './datasets.ts';
import { people } from './identity.ts';
import { projects } from './projects.ts';
import { protocolVersions } from './protocols.ts';

/** A version of a model with what it answered on one dataset. Only its withdrawal is ever written later. */
export const models = pgTable(
  'models',
  {
    id: id().primaryKey(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    datasetId: uuid()
      .notNull()
      .references(() => datasets.id),
    /** By whose schema its answers were checked. */
    protocolVersionId: uuid()
      .notNull()
      .references(() => protocolVersions.id),
    name: text().notNull(),
    version: text().notNull(),
    /** Keys of the fields that it answers, in the protocol’s order. */
    fields: text().array().notNull(),
    /** Cases with an answer; of those, test data; and with a confidence. */
    answerCount: integer().notNull(),
    testCount: integer().notNull(),
    confidenceCount: integer().notNull(),
    /** Of the file that was imported. */
    sha256: sha256().notNull(),
    createdBy: uuid()
      .notNull()
      .references(() => people.id),
    createdAt: instant().notNull(),
    withdrawnAt: instant(),
    withdrawnBy: uuid().references(() => people.id),
    withdrawnReason: text(),
  },
  (t) => [
    // A version answers a dataset once, however it is spelt and whatever became of it.
    uniqueIndex('models_version_key').on(
      t.projectId,
      t.datasetId,
      sql`lower(${t.name})`,
      sql`lower(${t.version})`,
    ),
    // A project’s models, newest first.
    index('models_project_idx').on(t.projectId, t.createdAt),
  ],
);

/** What a model answered on a case. Append-only, and with the model as the first of its key: a million rows are one range each. */
export const modelAnswers = pgTable(
  'model_answers',
  {
    modelId: uuid()
      .notNull()
      .references(() => models.id),
    caseId: uuid().notNull(),
    /** Field → answer, spelt as `canonicalAnswers` spells a label; a field without one is absent. */
    answers: jsonb().notNull(),
    /** 0 to 1, as the model said it. */
    confidence: real(),
  },
  // All answers of a model, or those on some cases.
  (t) => [primaryKey({ columns: [t.modelId, t.caseId] })],
);
