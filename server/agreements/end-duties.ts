import { createHash } from 'node:crypto';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { assertReauthenticated } from '#server/identity/rules.ts';
import { assertAuthority } from './assert-authority.ts';
import { type AgreementRow, findAgreementForUpdate, updateAgreement } from './queries.ts';
import { addDays, holdsData, transition, WIND_DOWN_DAYS } from './rules.ts';
import type { AgreementStatus, CertifyWindDownInput } from './schemas.ts';
import { certifyDuty, countOpenDuties, findDuty, insertDuties, listHoldersBelow } from './term-queries.ts';

/**
 * After an agreement under which data is held has ended: each organisation that held any of it, the lower party and
 * everybody below who works for it, has 30 days to return or destroy it and to certify that. In the caller's
 * transaction; asking twice adds nothing.
 */
export async function openDuties(tx: CommandTx, agreement: AgreementRow): Promise<void> {
  if (!holdsData(agreement.kind)) return;
  const holders = await listHoldersBelow(tx.db, agreement);
  const dueOn = addDays(tx.now.toISOString().slice(0, 10), WIND_DOWN_DAYS);
  await insertDuties(
    tx.db,
    [...new Set([agreement.partyBOrgId, ...holders])].map((orgId) => ({
      id: newId(),
      agreementId: agreement.id,
      orgId,
      dueOn,
      createdAt: tx.now,
    })),
  );
}

/**
 * An organisation certifies how it returned or destroyed what it held, by somebody who may sign for it. With the last
 * certificate the agreement is wound down. Errors: `reauthentication_required`, `duty_not_found`,
 * `signer_without_authority`, conflict `duty_certified`.
 */
export async function certifyWindDown(
  ctx: OrgContext,
  input: CertifyWindDownInput,
): Promise<{ status: AgreementStatus }> {
  const { actor } = requireVerifiedOrg(ctx);
  assertReauthenticated(actor, ctx.clock.now());
  return transact(ctx, async (tx) => {
    const duty = await findDuty(tx.db, input.dutyId);
    if (duty === null || duty.orgId !== actor.orgId) {
      throw new AppError({
        kind: 'not_found',
        reason: 'duty_not_found',
        message: 'Your organisation has nothing to certify here.',
      });
    }
    await assertAuthority(ctx, tx);
    // The lock makes two last certificates take turns.
    const agreement = present(await findAgreementForUpdate(tx.db, duty.agreementId), 'The agreement');
    const content = JSON.stringify({ ...input.certificate, agreementId: agreement.id, orgId: duty.orgId });
    const certificateSha256 = createHash('sha256').update(content).digest('hex');
    const isFirst = await certifyDuty(tx.db, {
      id: duty.id,
      certificate: input.certificate,
      certificateSha256,
      certifiedBy: actor.personId,
      certifiedAt: tx.now,
    });
    if (!isFirst) throw certified();
    await tx.audit({
      action: 'agreements.wind_down_certified',
      subject: { kind: 'agreement', id: agreement.id },
      detail: { dutyId: duty.id, method: input.certificate.method, certificateSha256 },
    });
    const next = transition(agreement.status, 'wind_down');
    if (next === null || (await countOpenDuties(tx.db, agreement.id)) > 0)
      return { status: agreement.status };
    await updateAgreement(tx.db, { id: agreement.id, expected: agreement.status }, { status: next });
    await tx.audit({
      action: 'agreements.wound_down',
      subject: { kind: 'agreement', id: agreement.id },
      detail: { from: agreement.status },
    });
    return { status: next };
  });
}

function certified(): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'duty_certified',
    message: 'This was certified already. A certificate is not changed afterwards.',
  });
}
