import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { HOT_TABLES } from '#db/append-only.ts';
import type { Database } from '#db/client.ts';
import * as schema from '#db/schema/index.ts';
import { type PLAN_MODES, rowsTouched, type Said } from './plan-rows.ts';

const touches = new RegExp(`\\b(from|join|update|into|using)\\s+"?(${HOT_TABLES.join('|')})"?\\b`, 'i');
/** Rows that a statement writes under ids of its own: they are in the way of running it again. */
const WRITES = /\binsert into "?(labels|reviews|final_labels|terms)"?/i;
/** What the recorded run has given back would be in the way as well. */
const FORGET = `delete from slot_releases where at > '2026-06-01T00:00:00Z'`;
/** So would the row of whoever has just joined, and has taken nothing yet. */
const JOINS = /\binsert into "?readers"?/i;
const FORGET_JOINED = `${FORGET}; delete from readers where claimed = 0`;

export type HotSpy = {
  db: Database;
  /** Records what `body` sends about hot tables. */
  during<T>(body: () => Promise<T>): Promise<T>;
  /** Each statement once, with the parameters it was sent with last. */
  statements(): Said[];
  end(): Promise<void>;
};

/** A connection of its own that remembers what is asked of the hot tables through it. */
export function spyOnHot(url: string): HotSpy {
  const said = new Map<string, Said>();
  let isListening = false;
  const sql = postgres(url, {
    max: 4,
    onnotice: () => {},
    debug: (_connection, query, parameters) => {
      if (isListening && touches.test(query)) said.set(query, { query, parameters: parameters as unknown[] });
    },
  });
  return {
    db: drizzle(sql, { schema, casing: 'snake_case' }),
    during: async (body) => {
      isListening = true;
      try {
        return await body();
      } finally {
        isListening = false;
      }
    },
    statements: () => [...said.values()],
    end: () => sql.end(),
  };
}

/** The statements that touch more rows than `allowed` when they are run again as they were sent. Throws where one cannot be prepared. */
export async function listTooMuch(
  admin: postgres.Sql,
  statements: readonly Said[],
  mode: (typeof PLAN_MODES)[number],
  allowed: (query: string) => number,
): Promise<{ rows: number; query: string }[]> {
  const tooMuch: { rows: number; query: string }[] = [];
  for (const { query, parameters } of statements) {
    // Nothing that touches a hot table is passed over: what is not recognised is a fault of this list.
    if (!/^[\s(]*(with|select|update|insert|delete)\b/i.test(query))
      throw new Error(`Not known how to explain: ${query}`);
    const [, written] = WRITES.exec(query) ?? [];
    const before = JOINS.test(query) ? FORGET_JOINED : FORGET;
    const first =
      written === undefined ? before : `${before}; delete from ${written} where batch_id is not null`;
    const rows = await rowsTouched(admin, { query, parameters }, mode, first);
    if (rows > allowed(query)) tooMuch.push({ rows, query });
  }
  return tooMuch;
}
