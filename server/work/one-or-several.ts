/*
 * Statements for a group of people. Where all of them are in one batch, the statement names it once, as a parameter: it can be run where
 * that batch lies. Where they are in several, each row names its own; then it needs a PostgreSQL that holds them all.
 */

/** How a statement names the batch of a row `of`, and that a table's row lies in the batch of another. */
export type NamesBatch = ((of: string) => string) & { any(table: string, other: string): string };
/** Both forms of a statement; the parameter after its others is the batch, in the first. */
export type OneOrSeveral = { one: string; several: string };

/** Both forms of a statement whose parameter number `parameter` is the one batch. */
export function inOneOrSeveral(parameter: number, say: (batch: NamesBatch) => string): OneOrSeveral {
  const one = `$${parameter}::uuid`;
  return {
    one: say(Object.assign(() => one, { any: (table: string) => `${table}.batch_id = ${one}` })),
    several: say(
      Object.assign((of: string) => `${of}.batch_id`, {
        any: (table: string, other: string) =>
          `${table}.batch_id = any(array(select batch_id from ${other})) and ${table}.batch_id = ${other}.batch_id`,
      }),
    ),
  };
}

/** The form that fits the rows, and its parameters. */
export function sayFor(
  statement: OneOrSeveral,
  rows: readonly { batch_id: string }[],
  parameters: readonly string[],
): { text: string; parameters: string[] } {
  const [first] = rows;
  return first !== undefined && rows.every((row) => row.batch_id === first.batch_id)
    ? { text: statement.one, parameters: [...parameters, first.batch_id] }
    : { text: statement.several, parameters: [...parameters] };
}
