import { and, desc, eq, gte, inArray, ne, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { ledgerAccounts } from '#db/schema/ledger.ts';
import { fundings, payoutDestinations, payoutRuns, payouts } from '#db/schema/payouts.ts';
import type { BatchKind } from '#server/work/schemas.ts';
import { type PayoutEvent, payoutMove } from './rules.ts';

export type FundingRow = typeof fundings.$inferSelect;
export type DestinationRow = typeof payoutDestinations.$inferSelect;
export type PayoutRow = typeof payouts.$inferSelect;

/** The funding with this id, or null; locked when inside a transaction that asks for it. */
export async function findFunding(
  q: Queryable,
  by: { id: string } | { paymentIntentId: string },
): Promise<FundingRow | null> {
  const [row] = await q
    .select()
    .from(fundings)
    .where('id' in by ? eq(fundings.id, by.id) : eq(fundings.paymentIntentId, by.paymentIntentId));
  return row ?? null;
}

/** Moves a funding from an expected state; null when it is not in one of them. */
export async function updateFunding(
  tx: Tx,
  id: string,
  from: readonly FundingRow['status'][],
  set: Partial<typeof fundings.$inferInsert>,
): Promise<FundingRow | null> {
  const [row] = await tx
    .update(fundings)
    .set(set)
    .where(and(eq(fundings.id, id), inArray(fundings.status, [...from])))
    .returning();
  return row ?? null;
}

/** A project's fundings, newest first; at most 200. */
export async function listFundings(q: Queryable, projectId: string): Promise<FundingRow[]> {
  return q
    .select()
    .from(fundings)
    .where(eq(fundings.projectId, projectId))
    .orderBy(desc(fundings.createdAt))
    .limit(200);
}

/** The open destination of an organisation in a currency, or null. */
export async function findDestination(
  q: Queryable,
  by: { orgId: string; currency: string } | { id: string } | { stripeAccountId: string },
): Promise<DestinationRow | null> {
  const where =
    'id' in by
      ? eq(payoutDestinations.id, by.id)
      : 'stripeAccountId' in by
        ? eq(payoutDestinations.stripeAccountId, by.stripeAccountId)
        : and(
            eq(payoutDestinations.orgId, by.orgId),
            eq(payoutDestinations.currency, by.currency),
            sql`${payoutDestinations.status} <> 'closed'`,
          );
  const [row] = await q.select().from(payoutDestinations).where(where).limit(1);
  return row ?? null;
}

/** Every destination of an organisation; at most 20. */
export async function listDestinations(q: Queryable, orgId: string): Promise<DestinationRow[]> {
  return q
    .select()
    .from(payoutDestinations)
    .where(eq(payoutDestinations.orgId, orgId))
    .orderBy(desc(payoutDestinations.createdAt))
    .limit(20);
}

export type Payable = { orgId: string; currency: string; balanceMinor: bigint };

const owedNow = and(eq(ledgerAccounts.code, 'payable'), sql`${ledgerAccounts.balanceMinor} > 0`);
const openDestination = and(
  eq(payoutDestinations.orgId, ledgerAccounts.ownerId),
  eq(payoutDestinations.currency, ledgerAccounts.currency),
  ne(payoutDestinations.status, 'closed'),
);
const payable = {
  orgId: ledgerAccounts.ownerId,
  currency: ledgerAccounts.currency,
  balanceMinor: ledgerAccounts.balanceMinor,
};

/**
 * What payees whose destination is ready have earned and not been paid, both locked in the order of the accounts: two runs
 * cannot take the same balance, and who is not ready takes nobody's place. Indexes: accounts_code_owner_key,
 * payout_destinations_org_key.
 */
export async function lockPayables(
  tx: Tx,
  limit: number,
): Promise<(Payable & { destination: DestinationRow })[]> {
  return tx
    .select({ ...payable, destination: payoutDestinations })
    .from(ledgerAccounts)
    .innerJoin(payoutDestinations, and(openDestination, eq(payoutDestinations.status, 'ready')))
    .where(owedNow)
    .orderBy(ledgerAccounts.id)
    .limit(limit)
    .for('update');
}

/** Who is owed something and cannot be paid yet, the largest first; at most 500. */
export async function listUnpayable(
  q: Queryable,
): Promise<(Payable & { destination: DestinationRow | null })[]> {
  return q
    .select({ ...payable, destination: payoutDestinations })
    .from(ledgerAccounts)
    .leftJoin(payoutDestinations, openDestination)
    .where(and(owedNow, sql`${payoutDestinations.status} is distinct from 'ready'`))
    .orderBy(desc(ledgerAccounts.balanceMinor), ledgerAccounts.id)
    .limit(500);
}

/** A payout by id, or null. */
export async function findPayout(q: Queryable, id: string): Promise<PayoutRow | null> {
  const [row] = await q.select().from(payouts).where(eq(payouts.id, id));
  return row ?? null;
}

/** Moves a payout as `nextPayoutStatus` says; null, and nothing written, when the event does not fit its state. */
export async function movePayout(
  tx: Tx,
  id: string,
  event: PayoutEvent,
  set: Omit<Partial<typeof payouts.$inferInsert>, 'status'> = {},
): Promise<PayoutRow | null> {
  const { from, to } = payoutMove(event);
  const [row] = await tx
    .update(payouts)
    .set({ ...set, status: to })
    .where(and(eq(payouts.id, id), inArray(payouts.status, from)))
    .returning();
  return row ?? null;
}

/** The same for many that the rail has shown us; those in another state stay as they are. Returns how many moved. */
export async function reconcilePayouts(tx: Tx, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const { from, to } = payoutMove('reconcile');
  const rows = await tx
    .update(payouts)
    .set({ status: to })
    .where(and(inArray(payouts.id, [...ids]), inArray(payouts.status, from)))
    .returning({ id: payouts.id });
  return rows.length;
}

export type SettledPayout = Pick<PayoutRow, 'id' | 'amountMinor' | 'createdAt'>;

/** Every payout over a rail that was confirmed, made since an instant, oldest first, in pages of `page`. */
export async function* listSettledPayouts(
  q: Queryable,
  filter: { rail: PayoutRow['rail']; since: Date; page?: number },
): AsyncGenerator<SettledPayout[]> {
  const page = filter.page ?? 1000;
  for (let after: SettledPayout | undefined, more = true; more; ) {
    const rows: SettledPayout[] = await q
      .select({ id: payouts.id, amountMinor: payouts.amountMinor, createdAt: payouts.createdAt })
      .from(payouts)
      .where(
        and(
          eq(payouts.rail, filter.rail),
          inArray(payouts.status, ['confirmed', 'reconciled']),
          gte(payouts.createdAt, filter.since),
          after &&
            sql`(${payouts.createdAt}, ${payouts.id}) > (${after.createdAt.toISOString()}::timestamptz, ${after.id}::uuid)`,
        ),
      )
      .orderBy(payouts.createdAt, payouts.id)
      .limit(page);
    if (rows.length > 0) yield rows;
    after = rows.at(-1);
    more = rows.length === page;
  }
}

/** Payouts of a run in some states, oldest first; at most 1,000. */
export async function listPayouts(
  q: Queryable,
  filter: { runId?: string; orgId?: string; statuses?: readonly PayoutRow['status'][] },
): Promise<PayoutRow[]> {
  return q
    .select()
    .from(payouts)
    .where(
      and(
        filter.runId ? eq(payouts.runId, filter.runId) : undefined,
        filter.orgId ? eq(payouts.orgId, filter.orgId) : undefined,
        filter.statuses ? inArray(payouts.status, [...filter.statuses]) : undefined,
      ),
    )
    .orderBy(desc(payouts.createdAt))
    .limit(1000);
}

/** The run that is under way, or null. */
export async function findRunningRun(q: Queryable) {
  const [row] = await q.select().from(payoutRuns).where(eq(payoutRuns.status, 'running'));
  return row ?? null;
}

/** Marks a run done when none of its payouts waits for a first call to its rail. */
export async function finishRun(tx: Tx, runId: string, now: Date): Promise<void> {
  await tx.execute(sql`update payout_runs set status = 'done', finished_at = ${now.toISOString()}::timestamptz
    where id = ${runId} and status = 'running'
      and not exists (select 1 from payouts where run_id = ${runId} and status in ('created', 'unknown'))`);
}

/** What a project has cost so far by batch: work and platform fee. Index: accruals_batch_idx. */
export async function listProjectCosts(
  q: Queryable,
  projectId: string,
): Promise<
  { batchId: string; name: string; kind: BatchKind; workMinor: string; feeMinor: string; currency: string }[]
> {
  return [
    ...(await q.execute<{
      batchId: string;
      name: string;
      kind: BatchKind;
      workMinor: string;
      feeMinor: string;
      currency: string;
    }>(sql`
      select b.id as "batchId", b.name, b.kind, coalesce(sum(a.amount_minor), 0)::text as "workMinor", coalesce(sum(a.fee_minor), 0)::text as "feeMinor", b.currency
      from batches b left join ledger.accruals a on a.batch_id = b.id
      where b.project_id = ${projectId} group by b.id order by b.created_at limit 500`)),
  ];
}
