import { and, eq, ne } from 'drizzle-orm';
import { signatures } from '#db/schema/audit.ts';
import { pilots } from '#db/schema/pilots.ts';
import { awardContract } from '#server/bids/award-contract.ts';
import { moveBid } from '#server/bids/decide-bid.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { assertReauthenticated } from '#server/identity/rules.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { isSameName } from '#server/protocols/signing-rules.ts';
import { findScorecard, getPilot } from './compute-scorecard.ts';
import { decisionProblem } from './rules.ts';
import type { DecidePilotInput } from './schemas.ts';

/**
 * The sponsor's signed decision on a pilot (R10, R13): award a share, extend, or decline. Signs the hash of the scorecard
 * that was on the screen; a newer card refuses with `scorecard_changed`. An award makes the contract in the same
 * transaction, and shares of a call never pass 100 %.
 */
export async function decidePilot(
  ctx: OrgContext,
  input: DecidePilotInput,
): Promise<{ contractId: string | null }> {
  requireVerifiedOrg(ctx);
  assertReauthenticated(ctx.actor, ctx.clock.now());
  return transact(ctx, async (tx) => {
    const pilot = await getPilot(tx.db, input.pilotId);
    await getProjectForOrg(tx.db, ctx.actor.orgId, pilot.projectId);
    const card = await findScorecard(tx.db, pilot.id);
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
    });
    if (problem)
      throw new AppError({
        kind: 'precondition',
        reason: problem.code,
        message: problem.message,
        details: [problem],
      });
    await assertOwnName(tx, ctx.actor.personId, input.typedName);
    const final = input.decision !== 'extend';
    const [decided] = await tx.db
      .update(pilots)
      .set({
        status: final ? 'decided' : 'reading',
        decision: input.decision,
        decisionReason: input.reason,
        decidedAt: tx.now,
      })
      .where(and(eq(pilots.id, pilot.id), ne(pilots.status, 'decided')))
      .returning({ id: pilots.id });
    if (!decided)
      throw new AppError({
        kind: 'conflict',
        reason: 'pilot_decided',
        message: 'This pilot has been decided already.',
      });
    await tx.db.insert(signatures).values({
      id: newId(),
      subjectKind: 'pilot_verdict',
      subjectId: pilot.id,
      personId: ctx.actor.personId,
      orgId: ctx.actor.orgId,
      role: 'sponsor',
      typedName: input.typedName.trim(),
      meaning: `decision: ${input.decision} on verdict ${card.verdict}`,
      contentSha256: card.contentSha256,
      authMethod: 'password',
      sessionId: ctx.actor.sessionId,
      signedAt: tx.now,
    });
    await tx.audit({
      action: 'pilots.decided',
      subject: { kind: 'pilot', id: pilot.id },
      detail: { decision: input.decision, verdict: card.verdict },
    });
    if (input.decision === 'award') {
      return awardContract(tx, {
        pilotContractId: pilot.contractId,
        shareBasisPoints: input.shareBasisPoints ?? 0,
        personId: ctx.actor.personId,
      });
    }
    if (input.decision === 'decline')
      await moveBid(tx, { bidId: pilot.bidId, action: 'decline', reason: input.reason });
    return { contractId: null };
  });
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
