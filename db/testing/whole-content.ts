import type { TestDatabase } from './database.ts';

/** What every table of the app and the ledger holds, as a digest by its name: two that are equal say that neither was written to between them. */
export async function wholeContent({ admin }: TestDatabase): Promise<Record<string, string>> {
  const tables = await admin`
    select c.oid::regclass::text as name from pg_class c where c.relkind = 'r' and c.relnamespace in ('public'::regnamespace, 'ledger'::regnamespace)
    order by 1`;
  const content: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await admin.unsafe(
      `select md5(coalesce(string_agg(x::text, '|' order by x::text), '')) as digest from ${name} x`,
    );
    content[name] = row?.digest;
  }
  return content;
}
