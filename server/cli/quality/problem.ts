/** A file that cannot be used, with the place; the command prints it and ends with exit code 2. */
export class CsvProblem extends Error {
  constructor(file: string, line: number | null, column: string | null, message: string) {
    super(
      `${file}${line === null ? '' : `:${line}`}${column === null ? '' : `, column ${column}`}: ${message}`,
    );
    this.name = 'CsvProblem';
  }
}

/** Text for an error message: short, on one line. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
