import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { endStaging, findCurrent, type ImportRow, listCurrent, replaceCurrent } from './import-queries.ts';

/**
 * Moves the pointer to a staged import, in one short transaction that touches no row of the register: a full file takes
 * the place of the old one, a delta becomes the highest layer. What must be looked at again is asked for with it: a new
 * exclusion list screens everybody, a new NPPES file checks the NPIs.
 */
export async function makeCurrent(
  ctx: CommandContext,
  input: { row: ImportRow; rowsBefore: number | null; shrunkReason: string | null },
): Promise<void> {
  const { row } = input;
  await transact(ctx, async (tx) => {
    let place = { baseId: row.id, layer: 0 };
    if (row.mode === 'full') {
      await replaceCurrent(tx.db, { source: row.source, importId: row.id, asOf: row.asOf, now: tx.now });
    } else {
      const base = await findCurrent(tx.db, row.source);
      const top = (await listCurrent(tx.db, row.source))[0];
      if (base === null) throw gone();
      place = { baseId: base.id, layer: (top?.layer ?? 0) + 1 };
    }
    const isMoved = await endStaging(tx.db, row.id, {
      status: 'current',
      endedAt: tx.now,
      rowsBefore: input.rowsBefore,
      shrunkReason: input.shrunkReason,
      ...place,
    });
    if (!isMoved) throw gone();
    await tx.audit({
      action: 'registers.import_made_current',
      subject: { kind: 'register_import', id: row.id },
      detail: { source: row.source, mode: row.mode, fileSha256: row.fileSha256, asOf: row.asOf },
    });
    if (row.source === 'leie' || row.source === 'sam') {
      await tx.enqueue({
        name: 'registers.screen-everybody',
        payload: { cause: 'list_imported' },
        key: 'registers.screen-everybody',
      });
    }
    if (row.source === 'nppes' || row.source === 'nucc') {
      await tx.enqueue({ name: 'registers.check-all-npis', payload: {}, key: 'registers.check-all-npis' });
    }
  });
}

function gone(): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'import_overtaken',
    message: 'Another import of this register was made current in the meantime. Run it again.',
  });
}
