import { violates } from '#db/errors.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { closeRemark, findRemark, insertRemark, insertText } from './negotiation-queries.ts';
import { proposeText, SPECIAL_TERMS } from './negotiation-rules.ts';
import { tellSignatories } from './notify.ts';
import {
  type AgreementWithParties,
  findAgreement,
  findAgreementForUpdate,
  updateAgreement,
} from './queries.ts';
import { sideOf, transition } from './rules.ts';
import {
  type AgreementStatus,
  type Clause,
  clauses,
  KIND_TITLES,
  type RemarkInput,
  type Side,
} from './schemas.ts';

/** The text of an agreement as it stands: as negotiated, or its template's. */
export function textOf({
  agreement,
  template,
}: Pick<AgreementWithParties, 'agreement' | 'template'>): Clause[] {
  return clauses.parse(agreement.clauses ?? template.clauses);
}

/**
 * A side comments on a clause or proposes another wording of it. A proposal on a text that was sent to be signed takes it
 * back into negotiation, unless a side has signed: nobody's signature is on a text that may change. Errors:
 * `agreement_not_found`, `agreement_not_negotiable`, `clause_unknown`, `clause_unchanged`, `clause_required`,
 * conflict `clause_open`.
 */
export async function makeRemark(
  ctx: OrgContext,
  input: RemarkInput,
): Promise<{ remarkId: string; status: AgreementStatus }> {
  requireVerifiedOrg(ctx);
  return transact(ctx, async (tx) => {
    const { whole, side } = await openForTalk(ctx, tx, input.agreementId);
    const text = textOf(whole);
    if (input.clauseKey !== SPECIAL_TERMS && !text.some((one) => one.key === input.clauseKey)) {
      throw new AppError({
        kind: 'not_found',
        reason: 'clause_unknown',
        message: 'The agreement has no such clause.',
      });
    }
    const { proposedText } = input;
    if (proposedText !== undefined) proposeText(whole.agreement.kind, text, { ...input, proposedText });
    const remarkId = newId();
    await insertRemark(tx.db, {
      id: remarkId,
      agreementId: whole.agreement.id,
      clauseKey: input.clauseKey,
      side,
      personId: ctx.actor.personId,
      textVersion: whole.agreement.textVersion,
      proposedText: proposedText ?? null,
      note: input.note,
      status: proposedText === undefined ? 'said' : 'open',
      createdAt: tx.now,
    });
    const status = proposedText === undefined ? whole.agreement.status : await reopen(tx, whole);
    await tx.audit({
      action: proposedText === undefined ? 'agreements.clause_commented' : 'agreements.clause_proposed',
      subject: { kind: 'agreement', id: whole.agreement.id },
      detail: { remarkId, clauseKey: input.clauseKey, side, textVersion: whole.agreement.textVersion },
    });
    await tellOther(tx, whole, side, `${KIND_TITLES[whole.agreement.kind]}: a remark on a clause`);
    return { remarkId, status };
  }).catch((error: unknown) => {
    if (violates(error, 'agreement_remarks_open_key')) throw clauseOpen(error);
    throw error;
  });
}

/**
 * The other side accepts or refuses a proposed wording. Accepted, it makes the next version of the text, which is kept
 * with the ones before. Errors: `remark_not_found`, forbidden `remark_own`, conflict `remark_decided`, and as
 * `makeRemark`.
 */
export async function decideRemark(
  ctx: OrgContext,
  input: { remarkId: string; decision: 'accepted' | 'refused'; note: string },
): Promise<{ textVersion: number }> {
  requireVerifiedOrg(ctx);
  return transact(ctx, async (tx) => {
    const remark = await findRemark(tx.db, input.remarkId);
    if (remark === null) throw remarkUnknown();
    const { whole, side } = await openForTalk(ctx, tx, remark.agreementId);
    if (remark.side === side) {
      throw new AppError({
        kind: 'forbidden',
        reason: 'remark_own',
        message: 'The other side answers what yours has proposed. You can withdraw it.',
      });
    }
    await close(ctx, tx, { remarkId: remark.id, status: input.decision, note: input.note });
    const { agreement } = whole;
    const textVersion = input.decision === 'accepted' ? agreement.textVersion + 1 : agreement.textVersion;
    if (input.decision === 'accepted') {
      const before = textOf(whole);
      const proposedText = present(remark.proposedText, 'The proposed wording');
      const after = proposeText(agreement.kind, before, { clauseKey: remark.clauseKey, proposedText });
      const at = { agreementId: agreement.id, createdBy: ctx.actor.personId, createdAt: tx.now };
      await insertText(tx.db, { id: newId(), ...at, version: agreement.textVersion, clauses: before });
      await insertText(tx.db, {
        id: newId(),
        ...at,
        version: textVersion,
        clauses: after,
        remarkId: remark.id,
      });
      await updateAgreement(
        tx.db,
        { id: agreement.id, expected: agreement.status },
        { clauses: after, textVersion },
      );
    }
    await tx.audit({
      action: `agreements.clause_${input.decision}`,
      subject: { kind: 'agreement', id: agreement.id },
      detail: { remarkId: remark.id, clauseKey: remark.clauseKey, textVersion },
    });
    await tellOther(tx, whole, side, `${KIND_TITLES[agreement.kind]}: your wording was ${input.decision}`);
    return { textVersion };
  });
}

