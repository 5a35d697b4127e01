import type { Queryable } from '#db/client.ts';
import type { AccountCode } from './chart-of-accounts.ts';
import {
  findWrongBalances,
  findWrongPostings,
  findWrongStatements,
  listBalances,
  sumByCurrency,
} from './queries.ts';

/** Balance of one account in minor units; zero when nothing was ever posted. */
export async function balanceOf(
  q: Queryable,
  input: { code: AccountCode; ownerId: string; currency: string },
): Promise<bigint> {
  const rows = await listBalances(q, input.ownerId);
  return rows.find((row) => row.code === input.code && row.currency === input.currency)?.balanceMinor ?? 0n;
}

/** Every account of an owner (organisation, project or batch) with its balance. */
export async function balancesOf(
  q: Queryable,
  ownerId: string,
): Promise<{ code: string; currency: string; balanceMinor: bigint }[]> {
  return (await listBalances(q, ownerId)).map(({ code, currency, balanceMinor }) => ({
    code,
    currency,
    balanceMinor,
  }));
}

/**
 * Proof that the ledger is whole: debits equal credits per currency; every balance is the sum of its entries; statements
 * say what was booked, per payee and currency, and the fee too; readers' posted counters are what the statements say, per
 * batch. Each is one statement, so that a posting under way cannot look like a fault.
 */
export async function checkLedger(q: Queryable): Promise<{ ok: boolean; problems: string[] }> {
  const problems = [
    ...(await sumByCurrency(q))
      .filter((row) => row.difference !== '0')
      .map((row) => `${row.currency}: debits and credits differ by ${row.difference}`),
    ...(await findWrongBalances(q)).map(
      (row) => `account ${row.accountId}: stored ${row.stored}, entries say ${row.recomputed}`,
    ),
    ...(await findWrongStatements(q)).map(
      (row) =>
        `${row.ownerId ? `payee ${row.ownerId}` : 'platform fee'}: statements say ${row.accruals} ${row.currency}, ${row.credited} was booked`,
    ),
    ...(await findWrongPostings(q)).map(
      (row) =>
        `batch ${row.batchId}: readers count ${row.posted} posted and ${row.postedFee} fee, statements say ${row.accruals} and ${row.accrualsFee}`,
    ),
  ];
  return { ok: problems.length === 0, problems };
}
