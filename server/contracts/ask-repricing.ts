import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { getProject } from '#server/projects/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { listActiveAwards } from './queries.ts';
import { tellSide } from './tell-side.ts';
import { termsInForce } from './terms-in-force.ts';

/**
 * A breaking protocol version was signed: tells both sides of every award in force that its prices do not reach it, once
 * each. Batches on it wait until the two have agreed (`repricingProblem`). Returns how many contracts ask.
 */
export async function askRepricing(
  ctx: CommandContext,
  input: { protocolVersionId: string },
): Promise<number> {
  return transact(ctx, async (tx) => {
    const protocol = await getProtocolVersion(tx.db, input.protocolVersionId);
    if (protocol.changeClass !== 'breaking' || protocol.signedAt === null) return 0;
    const project = await getProject(tx.db, protocol.projectId);
    let asked = 0;
    for (const contract of await listActiveAwards(tx.db, project.id)) {
      const { terms } = await termsInForce(tx.db, contract, tx.now);
      if (terms.protocolVersion >= protocol.version) continue;
      asked += 1;
      for (const side of ['sponsor', 'vendor'] as const)
        await tellSide(
          tx,
          {
            orgId: side === 'sponsor' ? project.orgId : contract.vendorOrgId,
            side,
            projectId: project.id,
            contractId: contract.id,
          },
          {
            kind: 'contract.repricing',
            title: `Protocol version ${protocol.version} of “${project.title}” is breaking: agree its prices before batches use it`,
            once: `repricing ${contract.id} ${protocol.id}`,
          },
        );
    }
    return asked;
  });
}
