import { readFile } from 'node:fs/promises';
import type postgres from 'postgres';

/** Runs again what a migration does to rows that are there already: its updates, not its changes of the schema. Returns how many there are. */
export async function runDataSteps(admin: postgres.Sql, migration: string): Promise<number> {
  const file = new URL(`../migrations/${migration}.sql`, import.meta.url);
  const steps = (await readFile(file, 'utf8'))
    .split('--> statement-breakpoint')
    .filter((step) => /^update /im.test(step));
  for (const step of steps) await admin.unsafe(step);
  return steps.length;
}
