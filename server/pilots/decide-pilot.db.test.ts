import { and, desc, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { signatures } from '#db/schema/audit.ts';
import { scorecards } from '#db/schema/pilots.ts';
import { ensureAgreement } from '#db/seed/factories/agreements.ts';
import { makeBid, makeCall, makeVendor, pilotTermsOf } from '#db/seed/factories/bids.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { orderPilot } from '#server/bids/order-pilot.ts';
import type { OrgContext } from '#server/command/context.ts';
import { newId } from '#server/core/ids.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { hashContent } from '#server/protocols/content-hash.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { openBatch } from '#server/work/open-batch.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { computeScorecard, findScorecard } from './compute-scorecard.ts';
import { decidePilot } from './decide-pilot.ts';
import type { DecidePilotInput } from './schemas.ts';

/**
 * A pilot of ten gold cases with two reads each, everybody right: 20 of 20 is inconclusive at 90 %, because Wilson's lower
 * bound is .839. About 52 reads in all, so 16 more cases, would decide it.
 */
describe('the signed decision on a pilot (R10, R13)', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 10 });
  });
  afterAll(() => t.drop());

  type Pilot = { scene: WorkScene; pilotId: string; batchId: string; bidId: string; people: OrgContext[] };
  async function readPilot(input: { cases?: number; fundsMinor?: bigint } = {}): Promise<Pilot> {
    const cases = input.cases ?? 40;
    const scene = await makeWorkScene(t.db, {
      cases,
      fields: [gradeField()],
      gold: Object.fromEntries(Array.from({ length: cases }, (_, at) => [at, { grade: ['1'] }])),
      ...(input.fundsMinor === undefined ? {} : { fundsMinor: input.fundsMinor }),
    });
    const { clock, project } = scene;
    const terms = pilotTermsOf({
      overlap: 2,
      goldMode: 'embedded',
      criteria: {
        reliability: null,
        accuracy: { field: 'grade', threshold: 0.9 },
        perClass: [],
        throughput: null,
      },
    });
    const callId = await makeCall(t.db, { projectId: project.id, terms, clock });
    const vendor = await makeVendor(t.db, { people: 2, clock });
    await ensureAgreement(t.db, { kind: 'services', org: { id: vendor.orgId, kind: 'vendor' }, clock });
    const bidId = await makeBid(t.db, { callId, project, vendor, status: 'shortlisted', clock });
    const made = await orderPilot(scene.sponsor, { bidId, datasetId: scene.dataset.id });
    await openBatch(scene.sponsor, { batchId: made.batchId });
    await readAll(made.batchId, vendor.annotators);
    await closeBatch(scene.sponsor, { batchId: made.batchId, reason: 'Every case is read.' });
    await computeScorecard(scene.sponsor, { pilotId: made.pilotId });
    return { scene, pilotId: made.pilotId, batchId: made.batchId, bidId, people: vendor.annotators };
  }
  /** Everybody reads every case of the batch, rightly. */
  async function readAll(batchId: string, people: readonly OrgContext[]): Promise<void> {
    for (const who of people) {
      await joinBatch(who, { batchId, tier: 'label' });
      for (;;) {
        const [lease] = (await claimNextTasks(who, { batchId, tier: 'label', limit: 1 })).leases;
        if (!lease) break;
        const read = { batchId, leaseId: lease.leaseId, labelId: newId(), activeMs: 1000 };
        await submitLabel(who, { ...read, answers: { grade: '1' } });
      }
    }
  }
  async function decide(
    pilot: Pilot,
    over: Partial<DecidePilotInput>,
  ): Promise<{ contractId: string | null }> {
    const { sponsor, clock } = pilot.scene;
    const { personId } = sponsor.actor;
    const card = await findScorecard(t.db, pilot.pilotId);
    const signer = { ...sponsor, actor: { ...sponsor.actor, reauthenticatedAt: clock.now() } };
    return decidePilot(signer, {
      pilotId: pilot.pilotId,
      decision: 'award',
      shareBasisPoints: 10_000,
      reason: 'Accepted after looking at every miss.',
      typedName: (await namesOfPeople(t.db, [personId])).get(personId)?.name ?? '',
      scorecardSha256: card?.contentSha256 ?? '',
      ...over,
    });
  }

  test('the stored card hashes to what was signed', async () => {
    const pilot = await readPilot();
    await decide(pilot, {});
    const [card] = await t.db
      .select()
      .from(scorecards)
      .where(eq(scorecards.pilotId, pilot.pilotId))
      .orderBy(desc(scorecards.computedAt));
    expect(hashContent(card?.results)).toBe(card?.contentSha256);
    const [signature] = await t.db
      .select()
      .from(signatures)
      .where(and(eq(signatures.subjectKind, 'pilot_verdict'), eq(signatures.subjectId, pilot.pilotId)));
    expect(signature?.contentSha256).toBe(card?.contentSha256);
  });

  test('a signature is the signer’s own name, and a wrong one signs nothing', async () => {
    const pilot = await readPilot();
    await expect(decide(pilot, { typedName: 'Somebody Else' })).rejects.toMatchObject({
      kind: 'invalid',
      reason: 'typed_name_differs',
    });
    expect(
      await t.db.execute(sql`select 1 from signatures where subject_id = ${pilot.pilotId}`),
    ).toHaveLength(0);
    expect((await decide(pilot, {})).contractId).not.toBeNull();
  });
});
