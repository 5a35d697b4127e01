import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { eachBatch } from '#server/jobs/each-batch.ts';
import { revokeLeases } from '#server/work/revoke-leases.ts';
import { decideAccess } from './decide-access.ts';
import { type HolderScope, listBatchesOfScope, listHolders } from './holder-queries.ts';

const PAGE = 500;

/**
 * R27: asks the gate again for everybody of the scope who holds a lease, and takes the leases of whom it refuses by now
 * back at once; work that is allowed all the same goes on. Safe to repeat. Returns how many people were refused, batch by batch.
 */
export async function revokeWhereShut(ctx: CommandContext, scope: HolderScope): Promise<number> {
  let refused = 0;
  for await (const batchIds of pagesOfBatches(ctx, scope))
    for (const batchId of batchIds) refused += await revokeInBatch(ctx, batchId, scope);
  return refused;
}

/**
 * What ends by its date, without anybody's doing: attestations, evidence of de-identification, assessments of transfers. A
 * batch that fails is logged and does not keep the others from being looked at.
 */
export async function revokeEnded(ctx: CommandContext): Promise<void> {
  const scope = { endedBefore: ctx.clock.now().toISOString().slice(0, 10) };
  for await (const batchIds of pagesOfBatches(ctx, scope))
    await eachBatch(ctx, batchIds, async (batchId) => {
      await revokeInBatch(ctx, batchId, scope);
    });
}

async function* pagesOfBatches(ctx: CommandContext, scope: HolderScope): AsyncGenerator<string[]> {
  let after: string | null = null;
  do {
    const page = await listBatchesOfScope(ctx.db, { scope, after, limit: PAGE });
    yield page;
    after = page.length < PAGE ? null : (page.at(-1) ?? null);
  } while (after !== null);
}

async function revokeInBatch(ctx: CommandContext, batchId: string, scope: HolderScope): Promise<number> {
  let refused = 0;
  let after: string | null = null;
  do {
    const page = await listHolders(ctx.db, { batchId, scope, after, limit: PAGE });
    for (const { personId, viaOrgId, datasetId, country } of page) {
      const now = ctx.clock.now();
      const question = { personId, viaOrgId, datasetId, country, purpose: 'read' as const, now };
      const decision = await decideAccess(ctx.db, question);
      if (decision.allowed) continue;
      const codes = decision.reasons.map((reason) => reason.code);
      await transact(ctx, async (tx) => {
        await revokeLeases(tx, {
          batchIds: [batchId],
          viaOrgIds: [viaOrgId],
          personIds: [personId],
          reason: codes[0] ?? 'gate.shut',
        });
        await tx.audit({
          action: 'agreements.person_access_revoked',
          subject: { kind: 'person', id: personId },
          detail: { batchId, viaOrgId, datasetId, codes },
        });
      });
      refused += 1;
    }
    after = page.length < PAGE ? null : (page.at(-1)?.personId ?? null);
  } while (after !== null);
  return refused;
}
