import { and, eq } from 'drizzle-orm';
import { signatures } from '#db/schema/audit.ts';
import { pilots } from '#db/schema/pilots.ts';
import { awardContract } from '#server/bids/award-contract.ts';
import { moveBid } from '#server/bids/decide-bid.ts';
import { holdBid } from '#server/bids/hold-bid.ts';
import { getBid } from '#server/bids/reads.ts';
import { heldUntil } from '#server/bids/rules.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { unreachable } from '#server/core/assert.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { assertReauthenticated, authMethodOf } from '#server/identity/rules.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { isSameName } from '#server/protocols/signing-rules.ts';
import { closeAccess } from './close-access.ts';
import { findScorecard, getPilot, lockPilot, type PilotRow, type ScorecardRow } from './compute-scorecard.ts';
import { extendPilot } from './extend-pilot.ts';
import { listPilotBatches } from './reads.ts';
import { decisionProblem, RETRY_AFTER_DAYS } from './rules.ts';
import type { DecidePilotInput } from './schemas.ts';
import { tellVendor } from './tell-sides.ts';
import { keepAnnex, noteAnnex } from './write-annex.ts';

/**
 * The sponsor's signed decision on a pilot (R10, R13, R16): award a share, extend, grant the one retry, or decline, which
 * closes the vendor's access. Signs the hash of the scorecard
 * that was on the screen; a newer card refuses with `scorecard_changed`. An award makes the contract in the same
 * transaction, and shares of a call never pass 100 %; an extension orders and opens its batch in it. An award or extension
 * after the bid has ended is refused with `bid_expired`. The signed record is kept as the contract's annex, JSON and PDF.
 */
export async function decidePilot(
  ctx: OrgContext,
  input: DecidePilotInput,
): Promise<{ contractId: string | null }> {
  requireVerifiedOrg(ctx);
  assertReauthenticated(ctx.actor, ctx.clock.now());
  return transact(ctx, async (tx) => {
    const pilot = await lockPilot(tx.db, input.pilotId);
    await getProjectForOrg(tx.db, ctx.actor.orgId, pilot.projectId);
    const card = await cardToSign(tx, input);
    await assertOwnName(tx, ctx.actor.personId, input.typedName);
    await markDecided(tx, input);
    const { contractId, says } = await carryOut(tx, ctx, { pilot, card, input });
    const signature = {
      id: newId(),
      subjectKind: 'pilot_verdict' as const,
      subjectId: pilot.id,
      personId: ctx.actor.personId,
      orgId: ctx.actor.orgId,
      role: 'sponsor',
      typedName: input.typedName.trim(),
      meaning: `decision: ${says} on verdict ${card.verdict}`,
      contentSha256: card.contentSha256,
      authMethod: authMethodOf(ctx.actor),
      sessionId: ctx.actor.sessionId,
      signedAt: tx.now,
    };
    const annex = await keepAnnex(tx, {
      pilot,
      card,
      signature,
      decision: {
        decision: input.decision,
        shareBasisPoints: input.decision === 'award' ? (input.shareBasisPoints ?? null) : null,
        awardContractId: contractId,
        reason: input.reason,
      },
    });
    await tx.db.insert(signatures).values({ ...signature, recordSha256: annex.jsonSha256 });
    await noteAnnex(tx, annex);
    await tellVendor(tx, pilot, input.decision);
    await tx.audit({
      action: 'pilots.decided',
      subject: { kind: 'pilot', id: pilot.id },
      detail: { decision: input.decision, verdict: card.verdict, annexSha256: annex.jsonSha256 },
    });
    return { contractId };
  });
}

