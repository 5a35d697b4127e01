import { eq, inArray, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { ledgerAccounts, ledgerTransfers } from '#db/schema/ledger.ts';
import { newId } from '#server/core/ids.ts';
import { ACCOUNT_CODES, type AccountCode } from './chart-of-accounts.ts';

/** The kind of a transfer that pays what readers have accrued; each has its row in the accruals. */
export const ACCRUAL = 'accrual';

export type AccountKey = { code: AccountCode; ownerId: string; currency: string };
export type AccountRow = typeof ledgerAccounts.$inferSelect;

/** The accounts of `keys`, made when missing, locked in the order of their ids so that two transfers cannot deadlock. */
export async function lockAccounts(tx: Tx, keys: readonly AccountKey[], now: Date): Promise<AccountRow[]> {
  const sorted = [...keys].sort((a, b) => accountKey(a).localeCompare(accountKey(b)));
  await tx
    .insert(ledgerAccounts)
    .values(
      sorted.map((key) => ({
        id: newId(),
        ...key,
        normalSide: ACCOUNT_CODES[key.code].normalSide,
        allowNegative: ACCOUNT_CODES[key.code].allowNegative,
        balanceMinor: 0n,
        createdAt: now,
      })),
    )
    .onConflictDoNothing();
  return tx
    .select()
    .from(ledgerAccounts)
    .where(
      inArray(
        sql`(${ledgerAccounts.code}, ${ledgerAccounts.ownerId}, ${ledgerAccounts.currency})`,
        sorted.map((key) => sql`(${key.code}, ${key.ownerId}::uuid, ${key.currency})`),
      ),
    )
    .orderBy(ledgerAccounts.id)
    .for('update');
}

/** Identity of an account as text. */
export function accountKey(key: { code: string; ownerId: string; currency: string }): string {
  return `${key.code}|${key.ownerId}|${key.currency}`;
}

/** The transfer with this id, or null. */
export async function findTransfer(q: Queryable, id: string) {
  const [row] = await q.select().from(ledgerTransfers).where(eq(ledgerTransfers.id, id));
  return row ?? null;
}

/** Balances of the accounts of one owner. */
export async function listBalances(q: Queryable, ownerId: string): Promise<AccountRow[]> {
  return q
    .select()
    .from(ledgerAccounts)
    .where(eq(ledgerAccounts.ownerId, ownerId))
    .orderBy(ledgerAccounts.code)
    .limit(200);
}

/** Accounts whose stored balance is not the sum of their entries; must be empty. */
export async function findWrongBalances(
  q: Queryable,
): Promise<{ accountId: string; stored: string; recomputed: string }[]> {
  return [
    ...(await q.execute<{ accountId: string; stored: string; recomputed: string }>(sql`
    select a.id as "accountId", a.balance_minor::text as stored,
      coalesce(sum(case when e.direction = a.normal_side then e.amount_minor else -e.amount_minor end), 0)::text as recomputed
    from ledger.accounts a left join ledger.entries e on e.account_id = a.id
    group by a.id
    having a.balance_minor <> coalesce(sum(case when e.direction = a.normal_side then e.amount_minor else -e.amount_minor end), 0)
    limit 100`)),
  ];
}

/** Sum of debits less sum of credits per currency over the whole ledger; every value must be zero. */
export async function sumByCurrency(q: Queryable): Promise<{ currency: string; difference: string }[]> {
  return [
    ...(await q.execute<{ currency: string; difference: string }>(sql`
    select currency, sum(case direction when 'debit' then amount_minor else -amount_minor end)::text as difference
    from ledger.entries group by currency order by currency`)),
  ];
}

/**
 * Statements against the books: per payee (or, for the fee, the platform's income) and currency, what the accruals say and
 * what accrual transfers have credited. Only those that differ, at most 100.
 */
export async function findWrongStatements(
  q: Queryable,
): Promise<{ code: string; ownerId: string | null; currency: string; accruals: string; credited: string }[]> {
  return [
    ...(await q.execute<{
      code: string;
      ownerId: string | null;
      currency: string;
      accruals: string;
      credited: string;
    }>(sql`
    with both_sides as (
      select 'payable' as code, payee_org_id as owner_id, currency, amount_minor as told, 0 as booked from ledger.accruals
      union all
      select 'fee_income', null, currency, fee_minor, 0 from ledger.accruals
      union all
      select a.code, case a.code when 'payable' then a.owner_id end, e.currency, 0,
        case e.direction when 'credit' then e.amount_minor else -e.amount_minor end
      from ledger.entries e join ledger.transfers t on t.id = e.transfer_id and t.kind = ${ACCRUAL}
      join ledger.accounts a on a.id = e.account_id and a.code in ('payable', 'fee_income'))
    select code, owner_id as "ownerId", currency, sum(told)::text as accruals, sum(booked)::text as credited
    from both_sides group by code, owner_id, currency having sum(told) <> sum(booked)
    order by code, owner_id, currency limit 100`)),
  ];
}

/** Batches whose readers' posted counters are not what the accruals say was posted, for pay or fee; at most 100. */
export async function findWrongPostings(q: Queryable): Promise<
  {
    batchId: string;
    posted: string;
    accruals: string;
    postedFee: string;
    accrualsFee: string;
  }[]
> {
  return [
    ...(await q.execute<{
      batchId: string;
      posted: string;
      accruals: string;
      postedFee: string;
      accrualsFee: string;
    }>(sql`
    with counted as (
      select batch_id, sum(posted_minor) as minor, sum(posted_fee_minor) as fee from readers
      where posted_minor <> 0 or posted_fee_minor <> 0 group by batch_id),
    told as (
      select batch_id, sum(amount_minor) as minor, sum(fee_minor) as fee from ledger.accruals group by batch_id)
    select batch_id as "batchId", coalesce(counted.minor, 0)::text as posted, coalesce(told.minor, 0)::text as accruals,
      coalesce(counted.fee, 0)::text as "postedFee", coalesce(told.fee, 0)::text as "accrualsFee"
    from counted full join told using (batch_id)
    where (coalesce(counted.minor, 0), coalesce(counted.fee, 0)) <> (coalesce(told.minor, 0), coalesce(told.fee, 0))
    limit 100`)),
  ];
}
