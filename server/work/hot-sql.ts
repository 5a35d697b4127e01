import type postgres from 'postgres';
import type { Database, Queryable } from '#db/client.ts';
import { hotDriverOf } from '#db/driver.ts';
import { postgresFault, violates } from '#db/errors.ts';

/** Runs prepared statements, inside or outside of a transaction. Instants go in as ISO strings, JSON as text. */
export type HotSql = postgres.Sql;

/**
 * The driver under `q`, for the statements of claim and submit: through it they are prepared once per connection and pipelined.
 * Everything else goes through drizzle. In a command's transaction it is that transaction's, so that both commit together.
 */
export const hotSql: (q: Queryable) => HotSql = hotDriverOf;

/**
 * People who claim in one statement. A claim that began before another's commit holds, for a moment, slots that were taken by that: the
 * longer claims take, the more submits are left out for it.
 */
export const MOST_CLAIMS = 16;
/** People whose submissions alone go to the database as one statement. */
export const MOST_SUBMITS = 32;
/** Groups of claims, and of submissions, that one process has under way over all: together the hot connections of an app. */
const GROUPS_AT_ONCE = 5;
/** Of them, those of one statement: the database works on one while another's answers are handed out. More take locks from one another. */
const GROUPS_AT_ONCE_EACH = 2;
/** A group is done in 5 ms; one that takes so long waits for somebody's lock, and holds nobody else up. */
const PATIENCE_MS = 50;

export const GROUPS = {
  atOnce: GROUPS_AT_ONCE,
  atOnceEach: GROUPS_AT_ONCE_EACH,
  patienceMs: PATIENCE_MS,
};

const RETRIED = new Set(['40001', '40P01']);

/** One transaction of hot statements, tried again as `tryAgain` says. */
export const transactHot = <T>(db: Database, body: (sql: HotSql) => Promise<T>): Promise<T> =>
  tryAgain(async () => (await hotSql(db).begin((sql) => body(sql as unknown as HotSql))) as T);

/** Two tabs of one person that reach for two reads of one case: the second has not seen what the first took while it waited. */
const PERSON_KEY = 'slots_person_task_key';

/** A statement or transaction; after a deadlock, a serialisation failure or a meeting of two tabs again, at most twice. */
export async function tryAgain<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      const fault = postgresFault(error);
      if (attempt < 3 && fault && (RETRIED.has(fault.code) || violates(error, PERSON_KEY))) continue;
      throw error;
    }
  }
}
