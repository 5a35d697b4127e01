import type { Database } from '#db/client.ts';
import { isSharded } from '#db/driver.ts';
import type { BatchFacts } from './batch-facts.ts';

/**
 * Calls of one key go together: those that say the same `statement`, of whatever batches on one PostgreSQL; on a database that is sharded by
 * batch those of one batch only, so that a statement is run where its batch lies (ADR 019).
 */
export const keyOfGroup = (db: Database, { id }: Pick<BatchFacts, 'id'>, statement: string): string =>
  isSharded(db) ? `${statement} ${id}` : statement;
