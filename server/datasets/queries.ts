import type { Tx } from '#db/client.ts';
import { assets, cases, datasets } from '#db/schema/datasets.ts';

/** Rows of one insert; 1,000 cases of 9 columns stay far below the 65,535 parameters of a statement. */
const CHUNK = 1000;

/** Adds the dataset's row. */
export async function insertDataset(db: Tx, row: typeof datasets.$inferInsert): Promise<void> {
  await db.insert(datasets).values(row);
}

/** Adds cases and their assets in chunks, in file order. */
export async function insertCases(
  db: Tx,
  caseRows: readonly (typeof cases.$inferInsert)[],
  assetRows: readonly (typeof assets.$inferInsert)[],
): Promise<void> {
  for (let from = 0; from < caseRows.length; from += CHUNK) {
    await db.insert(cases).values(caseRows.slice(from, from + CHUNK));
  }
  for (let from = 0; from < assetRows.length; from += CHUNK) {
    await db.insert(assets).values(assetRows.slice(from, from + CHUNK));
  }
}
