import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { contactOf } from '#server/identity/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { queueMail } from '#server/notifications/send-mail.ts';
import { revokeLeases } from '#server/work/revoke-leases.ts';
import { LIST_NAMES } from './register-words.ts';
import type { AnswerExclusionInput, DecideHitsInput } from './schemas.ts';
import { decisionsOn, type HitRow, insertDecisions, lockHits, updateHits } from './screening-queries.ts';

/** Where a person reads why, and objects. */
const OWN_PAGE = '/work/credentials';

/**
 * An operator decides on hits of one person: not them, or them. A confirmed hit is the sanction of R27: from its commit on
 * the gate refuses every claim and every asset, leases are revoked and paid for their part, and the person is told with
 * the way to object. Nobody decides on themselves. Errors: `hit_not_found`, `hit_decided` (somebody was faster),
 * `hit_own`, `hit_several_people`, `hit_evidence_missing`.
 */
export async function decideHits(ctx: OrgContext, input: DecideHitsInput): Promise<{ personId: string }> {
  const { actor } = ctx;
  return transact(ctx, async (tx) => {
    const hits = await lockHits(tx.db, input.hitIds);
    const personId = requireOnePerson(hits, input.hitIds);
    if (personId === actor.personId) throw own();
    if (hits.some((hit) => hit.status !== 'open')) throw decided();
    if (input.decision === 'confirmed' && (input.evidence ?? '') === '') throw noEvidence();
    const ids = hits.map((hit) => hit.id);
    await insertDecisions(
      tx.db,
      ids.map((hitId) => ({
        id: newId(),
        hitId,
        decision: input.decision,
        reason: input.reason,
        evidence: input.evidence || null,
        decidedBy: actor.personId,
        decidedAt: tx.now,
      })),
    );
    await updateHits(tx.db, { ids, expected: 'open' }, { status: input.decision, decidedAt: tx.now });
    await tx.audit({
      action: `registers.hits_${input.decision}`,
      subject: { kind: 'person', id: personId },
      detail: { hitIds: ids },
    });
    if (input.decision === 'confirmed') await closeGate(tx, personId, hits);
    return { personId };
  });
}

/** The gate reads the confirmed hit itself; what was let in before is taken back here. */
async function closeGate(tx: CommandTx, personId: string, hits: readonly HitRow[]): Promise<void> {
  const leases = await revokeLeases(tx, { personIds: [personId], reason: 'exclusion_confirmed' });
  await tx.audit({
    action: 'registers.person_excluded',
    subject: { kind: 'person', id: personId },
    detail: { leasesRevoked: leases },
  });
  const list = LIST_NAMES[hits[0]?.source ?? 'leie'];
  await notifyPerson(tx, {
    personId,
    kind: 'exclusion.confirmed',
    title: `An operator has found that you are on the ${list}. Your reading is on hold; see why, and object if it is not you.`,
    href: OWN_PAGE,
  });
  await queueMail(tx, {
    to: await contactOf(tx.db, personId),
    subject: 'Your reading on Readroom is on hold',
    body: `An operator has compared you with a public exclusion list, the ${list}, and found that you are the person of a record in it. While that stands, the law keeps us from giving you work. What you have read is paid.\n\nIf it is not you, or if you have been reinstated, sign in, open your credentials and object there. Another operator answers within a week.`,
  });
}

/**
 * Answers an objection, or lifts an exclusion that has ended at its source. What one operator confirmed another one
 * upholds. Errors: `hit_not_found`, `hit_decided`, `hit_own`, `objection_missing`, `objection_own_decision`.
 */
export async function answerExclusion(
  ctx: OrgContext,
  input: AnswerExclusionInput,
): Promise<{ personId: string }> {
  const { actor } = ctx;
  return transact(ctx, async (tx) => {
    const [hit] = await lockHits(tx.db, [input.hitId]);
    if (hit === undefined) throw missing();
    if (hit.personId === actor.personId) throw own();
    if (hit.status !== 'confirmed') throw decided();
    const history = await decisionsOn(tx.db, [hit.id]);
    if (input.decision === 'upheld') {
      if (history.at(-1)?.decision !== 'objected') {
        throw new AppError({
          kind: 'precondition',
          reason: 'objection_missing',
          message: 'There is no objection to answer; the exclusion stands as it is.',
        });
      }
      if (history.findLast((one) => one.decision === 'confirmed')?.decidedBy === actor.personId) {
        throw new AppError({
          kind: 'forbidden',
          reason: 'objection_own_decision',
          message: 'You confirmed this hit; another operator answers the objection. You may lift it.',
        });
      }
    }
    await insertDecisions(tx.db, [
      {
        id: newId(),
        hitId: hit.id,
        decision: input.decision,
        reason: input.reason,
        evidence: input.evidence || null,
        decidedBy: actor.personId,
        decidedAt: tx.now,
      },
    ]);
    if (input.decision === 'lifted') {
      await updateHits(
        tx.db,
        { ids: [hit.id], expected: 'confirmed' },
        { status: 'lifted', decidedAt: tx.now },
      );
    }
    await tx.audit({
      action: `registers.exclusion_${input.decision}`,
      subject: { kind: 'person', id: hit.personId },
      detail: { hitId: hit.id },
    });
    await notifyPerson(tx, {
      personId: hit.personId,
      kind: `exclusion.${input.decision}`,
      title:
        input.decision === 'lifted'
          ? 'Your exclusion was lifted; you can read again.'
          : 'Your objection was looked at by another operator, and the exclusion stands. See why.',
      href: OWN_PAGE,
    });
    return { personId: hit.personId };
  });
}

function requireOnePerson(hits: readonly HitRow[], ids: readonly string[]): string {
  const personId = hits[0]?.personId;
  if (personId === undefined || hits.length !== new Set(ids).size) throw missing();
  if (hits.some((hit) => hit.personId !== personId)) {
    throw new AppError({
      kind: 'invalid',
      reason: 'hit_several_people',
      message: 'Decide on one person at a time.',
    });
  }
  return personId;
}

const missing = () =>
  new AppError({ kind: 'not_found', reason: 'hit_not_found', message: 'There is no such hit.' });
const decided = () =>
  new AppError({
    kind: 'conflict',
    reason: 'hit_decided',
    message: 'This was decided in the meantime, or the record or the person has changed. Take the next one.',
  });
const own = () =>
  new AppError({
    kind: 'forbidden',
    reason: 'hit_own',
    message: 'Nobody decides on themselves. Leave it to another operator.',
  });
const noEvidence = () =>
  new AppError({
    kind: 'invalid',
    reason: 'hit_evidence_missing',
    message:
      'Say where it can be seen that it is the same person, for example the answer of the list’s own verification.',
    details: [{ code: 'hit_evidence_missing', path: 'evidence', message: 'Say where it can be seen.' }],
  });
