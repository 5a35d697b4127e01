import { sql } from 'drizzle-orm';
import type { OrgContext } from '#server/command/context.ts';
import { namesOfPeople, organisationsById } from '#server/identity/reads.ts';
import { balanceOf, balancesOf } from '#server/ledger/reads.ts';
import { findLastCheck } from '#server/ledger/run-check.ts';
import { getProjectForOrg, listProjects } from '#server/projects/reads.ts';
import { isSandbox } from './gateway.ts';
import { listDestinations, listFundings, listPayouts, listProjectCosts } from './queries.ts';
import { listRailNotices } from './rail-notices.ts';
import {
  listOwed,
  listStatementLines,
  listStatementTotals,
  type StatementPlace,
} from './statement-queries.ts';
import { reconciliation } from './view-schemas.ts';

/** A project's money: what came in, what is free, reserved and spent, by batch, with the platform fee as its own line (R2). */
export async function projectMoney(ctx: OrgContext, input: { projectId: string }) {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const { currency } = project;
  const costs = await listProjectCosts(ctx.db, project.id);
  const reserved = await Promise.all(
    costs.map((batch) => balanceOf(ctx.db, { code: 'batch_reserved', ownerId: batch.batchId, currency })),
  );
  return {
    project: {
      id: project.id,
      title: project.title,
      budgetMinor: project.budgetMinor,
      currency,
      feeBasisPoints: project.platformFeeBasisPoints,
    },
    availableMinor: await balanceOf(ctx.db, { code: 'project_funds', ownerId: project.id, currency }),
    reservedMinor: reserved.reduce((a, b) => a + b, 0n),
    batches: costs.map((batch, index) => ({
      batchId: batch.batchId,
      name: batch.name,
      kind: batch.kind,
      workMinor: BigInt(batch.workMinor),
      feeMinor: BigInt(batch.feeMinor),
      reservedMinor: reserved[index] ?? 0n,
    })),
    fundings: (await listFundings(ctx.db, project.id)).map(
      ({ id, amountMinor, method, status, createdAt, confirmedAt, failure, bankReference }) => ({
        id,
        amountMinor,
        method,
        status,
        createdAt,
        confirmedAt,
        failure,
        bankReference,
      }),
    ),
    isSandbox: isSandbox(),
  };
}

/** The money of every project of a sponsor, newest first; at most 100 projects. */
export async function sponsorMoney(ctx: OrgContext) {
  const projects = await listProjects(ctx.db, ctx.actor.orgId, { limit: 100 });
  return Promise.all(
    projects.map(async (project) => {
      const costs = await listProjectCosts(ctx.db, project.id);
      return {
        projectId: project.id,
        title: project.title,
        currency: project.currency,
        availableMinor: await balanceOf(ctx.db, {
          code: 'project_funds',
          ownerId: project.id,
          currency: project.currency,
        }),
        workMinor: costs.reduce((sum, row) => sum + BigInt(row.workMinor), 0n),
        feeMinor: costs.reduce((sum, row) => sum + BigInt(row.feeMinor), 0n),
      };
    }),
  );
}

/**
 * The statement of the acting organisation as payee: earned, in transit, paid; by person, and line by line, newest first,
 * with where the next page begins. Reads that hide gold are in it when they may be shown as accepted (R21).
 */
export async function payeeStatement(
  ctx: OrgContext,
  input: { before: StatementPlace | null; limit: number },
) {
  const at = { payeeOrgId: ctx.actor.orgId, now: ctx.clock.now() };
  const lines = await listStatementLines(ctx.db, { ...at, ...input });
  const owed = await listOwed(ctx.db, at);
  const totals = await listStatementTotals(ctx.db, at);
  const names = await namesOfPeople(
    ctx.db,
    [...lines, ...totals].map((line) => line.personId),
  );
  const nameOf = (personId: string) => names.get(personId)?.name ?? 'Former member';
  const last = lines.length === input.limit ? lines.at(-1) : undefined;
  return {
    balances: [
      ...owed.map((row) => ({ code: 'payable', ...row })),
      ...(await balancesOf(ctx.db, ctx.actor.orgId)).filter((row) => row.code === 'payout_in_transit'),
    ],
    destinations: (await listDestinations(ctx.db, ctx.actor.orgId)).map(
      ({ id, rail, currency, status, requirements }) => ({
        id,
        rail,
        currency,
        status,
        requirements: requirements as string[],
      }),
    ),
    payouts: (await listPayouts(ctx.db, { orgId: ctx.actor.orgId })).map(payoutLine),
    lines: lines.map((line) => ({
      ...line,
      at: new Date(line.at),
      amountMinor: BigInt(line.amountMinor),
      person: nameOf(line.personId),
    })),
    next: last ? { at: new Date(last.at), id: last.id } : null,
    totals: totals.map((total) => ({
      ...total,
      amountMinor: BigInt(total.amountMinor),
      person: nameOf(total.personId),
    })),
  };
}

function payoutLine(row: Awaited<ReturnType<typeof listPayouts>>[number]) {
  const { id, orgId, amountMinor, currency, rail, status, createdAt, confirmedAt, bankReference, failure } =
    row;
  return { id, orgId, amountMinor, currency, rail, status, createdAt, confirmedAt, bankReference, failure };
}

/** The operator's view: what is owed to whom, payouts and the rail's notices waiting, the last reconciliation, whose cost is not the page's. */
export async function operatorMoney(ctx: OrgContext) {
  const owed = await ctx.db.execute<{ orgId: string; currency: string; balanceMinor: string }>(
    sql`select owner_id as "orgId", currency, balance_minor::text as "balanceMinor" from ledger.accounts where code = 'payable' and balance_minor > 0 order by balance_minor desc limit 200`,
  );
  const payouts = await listPayouts(ctx.db, {
    statuses: ['created', 'submitted', 'unknown', 'failed', 'confirmed', 'reconciled'],
  });
  const names = await organisationsById(ctx.db, [
    ...[...owed].map((row) => row.orgId),
    ...payouts.map((row) => row.orgId),
  ]);
  const last = await findLastCheck(ctx.db, 'reconciliation');
  const nameOf = (id: string) => names.get(id)?.legalName ?? 'Organisation';
  return {
    owed: [...owed].map((row) => ({
      orgId: row.orgId,
      name: nameOf(row.orgId),
      currency: row.currency,
      balanceMinor: BigInt(row.balanceMinor),
    })),
    payouts: payouts.slice(0, 200).map((row) => ({ ...payoutLine(row), name: nameOf(row.orgId) })),
    notices: await listRailNotices(ctx.db),
    reconciliation: last && { ...reconciliation.parse(last.result), checkedAt: last.checkedAt },
  };
}
