import { assertAuthority } from '#server/agreements/assert-authority.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { endWorkUnder } from '#server/staffing/end-work-under.ts';
import { endReading } from '#server/work/close-batch.ts';
import { findContract } from './find-contract.ts';
import {
  endAward,
  listUnended,
  listUnsettled,
  listVersions,
  lockContract,
  updateVersion,
} from './queries.ts';
import { endingProblem } from './rules.ts';
import type { EndContractInput, Ending } from './schemas.ts';
import { tellSide } from './tell-side.ts';

const WORDS: Record<Ending, string> = {
  completed: 'is completed',
  terminated: 'was ended early',
};

/**
 * Ends an award from either side, by a named signatory and with a reason that both read. `completed`: everything under it is
 * settled. `terminated`: at once. Its own batches take no new claims and settle by themselves, leases that are out are
 * finished and paid (R27); drafts are dropped, a proposal that waits is closed, its people are off the project and their
 * hours free. What was read is paid, credits go their way, and the share of an award that was ended early can be given to
 * somebody else. A batch that others share goes on with them. Errors: `contract_not_found`, `signer_without_authority`,
 * `contract_ended`, `work_unsettled`.
 */
export async function endContract(
  ctx: OrgContext,
  input: EndContractInput,
): Promise<{ status: Ending; batchesClosed: number }> {
  requireVerifiedOrg(ctx);
  return transact(ctx, async (tx) => {
    const { contract, project, side, orgs } = await findContract(tx.db, ctx, input.contractId);
    await assertAuthority(ctx, tx);
    await lockContract(tx.db, contract.id);
    const of = { contractId: contract.id, projectId: project.id };
    const problem = endingProblem(input.ending, await listUnsettled(tx.db, of));
    if (problem)
      throw new AppError({
        kind: 'precondition',
        reason: problem.code,
        message: problem.message,
        details: [problem],
      });
    const reason = `The contract ${WORDS[input.ending]}.`;
    const ended = await endAward(tx.db, {
      id: contract.id,
      status: input.ending,
      side,
      reason: input.reason,
      now: tx.now,
    });
    if (!ended)
      throw new AppError({
        kind: 'conflict',
        reason: 'contract_ended',
        message: 'The contract has ended already. Load the page again.',
      });
    for (const version of await listVersions(tx.db, [contract.id]))
      if (version.status === 'proposed')
        await updateVersion(
          tx.db,
          { id: version.id, expected: 'proposed' },
          { status: 'lapsed', decidedAt: tx.now, decisionReason: reason },
        );
    const batchesClosed = await endBatches(tx, { ...of, reason });
    await endWorkUnder(tx, { contractId: contract.id, reason });
    for (const to of ['sponsor', 'vendor'] as const)
      await tellSide(
        tx,
        { orgId: orgs[to], side: to, ...of },
        { kind: 'contract.ended', title: `The contract on “${project.title}” ${WORDS[input.ending]}` },
      );
    await tx.audit({
      action: `contracts.${input.ending}`,
      subject: { kind: 'contract', id: contract.id },
      detail: { side, batchesClosed },
    });
    return { status: input.ending, batchesClosed };
  });
}

/** No batch of an ended contract goes on, however many it has (R27). Says how many there were. */
async function endBatches(
  tx: CommandTx,
  { reason, ...of }: { contractId: string; projectId: string; reason: string },
): Promise<number> {
  let ended = 0;
  for (let after: string | null = null; ; ) {
    const batchIds: string[] = await listUnended(tx.db, { ...of, after });
    for (const batchId of batchIds) if (await endReading(tx, { batchId, reason })) ended += 1;
    after = batchIds.at(-1) ?? null;
    if (after === null) return ended;
  }
}
