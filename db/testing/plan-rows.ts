import type postgres from 'postgres';
import { HOT_TABLES } from '#db/append-only.ts';

/** A statement as it was sent. */
export type Said = { query: string; parameters: unknown[] };

/** The plan made for a statement's values, or the one made for any. */
export const PLAN_MODES = ['force_custom_plan', 'force_generic_plan'] as const;

type Node = {
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  'Node Type': string;
  'Relation Name'?: string;
  'Shared Hit Blocks'?: number;
  'Shared Read Blocks'?: number;
  Plans?: Node[];
};

/** Rows that all scans of a plan read, kept or thrown away. */
function touched(node: Node): number {
  const own =
    /Scan/.test(node['Node Type']) && !/CTE|Subquery|Function|Values/.test(node['Node Type'])
      ? ((node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)) * (node['Actual Loops'] ?? 1)
      : 0;
  return own + (node.Plans ?? []).reduce((sum, child) => sum + touched(child), 0);
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'boolean') return String(value);
  if (value instanceof Date) return `'${value.toISOString()}'`;
  if (Array.isArray(value)) return `'{${value.join(',')}}'`;
  return `'${String(value).replaceAll("'", "''")}'`;
}

/** Analyses all tables, and tells the planner that the hot ones are fifty times as full, so that it thinks more of reading them whole. */
export async function overstate(admin: postgres.Sql): Promise<void> {
  await admin.unsafe('analyze');
  await admin`update pg_class set relpages = ceil(relpages / 50.0), relallvisible = 0
    where relkind = 'r' and relname in ${admin([...HOT_TABLES])}`;
}

let asked = 0;

/** Pages that reading `table` took, in all scans of a plan. */
function pagesOf(table: string, node: Node): number {
  const isScan = /Scan/.test(node['Node Type']) && node['Relation Name'] === table;
  const own = isScan ? (node['Shared Hit Blocks'] ?? 0) + (node['Shared Read Blocks'] ?? 0) : 0;
  return own + (node.Plans ?? []).reduce((sum, child) => sum + pagesOf(table, child), 0);
}

/**
 * Rows that a statement touches when it is run as it was sent; it changes nothing. `first` is run before it in the same
 * transaction, to take away what the recorded run has added. As the owner, who may take away.
 */
export async function rowsTouched(
  admin: postgres.Sql,
  said: Said,
  mode: (typeof PLAN_MODES)[number],
  first?: string,
): Promise<number> {
  return touched(await planOf(admin, said, mode, first));
}

/** Pages of `table` that a statement reads when it is run as the hot ones are, with a plan for any values; it changes nothing. */
export async function pagesTouched(admin: postgres.Sql, said: Said, table: string): Promise<number> {
  const asHot = 'set local enable_seqscan = off';
  return pagesOf(table, await planOf(admin, said, 'force_generic_plan', asHot));
}

/** The plan of a statement with what came of it; what it did is rolled back. */
async function planOf(
  admin: postgres.Sql,
  said: Said,
  mode: (typeof PLAN_MODES)[number],
  first?: string,
): Promise<Node> {
  return admin
    .begin(async (sql) => {
      await sql.unsafe(`set local plan_cache_mode = ${mode}`);
      if (first !== undefined) await sql.unsafe(first);
      const name = `asked_${++asked}`;
      await sql.unsafe(`prepare ${name} as ${said.query}`);
      const given = said.parameters.map(literal).join(', ');
      const run = said.parameters.length === 0 ? name : `${name}(${given})`;
      const [row] = await sql.unsafe<{ 'QUERY PLAN': [{ Plan: Node }] }[]>(
        `explain (analyze, buffers, format json) execute ${run}`,
      );
      if (row === undefined) throw new Error('There is no plan.');
      throw Object.assign(new Error('roll back'), { found: row['QUERY PLAN'][0].Plan });
    })
    .catch((error: { found?: Node }) => {
      if (error.found === undefined) throw error;
      return error.found;
    });
}
