import type postgres from 'postgres';

/** A statement as it was sent. */
export type Said = { query: string; parameters: unknown[] };

/** The plan made for a statement's values, or the one made for any. */
export const PLAN_MODES = ['force_custom_plan', 'force_generic_plan'] as const;

type Node = {
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  'Node Type': string;
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

let asked = 0;

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
  return admin
    .begin(async (sql) => {
      await sql.unsafe(`set local plan_cache_mode = ${mode}`);
      if (first !== undefined) await sql.unsafe(first);
      const name = `asked_${++asked}`;
      await sql.unsafe(`prepare ${name} as ${said.query}`);
      const given = said.parameters.map(literal).join(', ');
      const run = said.parameters.length === 0 ? name : `${name}(${given})`;
      const [row] = await sql.unsafe<{ 'QUERY PLAN': [{ Plan: Node }] }[]>(
        `explain (analyze, format json) execute ${run}`,
      );
      const found = row === undefined ? Number.NaN : touched(row['QUERY PLAN'][0].Plan);
      throw Object.assign(new Error('roll back'), { found });
    })
    .catch((error: { found?: number }) => {
      if (error.found === undefined) throw error;
      return error.found;
    });
}
