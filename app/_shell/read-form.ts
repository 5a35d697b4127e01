import type { z } from 'zod';
import { callErrorData } from '#app/_trpc/query-client.ts';
import type { FormProblem } from '#app/_ui/form-error-summary.tsx';
import '#server/core/zod-words.ts';

/** A form's text fields as a nested object by their dotted names; empty fields are empty text. */
export function readForm(form: HTMLFormElement): Record<string, unknown> {
  const whole: Record<string, unknown> = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value !== 'string') continue;
    const path = name.split('.');
    const last = path.pop();
    if (last === undefined) continue;
    let at = whole;
    for (const key of path) {
      at[key] ??= {};
      at = at[key] as Record<string, unknown>;
    }
    at[last] = value;
  }
  return whole;
}

/** What a schema finds wrong, first problem of each field. */
export function formProblems(error: z.ZodError): FormProblem[] {
  const byName = new Map<string, string>();
  for (const issue of error.issues) {
    const name = issue.path.join('.');
    if (!byName.has(name)) byName.set(name, issue.message);
  }
  return [...byName].map(([name, message]) => ({ name, message }));
}

/** Sends what a schema finds nothing wrong with; else says what is. May throw a refusal. */
export async function sendChecked<Schema extends z.ZodType>(
  schema: Schema,
  values: unknown,
  send: (checked: z.output<Schema>) => Promise<unknown>,
): Promise<FormProblem[] | null> {
  const parsed = schema.safeParse(values);
  if (!parsed.success) return formProblems(parsed.error);
  await send(parsed.data);
  return null;
}

/** What the server found wrong: its details by field, or its one sentence. `at` prefixes field names as in the form. */
export function refusalProblems(
  error: unknown,
  at: (path: string) => string = (path) => path,
): FormProblem[] {
  const data = callErrorData(error);
  const details = (data?.details ?? []).filter((detail) => detail.path);
  if (details.length > 0) {
    return details.map((detail) => ({ name: at(detail.path ?? ''), message: detail.message }));
  }
  const message = data === null ? 'Readroom could not be reached. Try again.' : (error as Error).message;
  return [{ message }];
}

/** Problems by field name, for `Field error`. */
export function byField(problems: readonly FormProblem[]): Partial<Record<string, string>> {
  return Object.fromEntries(
    problems.flatMap(({ name, message }) => (name === undefined ? [] : [[name, message]])),
  );
}
