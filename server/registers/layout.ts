import type { ImportMode, RegisterSource } from './schemas.ts';

/** How one kind of register file is read, and what of it is kept. */
export type Layout = {
  source: RegisterSource;
  mode: ImportMode;
  /** What people call the file. */
  title: string;
  /** Columns of the header that must be there, by their exact names. */
  required: readonly string[];
  /** Columns that are read when they are there. */
  optional: readonly string[];
  /** Lines that may stand above the header. */
  preamble: number;
  table: string;
  /** Columns of the table after `import_id`, in the order of what `encode` gives. */
  copyColumns: readonly string[];
  /**
   * A row as a line of PostgreSQL's COPY (without the import's id), from the cells of `required` then `optional`. Throws
   * CellProblem, which says what is wrong with which cell.
   */
  encode(cells: readonly string[], line: number): string;
};

/** Column name → place in the cells, for layouts that are written by name. */
export function places(
  required: readonly string[],
  optional: readonly string[] = [],
): (name: string) => number {
  const all = new Map([...required, ...optional].map((name, place) => [name, place]));
  return (name) => {
    const place = all.get(name);
    if (place === undefined) throw new Error(`The layout does not read "${name}".`);
    return place;
  };
}
