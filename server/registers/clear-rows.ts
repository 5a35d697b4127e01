import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { deleteRows, type ImportRow, listUncleared, markCleared } from './import-queries.ts';

/** Rows deleted in one transaction; some 0.2 s. */
const PER_TRANSACTION = 20_000;

/** Deletes the rows of an import that is out of use, in short transactions. Safe to repeat. Returns how many. */
export async function clearRows(
  ctx: CommandContext,
  row: Pick<ImportRow, 'id' | 'source'>,
  onCleared: (rows: number) => void = () => {},
): Promise<number> {
  let cleared = 0;
  for (;;) {
    const count = await transact(ctx, async (tx) => {
      const deleted = await deleteRows(tx.db, row, PER_TRANSACTION);
      if (deleted < PER_TRANSACTION) await markCleared(tx.db, row.id, tx.now);
      return deleted;
    });
    cleared += count;
    onCleared(cleared);
    if (count < PER_TRANSACTION) return cleared;
  }
}

/** Clears what every ended import has left behind. Returns how many rows. */
export async function clearAllRows(ctx: CommandContext): Promise<number> {
  let cleared = 0;
  for (const row of await listUncleared(ctx.db)) cleared += await clearRows(ctx, row);
  return cleared;
}
