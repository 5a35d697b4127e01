import { matchingWeights } from '#db/schema/matching.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { USUAL_WEIGHTS, type Weights } from './weights.ts';

/** What the parts weigh in a project of the acting sponsor from now on; null goes back to the usual weights. */
export async function setWeights(
  ctx: OrgContext,
  input: { projectId: string; weights: Weights | null },
): Promise<{ weights: Weights }> {
  const { orgId, personId } = ctx.actor;
  const weights = input.weights ?? USUAL_WEIGHTS;
  return transact(ctx, async (tx) => {
    const project = await getProjectForOrg(tx.db, orgId, input.projectId);
    const set = { weights, setBy: personId, setAt: tx.now };
    await tx.db
      .insert(matchingWeights)
      .values({ projectId: project.id, ...set })
      .onConflictDoUpdate({ target: matchingWeights.projectId, set });
    await tx.audit({
      action: 'matching.weights_set',
      subject: { kind: 'project', id: project.id },
      detail: { weights },
    });
    return { weights };
  });
}
