import { findAppealedCase } from '#server/appeals/reads.ts';
import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import type { OpenAppealedCaseInput, OpenedOwnCase } from './case-schemas.ts';
import { errandOfAppeal } from './door.ts';
import { openWholeCase } from './open-whole-case.ts';

/**
 * Opens the case of an appealed read for the operator who decides, through the gate as anybody's (R18, R31): until it is decided, never
 * for whoever had a part in the case, and with the purpose in the access log. What was opened closes with the decision: its links ask for
 * the appeal again. Throws not_found `appeal_not_found`, forbidden `gate_refused`.
 */
export async function openAppealedCase(
  ctx: OrgContext,
  input: OpenAppealedCaseInput & { key?: Uint8Array<ArrayBuffer> },
): Promise<OpenedOwnCase> {
  const { batchId, labelId, key } = input;
  const isPlatform = ctx.actor.orgKind === 'platform';
  const appealed = isPlatform
    ? await findAppealedCase(ctx.db, { batchId, labelId, personId: ctx.actor.personId })
    : null;
  if (appealed === null) {
    throw new AppError({
      kind: 'not_found',
      reason: 'appeal_not_found',
      message: 'There is no such appeal.',
    });
  }
  const { datasetId, caseId } = appealed;
  const errand = errandOfAppeal(ctx, appealed);
  return openWholeCase(ctx, { datasetId, caseId, errand, batchId, appealOf: labelId, key });
}
