import { signatures } from '#db/schema/audit.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { assertReauthenticated, authMethodOf } from '#server/identity/rules.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { hashContent } from '#server/protocols/content-hash.ts';
import { isSameName } from '#server/protocols/signing-rules.ts';
import { activateItems, type GoldItemRow, listSetItems, lockGoldSet, markSetSigned } from './queries.ts';
import { GOLD_MEANING, type SignGoldInput } from './schemas.ts';

/** The hash that is signed: which case has which answer, from where, decided how. Independent of ids and times. */
export function hashGoldSet(items: readonly GoldItemRow[]): string {
  const content = items
    .filter((item) => item.status !== 'retired')
    .map(({ datasetId, caseId, source, answers, unanimous, rationale, status }) => ({
      datasetId,
      caseId,
      source,
      answers,
      unanimous,
      rationale,
      ambiguous: status === 'ambiguous',
    }))
    .sort((a, b) => (a.caseId < b.caseId ? -1 : 1));
  return hashContent(content);
}

/**
 * Signs a draft gold set as clinical lead (R7): agreed items come into force, ambiguous ones are kept aside. Refused
 * while items wait for a decision (`gold_unresolved`), when the set is empty, and when it changed after the signer saw it.
 */
export async function signGoldSet(ctx: OrgContext, input: SignGoldInput): Promise<{ active: number }> {
  requireVerifiedOrg(ctx);
  return transact(ctx, async (tx) => {
    assertReauthenticated(ctx.actor, tx.now);
    const set = await lockGoldSet(tx.db, input.goldSetId);
    if (!set) {
      throw new AppError({
        kind: 'not_found',
        reason: 'gold_set_not_found',
        message: 'There is no such gold set.',
      });
    }
    await getProjectForOrg(tx.db, ctx.actor.orgId, set.projectId);
    if (!ctx.actor.capabilities.has('protocol.sign_clinical')) {
      throw new AppError({
        kind: 'forbidden',
        reason: 'signing_role',
        message: 'Only a clinical lead can sign a gold set.',
      });
    }
    if (set.status !== 'draft') throw refusal('already_signed', `Gold set ${set.version} is signed already.`);
    const items = await listSetItems(tx.db, set.id);
    assertSignable(items, input.contentSha256);
    const names = await namesOfPeople(tx.db, [ctx.actor.personId]);
    if (!isSameName(names.get(ctx.actor.personId)?.name ?? '', input.typedName)) {
      throw new AppError({
        kind: 'invalid',
        reason: 'typed_name_differs',
        message: 'Type your full name exactly as on your account.',
      });
    }
    const active = await activateItems(tx.db, set.id, tx.now);
    await markSetSigned(tx.db, {
      goldSetId: set.id,
      contentSha256: input.contentSha256,
      itemCount: active,
      now: tx.now,
    });
    await tx.db.insert(signatures).values({
      id: newId(),
      subjectKind: 'gold_set',
      subjectId: set.id,
      personId: ctx.actor.personId,
      orgId: ctx.actor.orgId,
      role: 'clinical_lead',
      typedName: input.typedName.trim(),
      meaning: GOLD_MEANING,
      contentSha256: input.contentSha256,
      authMethod: authMethodOf(ctx.actor),
      sessionId: ctx.actor.sessionId,
      signedAt: tx.now,
    });
    await tx.audit({
      action: 'gold.signed',
      subject: { kind: 'gold_set', id: set.id },
      detail: { contentSha256: input.contentSha256, active },
    });
    return { active };
  });
}

function assertSignable(items: readonly GoldItemRow[], seenSha256: string): void {
  const waiting = items.filter((item) => item.status === 'proposed').length;
  if (waiting > 0) {
    throw refusal(
      'gold_unresolved',
      `${waiting} case${waiting === 1 ? ' waits' : 's wait'} for a decision. Resolve them, or call them ambiguous.`,
    );
  }
  if (!items.some((item) => item.status === 'agreed')) {
    throw refusal('gold_empty', 'There is no agreed answer to sign.');
  }
  if (hashGoldSet(items) !== seenSha256) {
    throw new AppError({
      kind: 'conflict',
      reason: 'gold_changed',
      message: 'The gold set changed after you opened it. Look at it again before you sign.',
    });
  }
}

const refusal = (reason: string, message: string) => new AppError({ kind: 'precondition', reason, message });
