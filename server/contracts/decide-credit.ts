import { getContract } from '#server/bids/reads.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError, isAppError } from '#server/core/errors.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { getProject } from '#server/projects/reads.ts';
import { findContract } from './find-contract.ts';
import { type CreditEvent, nextCreditStatus } from './rules.ts';
import { lockResult, type ResultRow, updateResult } from './service-level-queries.ts';
import { tellSide } from './tell-side.ts';

/** The vendor's answer to a proposed credit: it is not taken until an operator has decided. */
export async function disputeCredit(
  ctx: OrgContext,
  input: { resultId: string; reason: string },
): Promise<{ status: 'disputed' }> {
  return transact(ctx, async (tx) => {
    const result = await ownResult(tx, ctx, input.resultId, 'vendor');
    if (result.status === 'proposed' && result.disputeUntil !== null && tx.now >= result.disputeUntil)
      throw new AppError({
        kind: 'precondition',
        reason: 'dispute_over',
        message: `This could be disputed until ${sayDay(result.disputeUntil)}. Write to the operator if you have not been told in time.`,
      });
    await move(tx, result, 'dispute', {
      disputedBy: ctx.actor.personId,
      disputedAt: tx.now,
      disputeReason: input.reason,
    });
    await tell(tx, result, 'sponsor', 'The vendor disputes a service credit; an operator decides');
    return { status: 'disputed' as const };
  });
}

/** The sponsor gives a credit up before it is taken. */
export async function waiveCredit(
  ctx: OrgContext,
  input: { resultId: string; reason: string },
): Promise<{ status: 'waived' }> {
  return transact(ctx, async (tx) => {
    const result = await ownResult(tx, ctx, input.resultId, 'sponsor');
    await move(tx, result, 'waive', decided(ctx, tx, input.reason));
    await tell(tx, result, 'vendor', 'The sponsor has given up a service credit');
    return { status: 'waived' as const };
  });
}

/** An operator decides a dispute, with a reason that both sides read: the credit is taken, or given up. */
export async function decideCredit(
  ctx: OrgContext,
  input: { resultId: string; decision: 'uphold' | 'waive'; reason: string },
): Promise<{ status: 'due' | 'waived' }> {
  return transact(ctx, async (tx) => {
    const result = await lockResult(tx.db, input.resultId);
    if (!result || ctx.actor.orgKind !== 'platform') throw notFound();
    if (result.status !== 'disputed') throw closed(result);
    await move(tx, result, input.decision, decided(ctx, tx, input.reason));
    const isUpheld = input.decision === 'uphold';
    for (const side of ['sponsor', 'vendor'] as const)
      await tell(
        tx,
        result,
        side,
        isUpheld ? 'A disputed service credit stands' : 'A disputed service credit is given up',
      );
    return { status: isUpheld ? ('due' as const) : ('waived' as const) };
  });
}

const decided = (ctx: OrgContext, tx: CommandTx, reason: string) => ({
  decidedBy: ctx.actor.personId,
  decidedAt: tx.now,
  decisionReason: reason,
});

async function ownResult(
  tx: CommandTx,
  ctx: OrgContext,
  resultId: string,
  side: 'sponsor' | 'vendor',
): Promise<ResultRow> {
  const result = await lockResult(tx.db, resultId);
  if (!result) throw notFound();
  const found = await findContract(tx.db, ctx, result.contractId).catch((error: unknown) => {
    throw isAppError(error, 'contract_not_found') ? notFound() : error;
  });
  if (found.side !== side) throw notFound();
  return result;
}

async function move(
  tx: CommandTx,
  result: ResultRow,
  event: CreditEvent,
  set: Partial<ResultRow>,
): Promise<void> {
  const status = nextCreditStatus(result.status, event);
  if (status === null) throw closed(result);
  await updateResult(tx.db, { id: result.id, expected: result.status }, { ...set, status });
  await tx.audit({
    action: `contracts.credit_${status}`,
    subject: { kind: 'sla_result', id: result.id },
    detail: { from: result.status, event },
  });
}

async function tell(
  tx: CommandTx,
  result: ResultRow,
  side: 'sponsor' | 'vendor',
  title: string,
): Promise<void> {
  const contract = await getContract(tx.db, result.contractId);
  const project = await getProject(tx.db, contract.projectId);
  await tellSide(
    tx,
    {
      orgId: side === 'sponsor' ? project.orgId : contract.vendorOrgId,
      side,
      projectId: project.id,
      contractId: contract.id,
    },
    { kind: 'contract.credit', title },
  );
}

const notFound = () =>
  new AppError({
    kind: 'not_found',
    reason: 'credit_not_found',
    message: 'Your organisation has no such credit.',
  });
const closed = (result: ResultRow) =>
  new AppError({
    kind: 'conflict',
    reason: 'credit_state',
    message: `This credit is ${result.status === 'met' ? 'none: every target was met' : result.status}; that cannot be done to it any more.`,
  });
