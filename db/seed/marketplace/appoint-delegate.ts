import { and, eq, inArray } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { credentials, delegationSamples } from '#db/schema/credentials.ts';
import { makeAgreement } from '#db/seed/factories/agreements.ts';
import type { OrgContext } from '#server/command/context.ts';
import { DAY, type manualClock, plus } from '#server/core/clock.ts';
import { appointDelegate } from '#server/credentials/appoint-delegate.ts';
import { recordVerification } from '#server/credentials/record-verification.ts';
import { verifyAsDelegate } from '#server/credentials/verify-as-delegate.ts';
import { drawSample } from '#server/credentials/watch-delegations.ts';
import { enter } from './acts.ts';
import type { CrowdVendor } from './crowd.ts';

const CHECKS = 16;

/**
 * A vendor that checks its people at the source in the platform's place (R19): audited, appointed, sixteen checks, and a sample
 * of which operators have looked at some: most agree, one does not, the rest waits at the desk.
 */
export async function appointOne(
  db: Database,
  input: { clock: ReturnType<typeof manualClock>; today: Date; operator: OrgContext; vendor: CrowdVendor },
): Promise<void> {
  const { clock, today, operator, vendor } = input;
  const day = (days: number) =>
    plus(today, days * DAY)
      .toISOString()
      .slice(0, 10);
  const org = { id: vendor.orgId, kind: 'vendor' as const };
  clock.set(plus(today, -30 * DAY));
  await makeAgreement(db, { kind: 'delegation', org, clock });
  const { delegationId } = await appointDelegate(operator, {
    orgId: vendor.orgId,
    auditedOn: day(-35),
    filesAudited: 8,
    filesPassed: 8,
    findings:
      'Eight files of the last two quarters: source, day and evidence in each; the two-person rule is kept.',
    sampleShareBasisPoints: 2500,
  });
  const owner = await enter({ db, clock }, vendor.owner, org, ['vendor_owner']);
  clock.set(plus(today, -12 * DAY));
  for (const { id, status, issuer } of await claimsOf(db, vendor))
    await verifyAsDelegate(owner, {
      credentialId: id,
      seenStatus: status,
      primarySource: issuer,
      communicationMethod: 'portal',
      sourceAsOf: day(-13),
      fileReference: `HR-${id.slice(-4).toUpperCase()}`,
    });
  clock.set(plus(today, -5 * DAY));
  await drawSample(operator, { delegationId });
  await lookAt(db, { operator, delegationId });
  clock.set(today);
}

/** Claims of the vendor's people that nobody has checked yet. */
async function claimsOf(db: Database, vendor: CrowdVendor) {
  const personIds = vendor.people.map((one) => one.personId);
  return db
    .select()
    .from(credentials)
    .where(
      and(
        inArray(credentials.personId, personIds),
        eq(credentials.status, 'claimed'),
        eq(credentials.kind, 'board_certification'),
      ),
    )
    .orderBy(credentials.id)
    .limit(CHECKS);
}

/** An operator's own look at five of the sampled checks; the fifth differs from what the delegate found. */
async function lookAt(db: Database, at: { operator: OrgContext; delegationId: string }): Promise<void> {
  const sampled = await db
    .select({ id: credentials.id, issuer: credentials.issuer, status: credentials.status })
    .from(delegationSamples)
    .innerJoin(credentials, eq(credentials.id, delegationSamples.credentialId))
    .where(eq(delegationSamples.delegationId, at.delegationId))
    .orderBy(credentials.id)
    .limit(5);
  for (const [index, { id, issuer, status }] of sampled.entries()) {
    const differs = index === 4;
    await recordVerification(at.operator, {
      credentialId: id,
      seenStatus: status,
      outcome: differs ? 'discrepancy' : 'verified',
      primarySource: issuer,
      communicationMethod: 'portal',
      ...(differs ? { note: 'The source gives another day of issue than the claim.' } : {}),
    });
  }
}
