import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { newId } from '#server/core/ids.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { insertRule } from './queries.ts';
import type { RoutingRule } from './schemas.ts';

/** What stays with own staff in a project of the acting sponsor from now on, and what overflows; every version is kept. */
export async function setRule(
  ctx: OrgContext,
  input: { projectId: string; rule: RoutingRule },
): Promise<void> {
  await transact(ctx, async (tx) => {
    const project = await getProjectForOrg(tx.db, ctx.actor.orgId, input.projectId);
    await insertRule(tx.db, {
      id: newId(),
      projectId: project.id,
      rule: input.rule,
      setBy: ctx.actor.personId,
      setAt: tx.now,
    });
    await tx.audit({
      action: 'routing.rule_set',
      subject: { kind: 'project', id: project.id },
      detail: { ...input.rule.overflow, conditions: input.rule.keepInside.filters.length },
    });
  });
}
