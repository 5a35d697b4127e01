import { getTableName, is, SQL } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { HOT_TABLES } from './append-only.ts';
import * as schema from './schema/index.ts';

/*
 * Design rule 5.1: the hot tables can be distributed by batch as they are. What Citus asks of a distributed table is asked
 * of the schema here, so that it is found when a column is added and not when somebody moves.
 */

const tables = (Object.values(schema) as unknown[]).filter((one): one is PgTable => is(one, PgTable));
const hot = tables.filter((table) => HOT_TABLES.some((name) => name === getTableName(table)));

/** Indexes that look over batches on purpose; none is unique. */
const OVER_BATCHES = ['readers_person_idx', 'gold_answers_item_idx'];

/** Column names as the database has them. */
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const nameOf = (column: unknown) =>
  is(column, SQL) ? 'expression' : snake((column as { name?: string }).name ?? '');

test('every hot table is there', () => {
  expect(hot.map(getTableName).sort()).toEqual([...HOT_TABLES].sort());
});

test.each(hot.map((table) => [getTableName(table), table] as const))(
  '%s: its primary key and every index begin with the batch, and it has neither a sequence nor a foreign key',
  (_name, table) => {
    const config = getTableConfig(table);
    const keys = config.primaryKeys.map((key) => key.columns.map(nameOf));
    expect(keys).toHaveLength(1);
    for (const key of keys) expect(key[0]).toBe('batch_id');
    expect(config.uniqueConstraints).toEqual([]);
    const astray = config.indexes
      .filter((index) => nameOf(index.config.columns[0]) !== 'batch_id')
      .filter((index) => index.config.unique || !OVER_BATCHES.includes(index.config.name ?? ''));
    expect(astray.map((index) => index.config.name)).toEqual([]);
    expect(config.foreignKeys).toEqual([]);
    expect(config.columns.filter((column) => /serial/.test(column.getSQLType())).map(nameOf)).toEqual([]);
  },
);

test('no other table refers to a hot one', () => {
  const referring = tables.flatMap((table) =>
    getTableConfig(table).foreignKeys.flatMap((key) =>
      HOT_TABLES.some((name) => name === getTableName(key.reference().foreignTable))
        ? [getTableName(table)]
        : [],
    ),
  );
  expect(referring).toEqual([]);
});
