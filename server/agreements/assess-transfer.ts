import type { Queryable } from '#db/client.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { assertReauthenticated, countryName } from '#server/identity/rules.ts';
import { hasAdequateProtection } from './adequate-countries.ts';
import { addMonths } from './rules.ts';
import { type AssessTransferInput, type TransferView, transferFindings } from './schemas.ts';
import { insertTransferAssessment, listTransferAssessments } from './term-queries.ts';

/** A transfer assessment holds at most this long before law and practice are looked at again. */
const MOST_MONTHS = 24;

/**
 * A sponsor's assessment of showing personal data from the EU in a country outside (SCC clause 14). The newest one for the
 * country counts at the gate, so one that does not permit the transfer closes it at once, also on leases (R27). Errors:
 * `reauthentication_required`, `transfer_by_sponsor`, `transfer_needless`, `transfer_dates`.
 */
export async function assessTransfer(ctx: OrgContext, input: AssessTransferInput): Promise<{ id: string }> {
  const { actor } = requireVerifiedOrg(ctx);
  assertReauthenticated(actor, ctx.clock.now());
  if (actor.orgKind !== 'sponsor') {
    throw new AppError({
      kind: 'forbidden',
      reason: 'transfer_by_sponsor',
      message: 'The sponsor whose data it is assesses the transfer.',
    });
  }
  assertSensible(input, ctx.clock.now().toISOString().slice(0, 10));
  return transact(ctx, async (tx) => {
    const id = newId();
    await insertTransferAssessment(tx.db, {
      id,
      orgId: actor.orgId,
      country: input.country,
      outcome: input.outcome,
      findings: input.findings,
      assessedBy: actor.personId,
      assessedAt: tx.now,
      validUntil: input.validUntil,
    });
    await tx.audit({
      action: 'agreements.transfer_assessed',
      subject: { kind: 'transfer_assessment', id },
      detail: { country: input.country, outcome: input.outcome, validUntil: input.validUntil },
    });
    if (input.outcome === 'not_permitted')
      await tx.enqueue({ name: 'agreements.revoke-access', payload: { orgId: actor.orgId } });
    return { id };
  });
}

/** An organisation's transfer assessments, newest first; the first of a country is the one that counts. */
export async function readTransfers(q: Queryable, at: { orgId: string; now: Date }): Promise<TransferView[]> {
  const today = at.now.toISOString().slice(0, 10);
  const seen = new Set<string>();
  return (await listTransferAssessments(q, at.orgId)).map((row) => {
    const isNewest = !seen.has(row.country);
    seen.add(row.country);
    return {
      id: row.id,
      country: row.country,
      outcome: row.outcome,
      findings: transferFindings.parse(row.findings),
      assessedAt: row.assessedAt,
      validUntil: row.validUntil,
      isCounted: isNewest && row.outcome === 'permitted' && row.validUntil >= today,
    };
  });
}

function assertSensible(input: AssessTransferInput, today: string): void {
  const refused = (reason: string, path: string, message: string) =>
    new AppError({ kind: 'invalid', reason, message, details: [{ code: reason, path, message }] });
  if (countryName(input.country) === null) {
    throw refused('transfer_needless', 'country', 'There is no such country.');
  }
  if (hasAdequateProtection(input.country)) {
    throw refused(
      'transfer_needless',
      'country',
      'This country is in the EEA or has an adequacy decision; no assessment is needed to show data there.',
    );
  }
  if (input.validUntil <= today || input.validUntil > addMonths(today, MOST_MONTHS)) {
    throw refused(
      'transfer_dates',
      'validUntil',
      'An assessment holds until a day in the next 24 months; then law and practice are looked at again.',
    );
  }
}
