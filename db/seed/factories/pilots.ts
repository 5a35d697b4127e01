import { eq } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { pilotReturns, pilots } from '#db/schema/pilots.ts';
import { orderPilot } from '#server/bids/order-pilot.ts';
import type { PilotTermsInput } from '#server/bids/schemas.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type Clock, DAY, plus, systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { computeScorecard, findScorecard } from '#server/pilots/compute-scorecard.ts';
import { decidePilot } from '#server/pilots/decide-pilot.ts';
import type { DecidePilotInput } from '#server/pilots/schemas.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { openBatch } from '#server/work/open-batch.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { ensureAgreement } from './agreements.ts';
import { makeBid, makeCall, makeVendor, pilotTermsOf } from './bids.ts';
import { gradeField } from './protocols.ts';
import { makeWorkScene, type WorkScene } from './work.ts';

export type MadePilot = {
  scene: WorkScene;
  callId: string;
  pilotId: string;
  batchId: string;
  bidId: string;
  vendor: Awaited<ReturnType<typeof makeVendor>>;
  people: OrgContext[];
};

/** A pilot of a bidder of a call, ordered and open; of a new one with two people unless one is given with its bid. */
export async function makePilot(
  scene: WorkScene,
  callId: string,
  bidder?: { vendor: MadePilot['vendor']; bidId: string },
): Promise<MadePilot> {
  const { db, clock, project, sponsor } = scene;
  const vendor = bidder?.vendor ?? (await makeVendor(db, { people: 2, clock }));
  await ensureAgreement(db, { kind: 'services', org: { id: vendor.orgId, kind: 'vendor' }, clock });
  const bidId =
    bidder?.bidId ?? (await makeBid(db, { callId, project, vendor, status: 'shortlisted', clock }));
  const { pilotId, batchId } = await orderPilot(sponsor, { bidId, datasetId: scene.dataset.id });
  await openBatch(sponsor, { batchId });
  return { scene, callId, pilotId, batchId, bidId, vendor, people: vendor.annotators };
}

export type GoldCall = { cases?: number; terms?: Partial<PilotTermsInput> };

/**
 * A call for pilots of six gold cases whose truth is grade 1, twelve unless told otherwise being there: two reads of each, passed with an
 * accuracy of 0.5.
 */
export async function makeGoldCall(
  db: Database,
  input: GoldCall = {},
): Promise<{ scene: WorkScene; callId: string }> {
  const cases = input.cases ?? 12;
  const scene = await makeWorkScene(db, {
    cases,
    fields: [gradeField()],
    gold: Object.fromEntries(Array.from({ length: cases }, (_, at) => [at, { grade: ['1'] }])),
  });
  const accuracy = { field: 'grade', threshold: 0.5 };
  const criteria = { reliability: null, accuracy, perClass: [], throughput: null };
  const terms = pilotTermsOf({ cases: 6, overlap: 2, goldMode: 'embedded', criteria, ...input.terms });
  const callId = await makeCall(db, { projectId: scene.project.id, terms, clock: scene.clock });
  return { scene, callId };
}

/** The pilot of one bidder of a call as `makeGoldCall` makes it. */
export async function makeGoldPilot(db: Database, input: GoldCall = {}): Promise<MadePilot> {
  const { scene, callId } = await makeGoldCall(db, input);
  return makePilot(scene, callId);
}

/** Reads a batch of a pilot through with one grade and computes its card. */
export async function scorePilot(pilot: MadePilot, batchId: string, grade: string): Promise<void> {
  const { sponsor } = pilot.scene;
  await readPilotBatch(batchId, pilot.people, { grade });
  await closeBatch(sponsor, { batchId, reason: 'Every case is read.' });
  await computeScorecard(sponsor, { pilotId: pilot.pilotId });
}

/** The owner of a pilot's vendor, who entered their password a moment ago. */
export const vendorOf = ({ vendor, scene }: MadePilot): OrgContext => ({
  ...vendor.owner,
  actor: { ...vendor.owner.actor, reauthenticatedAt: scene.clock.now() },
});

/** What a sponsor decides on a pilot that failed, for `decideMadePilot`. */
export const RETRY = {
  decision: 'retry',
  shareBasisPoints: undefined,
  reason: 'Grade 1 was missed on every case; train and try again.',
} as const;
export const DECLINE = { ...RETRY, decision: 'decline' } as const;

/** Everybody reads every case of a batch, or at most so many each, all with the same grade. */
export async function readPilotBatch(
  batchId: string,
  people: readonly OrgContext[],
  input: {
    grade?: string;
    most?: number;
    /** What is answered on the case of a lease, and in how long. */
    answer?: (
      reader: number,
      leaseId: string,
    ) => Promise<{ answers: Record<string, string>; activeMs: number }>;
  } = {},
): Promise<void> {
  for (const [reader, who] of people.entries()) {
    await joinBatch(who, { batchId, tier: 'label' });
    for (let n = 0; n < (input.most ?? Number.POSITIVE_INFINITY); n += 1) {
      const [lease] = (await claimNextTasks(who, { batchId, tier: 'label', limit: 1 })).leases;
      if (!lease) break;
      const said = (await input.answer?.(reader, lease.leaseId)) ?? {
        answers: { grade: input.grade ?? '1' },
        activeMs: 1000,
      };
      await submitLabel(who, { batchId, leaseId: lease.leaseId, labelId: newId(), ...said });
    }
  }
}

/** The sponsor decides on the newest card of a pilot; an award of everything unless told otherwise. */
export async function decideMadePilot(
  { scene, pilotId }: Pick<MadePilot, 'scene' | 'pilotId'>,
  over: Partial<DecidePilotInput> = {},
): Promise<{ contractId: string | null }> {
  const { db, sponsor, clock } = scene;
  const { personId } = sponsor.actor;
  const card = await findScorecard(db, pilotId);
  const signer = { ...sponsor, actor: { ...sponsor.actor, reauthenticatedAt: clock.now() } };
  return decidePilot(signer, {
    pilotId,
    decision: 'award',
    shareBasisPoints: 10_000,
    reason: 'Accepted after looking at every miss.',
    typedName: (await namesOfPeople(db, [personId])).get(personId)?.name ?? '',
    scorecardSha256: card?.contentSha256 ?? '',
    ...over,
  });
}

/** A vendor's duty to certify that it returned or destroyed what it held of a pilot (R16). */
export async function makePilotReturn(
  db: Database,
  input: { pilotId: string; orgId: string; clock?: Clock },
): Promise<void> {
  const now = (input.clock ?? systemClock).now();
  await db.insert(pilotReturns).values({
    pilotId: input.pilotId,
    orgId: input.orgId,
    dueOn: plus(now, 30 * DAY)
      .toISOString()
      .slice(0, 10),
    createdAt: now,
  });
}

/** A pilot as its sponsor's decision to grant the one retry leaves it (R16). */
export async function grantRetry(db: Database, input: { pilotId: string; decidedAt: Date }): Promise<void> {
  await db
    .update(pilots)
    .set({
      status: 'decided',
      decision: 'retry',
      decisionReason: 'Failed in one class.',
      decidedAt: input.decidedAt,
    })
    .where(eq(pilots.id, input.pilotId));
}