/** A side takes back what it has proposed. Errors as `decideRemark`; forbidden `remark_foreign`. */
export async function withdrawRemark(ctx: OrgContext, input: { remarkId: string }): Promise<void> {
  await transact(ctx, async (tx) => {
    const remark = await findRemark(tx.db, input.remarkId);
    if (remark === null) throw remarkUnknown();
    const { whole, side } = await openForTalk(ctx, tx, remark.agreementId);
    if (remark.side !== side) {
      throw new AppError({
        kind: 'forbidden',
        reason: 'remark_foreign',
        message: 'Only the side that proposed it takes it back. You can refuse it.',
      });
    }
    await close(ctx, tx, { remarkId: remark.id, status: 'withdrawn', note: '' });
    await tx.audit({
      action: 'agreements.clause_withdrawn',
      subject: { kind: 'agreement', id: whole.agreement.id },
      detail: { remarkId: remark.id, clauseKey: remark.clauseKey },
    });
  });
}

/** The agreement, locked, while its text may still change; for its parties. */
async function openForTalk(
  ctx: OrgContext,
  tx: CommandTx,
  agreementId: string,
): Promise<{ whole: AgreementWithParties; side: Side }> {
  const locked = await findAgreementForUpdate(tx.db, agreementId);
  const side = locked === null ? null : sideOf(locked, ctx.actor.orgId);
  if (locked === null || side === null) {
    throw new AppError({
      kind: 'not_found',
      reason: 'agreement_not_found',
      message: 'Your organisation has no such agreement.',
    });
  }
  if (locked.status !== 'draft' && locked.status !== 'sent') {
    throw new AppError({
      kind: 'conflict',
      reason: 'agreement_not_negotiable',
      message:
        locked.status === 'partially_signed'
          ? 'One side has signed this text. Decline it to ask for another one.'
          : `This agreement is ${locked.status.replaceAll('_', ' ')}; its text stands.`,
    });
  }
  return { whole: present(await findAgreement(tx.db, locked.id), 'The agreement'), side };
}

async function reopen(tx: CommandTx, { agreement }: AgreementWithParties): Promise<AgreementStatus> {
  if (agreement.status === 'draft') return 'draft';
  const status = present(transition(agreement.status, 'reopen'), 'The way back to a draft');
  await updateAgreement(
    tx.db,
    { id: agreement.id, expected: agreement.status },
    { status, sentAt: null, fileId: null, documentSha256: null },
  );
  await tx.audit({
    action: 'agreements.reopened',
    subject: { kind: 'agreement', id: agreement.id },
    detail: { documentSha256: agreement.documentSha256 },
  });
  return status;
}

async function close(
  ctx: OrgContext,
  tx: CommandTx,
  input: { remarkId: string; status: 'accepted' | 'refused' | 'withdrawn'; note: string },
): Promise<void> {
  const isClosed = await closeRemark(tx.db, input.remarkId, {
    status: input.status,
    decidedBy: ctx.actor.personId,
    decidedAt: tx.now,
    decisionNote: input.note === '' ? null : input.note,
  });
  if (isClosed) return;
  throw new AppError({
    kind: 'conflict',
    reason: 'remark_decided',
    message: 'This was answered already. Load the page again.',
  });
}

async function tellOther(
  tx: CommandTx,
  { agreement, partyA, partyB }: AgreementWithParties,
  side: Side,
  title: string,
): Promise<void> {
  await tellSignatories(tx, [side === 'a' ? partyB : partyA], {
    agreementId: agreement.id,
    kind: 'agreement.remark',
    title,
  });
}

function clauseOpen(cause: unknown): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'clause_open',
    message: 'Another wording of this clause waits for an answer. It is answered or taken back first.',
    cause,
  });
}

function remarkUnknown(): AppError {
  return new AppError({
    kind: 'not_found',
    reason: 'remark_not_found',
    message: 'There is no such remark on an agreement of yours.',
  });
}