/** The card that was on the screen, when it allows the decision. */
async function cardToSign(tx: CommandTx, input: DecidePilotInput): Promise<ScorecardRow> {
  const card = await findScorecard(tx.db, input.pilotId);
  if (!card)
    throw new AppError({
      kind: 'precondition',
      reason: 'scorecard_missing',
      message: 'There is no scorecard yet. Compute it once the pilot is read.',
    });
  if (card.contentSha256 !== input.scorecardSha256) {
    throw new AppError({
      kind: 'conflict',
      reason: 'scorecard_changed',
      message: 'The scorecard has changed since you opened it. Look at the new one before you sign.',
    });
  }
  const problem = decisionProblem({
    decision: input.decision,
    verdict: card.verdict,
    reason: input.reason,
    attempt: (await listPilotBatches(tx.db, input.pilotId)).at(-1)?.attempt ?? 1,
  });
  if (problem)
    throw new AppError({
      kind: 'precondition',
      reason: problem.code,
      message: problem.message,
      details: [problem],
    });
  return card;
}

/** Takes the decision down once: a pilot is decided from its card, not while an extension of it is read. */
async function markDecided(tx: CommandTx, input: DecidePilotInput): Promise<void> {
  const [decided] = await tx.db
    .update(pilots)
    .set({
      status: input.decision === 'extend' ? 'reading' : 'decided',
      decision: input.decision,
      decisionReason: input.reason,
      decidedAt: tx.now,
    })
    .where(and(eq(pilots.id, input.pilotId), eq(pilots.status, 'scored')))
    .returning({ id: pilots.id });
  if (decided) return;
  const { status } = await getPilot(tx.db, input.pilotId);
  if (status === 'decided')
    throw new AppError({
      kind: 'conflict',
      reason: 'pilot_decided',
      message: 'This pilot has been decided already.',
    });
  throw new AppError({
    kind: 'precondition',
    reason: 'pilot_being_read',
    message:
      'The extension of this pilot is still being read. Decide on the card that scores all of it; close the extension first if it should end here.',
  });
}

async function carryOut(
  tx: CommandTx,
  ctx: OrgContext,
  at: { pilot: PilotRow; card: ScorecardRow; input: DecidePilotInput },
): Promise<{ contractId: string | null; says: string }> {
  const { pilot, card, input } = at;
  switch (input.decision) {
    case 'award': {
      const { contractId } = await awardContract(tx, {
        pilotContractId: pilot.contractId,
        shareBasisPoints: input.shareBasisPoints ?? 0,
        personId: ctx.actor.personId,
      });
      return { contractId, says: 'award' };
    }
    case 'extend': {
      const { cases } = await extendPilot(tx, { pilot, card, orgId: ctx.actor.orgId });
      return { contractId: null, says: `extend by ${cases} cases` };
    }
    case 'retry': {
      // The bid stands until the retry can be ordered, and as long after that as after any verdict (R13); where the retry lapses
      // it ends before (`lapse-retries`).
      await holdBid(tx, { bidId: pilot.bidId, until: heldUntil(plus(tx.now, RETRY_AFTER_DAYS * DAY)) });
      return { contractId: null, says: 'one retry on other cases' };
    }
    case 'decline': {
      await closeAccess(tx, pilot, 'The pilot was declined.');
      // A bid that has ended or was declined already needs no declining; the pilot still gets its decision.
      const { status } = await getBid(tx.db, pilot.bidId);
      if (status !== 'expired' && status !== 'declined')
        await moveBid(tx, { bidId: pilot.bidId, action: 'decline', reason: input.reason });
      return { contractId: null, says: 'decline' };
    }
    default:
      return unreachable(input.decision);
  }
}

/** A signature is the signer's own name, as on the account; like agreements, protocol and gold. */
async function assertOwnName(tx: CommandTx, personId: string, typedName: string): Promise<void> {
  const names = await namesOfPeople(tx.db, [personId]);
  if (isSameName(names.get(personId)?.name ?? '', typedName)) return;
  throw new AppError({
    kind: 'invalid',
    reason: 'typed_name_differs',
    message: 'Type your full name exactly as on your account.',
  });
}
