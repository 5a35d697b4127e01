import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { insertDecision } from './queries.ts';
import { type Mode, type Remark, type Source, type StrategyInputs, storedJson } from './schemas.ts';
import { viewStrategy } from './views.ts';

/**
 * Writes down how a project of the acting sponsor is to be labelled, with what was put in and every figure that was shown, reckoned
 * anew here. Refused with `choice_blocked` where something stands in the way, `reason_missing` where the choice is not the
 * recommended one and says not why. A model alone is bought: it has no source of its own.
 */
export async function decideStrategy(
  ctx: OrgContext,
  input: { projectId: string; inputs: StrategyInputs; mode: Mode; source: Source; reason: string },
): Promise<{ decisionId: string }> {
  const view = await viewStrategy(ctx, input);
  const mode = view.modes.find((one) => one.mode === input.mode);
  const option = mode?.options.find((one) => one.source === input.source);
  const against: Remark[] = [...(mode?.remarks ?? []), ...(option?.remarks ?? [])].filter(
    (one) => one.weight === 'blocks',
  );
  if (against.length > 0)
    throw new AppError({
      kind: 'precondition',
      reason: 'choice_blocked',
      message: `This cannot be chosen: ${against.map((one) => one.message).join(' ')}`,
      details: against.map(({ code, message }) => ({ code: `strategy.${code}`, message })),
    });
  const recommended = {
    mode: view.recommendedMode,
    source:
      input.mode === 'automated'
        ? input.source
        : (view.modes.find((one) => one.mode === view.recommendedMode)?.recommended ?? null),
  };
  const isAsRecommended = input.mode === recommended.mode && input.source === recommended.source;
  if (!isAsRecommended && input.reason.length < 10)
    throw new AppError({
      kind: 'invalid',
      reason: 'reason_missing',
      message: 'This is not what is recommended. Say why in a sentence; it is kept with the decision.',
      details: [{ code: 'strategy.reason', path: 'reason', message: 'Say why in a sentence.' }],
    });
  return transact(ctx, async (tx) => {
    const project = await getProjectForOrg(tx.db, ctx.actor.orgId, input.projectId);
    const decisionId = newId();
    await insertDecision(tx.db, {
      id: decisionId,
      projectId: project.id,
      mode: input.mode,
      source: input.source,
      recommendedMode: recommended.mode,
      recommendedSource: recommended.source,
      ownShareBasisPoints: option?.ownShareBasisPoints ?? 0,
      reason: input.reason,
      inputs: storedJson(input.inputs),
      shown: storedJson({ market: view.market, modes: view.modes, modeReason: view.modeReason }),
      decidedBy: ctx.actor.personId,
      decidedAt: tx.now,
    });
    await tx.audit({
      action: 'strategy.decided',
      subject: { kind: 'project', id: project.id },
      detail: { decisionId, mode: input.mode, source: input.source, isAsRecommended },
    });
    return { decisionId };
  });
}
