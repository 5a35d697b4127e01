import type postgres from 'postgres';

/** The columns of a table that an insert gives, as SQL: for tests that copy rows by thousands. What the database reckons itself is not among them. */
export async function writableColumns(sql: postgres.Sql, table: string): Promise<string> {
  const [row] = await sql<{ columns: string }[]>`
    select string_agg(quote_ident(column_name), ', ' order by ordinal_position) as columns from information_schema.columns
    where table_schema = 'public' and table_name = ${table} and is_generated = 'NEVER'`;
  return row?.columns ?? '';
}
