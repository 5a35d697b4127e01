import { and, eq } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { batches } from '#db/schema/work-batches.ts';

/** Letters that nobody takes for a digit. */
const LETTERS = [...'ABCDEFGHJKLMNPQRSTUVWXYZ'];
const NAMES = [...LETTERS, ...LETTERS.flatMap((one) => LETTERS.map((other) => one + other))];

/**
 * The name of a pilot's first batch, "Pilot K": no other batch of the project is called so. It stands on the screens of its bidder, of
 * auditors and of the panel, so that it names no vendor (R21), and its letter is by chance: a number would tell a bidder how many pilots
 * were ordered before its own (R15). The sponsor's lists say the vendor beside it. Index: batches_project_idx.
 */
export async function namePilot(q: Queryable, of: { projectId: string; pilotId: string }): Promise<string> {
  const rows = await q
    .select({ name: batches.name })
    .from(batches)
    .where(and(eq(batches.projectId, of.projectId), eq(batches.kind, 'pilot')));
  return freeName(of.pilotId, new Set(rows.map((row) => row.name)));
}

/** The first name that is not taken, from a letter on that the end of an id gives, which is random; two letters once all are taken. */
export function freeName(pilotId: string, taken: ReadonlySet<string>): string {
  const at = Number.parseInt(pilotId.slice(-6), 16) % LETTERS.length;
  const inTurn = [...LETTERS.slice(at), ...LETTERS.slice(0, at), ...NAMES.slice(LETTERS.length)];
  const letters = inTurn.find((one) => !taken.has(`Pilot ${one}`));
  return letters === undefined ? 'Pilot' : `Pilot ${letters}`;
}
