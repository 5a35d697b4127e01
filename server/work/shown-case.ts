import { openReceipt, sealReceipt } from '#server/agreements/case-receipt.ts';
import type { UserContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import type { Shown } from './schemas.ts';

type Given = {
  leaseId: string;
  receipt?: string | undefined;
  shown: { prelabel?: Shown['prelabel'] | undefined };
};

/**
 * What was on the screen when these answers were given: assets, context and clarifications as the server opened them under this lease, by
 * its own receipt; nothing when no case was opened. The pre-label is what the client names. Throws `case_not_opened`.
 */
export async function shownWith(ctx: UserContext, given: Given): Promise<Shown> {
  const prelabel = given.shown.prelabel ?? null;
  if (given.receipt === undefined) return { assetIds: [], contextFields: [], prelabel };
  const { assetIds, contextFields, clarifiedTo } = await openReceipt(given.receipt, {
    leaseId: given.leaseId,
    personId: ctx.actor.personId,
    now: ctx.clock.now(),
  });
  return { assetIds, contextFields, prelabel, ...(clarifiedTo === undefined ? {} : { clarifiedTo }) };
}

/** The receipt of a case that was opened to the panel, with the checks that came with it and speak against its label (R25). */
export async function withDissents(
  ctx: UserContext,
  of: { receipt: string; leaseId: string; dissentIds: string[] },
): Promise<string> {
  const at = { leaseId: of.leaseId, personId: ctx.actor.personId, now: ctx.clock.now() };
  return sealReceipt({ ...(await openReceipt(of.receipt, at)), dissentIds: of.dissentIds });
}

/**
 * The checks against its label that were on the screen with a case, by its receipt; none where it was opened by another way than the
 * panel's, null when no case was opened at all. Throws `case_not_opened`.
 */
export async function dissentsShown(
  ctx: UserContext,
  given: { leaseId: string; receipt?: string | undefined },
): Promise<ReadonlySet<string> | null> {
  if (given.receipt === undefined) return null;
  const at = { leaseId: given.leaseId, personId: ctx.actor.personId, now: ctx.clock.now() };
  return new Set((await openReceipt(given.receipt, at)).dissentIds);
}

/**
 * R11: a read in an assisted batch names the pre-label that was shown, or says that there was none; elsewhere none is
 * shown, and no answer can come from one that was not. Returns `prelabel_unstated` or `prelabel_not_shown`, null when all is well.
 */
export function prelabelFault(
  batch: { assisted: boolean },
  given: { labelOrigin: string; shown: Given['shown'] },
): AppError | null {
  const { prelabel } = given.shown;
  const refuse = (reason: 'prelabel_unstated' | 'prelabel_not_shown', message: string) =>
    new AppError({ kind: 'invalid', reason, message });
  if (batch.assisted && prelabel === undefined)
    return refuse(
      'prelabel_unstated',
      'Pre-labels are shown in this batch (R11). Name the one that was shown with this case, or send null for none.',
    );
  if (!batch.assisted && prelabel != null)
    return refuse(
      'prelabel_not_shown',
      'No pre-labels are shown in this batch (R11). Send none with its answers.',
    );
  if (given.labelOrigin !== 'manual' && prelabel == null)
    return refuse(
      'prelabel_not_shown',
      'Answers that come from a pre-label (R11) need its name. Name the one that was shown, or send them as manual.',
    );
  return null;
}
