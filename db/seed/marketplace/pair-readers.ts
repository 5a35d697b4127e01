import { and, eq, inArray } from 'drizzle-orm';
import { credentials } from '#db/schema/credentials.ts';
import { makeBatch } from '#db/seed/factories/work.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { recordVerification } from '#server/credentials/record-verification.ts';
import { viewDecisionCase } from '#server/labels/label-views.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { submitReview } from '#server/labels/submit-review.ts';
import type { ReviewRule } from '#server/projects/tier-schemas.ts';
import { engagePerson } from '#server/staffing/engage-person.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { enter, jobOf, readSome, settleRead } from './acts.ts';
import type { Award } from './agree-terms.ts';
import type { CrowdPerson, CrowdVendor } from './crowd.ts';
import { chance } from './random.ts';
import { FIELD } from './tenders.ts';

const CASES = 12;

/** Radiographers read, radiologists checked at their source look over all of it. */
const PAIRED: ReviewRule = {
  kind: 'technical_reader',
  expert: {
    anyOf: [{ kind: 'board_certification', specialty: 'Diagnostic Radiology', minLevel: 'primary_source' }],
  },
  sampleRateBasisPoints: 10_000,
};

/**
 * A batch that technical staff read and experts reviewed, settled, so that both sides see the pairs. Afterwards a
 * technician's certificate turns out to be revoked since before they read: their labels are to be looked at again (R27).
 */
export async function pairReaders(
  award: Award & { crowd: CrowdVendor; operator: OrgContext },
): Promise<void> {
  const { scene, contractId, vendor, today, crowd, operator } = award;
  const { clock } = scene;
  clock.set(plus(today, -5 * DAY));
  const technicians = await seat(award, await holders(award, 'technologist_certification', 3), 'annotator');
  const experts = await seat(award, await holders(award, 'board_certification', 2), 'reviewer');
  const batchId = await makeBatch(scene, {
    contractId,
    vendorOrgId: vendor.orgId,
    name: 'Night shift, read by radiographers',
    overlap: 1,
    pricePerReadMinor: award.priceMinor,
    caseLimit: CASES,
    reviewRules: [PAIRED],
  });
  for (const [index, who] of technicians.entries())
    await readSome(scene, who, {
      batchId,
      most: CASES / technicians.length,
      right: index === 2 ? 0.6 : 0.9,
      stream: 600 + 2 * index,
    });
  await settleTasks(jobOf(scene), { batchId });
  for (const [index, who] of experts.entries()) {
    await joinBatch(who, { batchId, tier: 'review' });
    await reviewSome({ ...award, batchId, who, stream: 620 + index, most: index === 0 ? CASES / 2 : CASES });
  }
  await settleRead(scene, batchId);
  clock.set(plus(today, -2 * DAY));
  const revoked = present(technicians[2], 'The third technician');
  await revoke({ award, operator, personId: revoked.actor.personId });
  clock.set(today);
  // Named here so that a change of the crowd is noticed: who looks over others is of the same vendor.
  if (experts.some((one) => one.actor.orgId !== crowd.orgId)) throw new Error('An expert of another vendor.');
}

/** People of the vendor with a credential of the kind, checked at its source and in force, who are in no pilot. */
async function holders(
  { scene, vendor, crowd }: Award & { crowd: CrowdVendor },
  kind: 'technologist_certification' | 'board_certification',
  count: number,
): Promise<CrowdPerson[]> {
  const taken = new Set(vendor.annotators.map((one) => one.actor.personId));
  const people = crowd.people.slice(1).filter((one) => !taken.has(one.personId));
  const specialty = kind === 'board_certification' ? 'Diagnostic Radiology' : 'Radiography';
  const rows = await scene.db
    .select({ personId: credentials.personId })
    .from(credentials)
    .where(
      and(
        inArray(
          credentials.personId,
          people.map((one) => one.personId),
        ),
        eq(credentials.kind, kind),
        eq(credentials.specialty, specialty),
        eq(credentials.status, 'verified'),
        eq(credentials.level, 'primary_source'),
      ),
    );
  const able = new Set(rows.map((row) => row.personId));
  const found = people.filter((one) => able.has(one.personId)).slice(0, count);
  if (found.length < count) throw new Error(`The largest vendor has too few people with a ${kind}.`);
  return found;
}

async function seat(
  { scene, vendor, contractId }: Award,
  people: readonly CrowdPerson[],
  role: 'annotator' | 'reviewer',
): Promise<OrgContext[]> {
  const org = { id: vendor.orgId, kind: 'vendor' as const };
  for (const { personId } of people)
    await transact(jobOf(scene), (tx) =>
      engagePerson(tx, { projectId: scene.project.id, contractId, personId, viaOrgId: vendor.orgId, role }),
    );
  return Promise.all(people.map((one) => enter(scene, one, org, ['vendor_annotator'])));
}

/** An expert looks over so many reads: most stand as they are, some are put right. */
async function reviewSome({
  scene,
  batchId,
  who,
  most,
  stream,
}: Award & { batchId: string; who: OrgContext; most: number; stream: number }): Promise<void> {
  for (let done = 0; done < most; done += 1) {
    const [lease] = (await claimNextTasks(who, { batchId, tier: 'review', limit: 1 })).leases;
    if (!lease) return;
    const seen = await viewDecisionCase(who, { batchId, leaseId: lease.leaseId });
    const isFixed = chance(stream, done) < 0.2;
    scene.clock.advance(40_000);
    await submitReview(who, {
      batchId,
      leaseId: lease.leaseId,
      labelId: newId(),
      activeMs: 15_000,
      decisions: seen.reads.map(({ labelId }) => ({ labelId, outcome: isFixed ? 'fix_accept' : 'accept' })),
      ...(isFixed ? { fixedAnswers: { [FIELD]: '1' } } : {}),
    });
  }
}

/** The register says that somebody's certificate was revoked a month ago. */
async function revoke(at: { award: Award; operator: OrgContext; personId: string }): Promise<void> {
  const { scene, today } = at.award;
  const [held] = await scene.db
    .select()
    .from(credentials)
    .where(
      and(
        eq(credentials.personId, at.personId),
        eq(credentials.kind, 'technologist_certification'),
        eq(credentials.status, 'verified'),
      ),
    );
  const { id, status, issuer } = present(held, 'The certificate');
  await recordVerification(at.operator, {
    credentialId: id,
    seenStatus: status,
    outcome: 'adverse',
    primarySource: issuer,
    communicationMethod: 'portal',
    sourceStanding: 'revoked',
    effectiveOn: plus(today, -30 * DAY)
      .toISOString()
      .slice(0, 10),
    note: 'Revoked for a false statement in the renewal; the register’s notice is in the file.',
  });
}
