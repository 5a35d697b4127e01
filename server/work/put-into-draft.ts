import type { OrgContext } from '#server/command/context.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { newVersionIn } from '#server/protocols/new-version.ts';
import { findLatestProtocol, type ProtocolVersion } from '#server/protocols/reads.ts';
import { saveDraftIn } from '#server/protocols/save-draft.ts';
import { CHANGE_CLASSES, type ChangeClass, type EdgeCase } from '#server/protocols/schemas.ts';

/**
 * Puts an example into the next version of a protocol, whose draft is started when there is none. The draft takes the weightier of its
 * own change class and this one. Safe to repeat: an example of the same title is replaced. In the transaction that decides on the case,
 * after its alert is claimed, so that a decision that is refused changes no protocol.
 */
export async function putIntoDraft(
  tx: CommandTx,
  ctx: Pick<OrgContext, 'actor'>,
  input: { projectId: string; edgeCase: EdgeCase; changeClass: ChangeClass },
): Promise<ProtocolVersion> {
  const { projectId, edgeCase, changeClass } = input;
  const latest = await findLatestProtocol(tx.db, projectId);
  const draft = latest?.status === 'draft' ? latest : await newVersionIn(tx, ctx, { projectId, changeClass });
  return saveDraftIn(tx, ctx, {
    projectId,
    guidelinesMarkdown: draft.guidelinesMarkdown,
    labelSchema: draft.labelSchema,
    edgeCases: [...draft.edgeCases.filter((one) => one.title !== edgeCase.title), edgeCase],
    seenSha256: draft.contentSha256,
    changeClass: weightier(draft.changeClass, changeClass),
  });
}

/** In the order of CHANGE_CLASSES the first weighs most. */
function weightier(a: ChangeClass | null, b: ChangeClass): ChangeClass {
  return a !== null && CHANGE_CLASSES.indexOf(a) < CHANGE_CLASSES.indexOf(b) ? a : b;
}
