import { and, eq, isNull } from 'drizzle-orm';
import { pilotReturns } from '#db/schema/pilots.ts';
import { assertAuthority } from '#server/agreements/assert-authority.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { assertReauthenticated } from '#server/identity/rules.ts';
import { hashContent } from '#server/protocols/content-hash.ts';
import { pilotOfVendor } from './abandon-pilot.ts';
import type { CertifyReturnInput } from './schemas.ts';

/**
 * A vendor certifies how it returned or destroyed what it held of a pilot that was not awarded (R16), by somebody who may
 * sign for it; it is not changed afterwards. Errors: `reauthentication_required`, `signer_without_authority`,
 * `return_not_due`, conflict `return_certified`.
 */
export async function certifyReturn(ctx: OrgContext, input: CertifyReturnInput): Promise<void> {
  const { actor } = requireVerifiedOrg(ctx);
  assertReauthenticated(actor, ctx.clock.now());
  await transact(ctx, async (tx) => {
    const pilot = await pilotOfVendor(tx, ctx, input.pilotId);
    await assertAuthority(ctx, tx);
    const certificateSha256 = hashContent({ ...input.certificate, pilotId: pilot.id, orgId: actor.orgId });
    const [certified] = await tx.db
      .update(pilotReturns)
      .set({
        certificate: input.certificate,
        certificateSha256,
        certifiedBy: actor.personId,
        certifiedAt: tx.now,
      })
      .where(and(eq(pilotReturns.pilotId, pilot.id), isNull(pilotReturns.certifiedAt)))
      .returning({ pilotId: pilotReturns.pilotId });
    if (!certified) {
      const [row] = await tx.db.select().from(pilotReturns).where(eq(pilotReturns.pilotId, pilot.id));
      throw row
        ? new AppError({
            kind: 'conflict',
            reason: 'return_certified',
            message: 'This was certified already. A certificate is not changed afterwards.',
          })
        : new AppError({
            kind: 'precondition',
            reason: 'return_not_due',
            message: 'There is nothing to return or destroy for this pilot.',
          });
    }
    await tx.audit({
      action: 'pilots.return_certified',
      subject: { kind: 'pilot', id: pilot.id },
      detail: { method: input.certificate.method, certificateSha256 },
    });
  });
}
