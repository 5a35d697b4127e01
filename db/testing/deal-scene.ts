import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import type { Database } from '#db/client.ts';
import { slaResults } from '#db/schema/contracts.ts';
import { batches } from '#db/schema/work-batches.ts';
import { makeBid, makeCall, makeContract } from '#db/seed/factories/bids.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import { nameSignatory } from '#db/seed/factories/signing-world.ts';
import { makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { CONSENT } from '#server/agreements/consent.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { proposeAmendment } from '#server/contracts/propose-amendment.ts';
import { findVersion } from '#server/contracts/queries.ts';
import type { ContractTerms, ProposeAmendmentInput } from '#server/contracts/schemas.ts';
import { signVersion } from '#server/contracts/sign-version.ts';
import { DAY } from '#server/core/clock.ts';
import type { AppError } from '#server/core/errors.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { balanceOf } from '#server/ledger/reads.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { settleBatch } from '#server/work/settle-batch.ts';
import { submitLabel } from '#server/work/submit-label.ts';

/** What a call is refused with; fails when it is not refused. */
export const refusalOf = (promise: Promise<unknown>): Promise<AppError> =>
  promise.then(
    () => Promise.reject(new Error('was not refused')),
    (error: AppError) => error,
  );

/** The reason a call is refused for. */
export const reasonOf = async (promise: Promise<unknown>) => (await refusalOf(promise)).reason;

export type Offered = ProposeAmendmentInput['terms'];
/** What both sides agree on: every case at USD 1.20, and nothing else. */
export const terms = (over: Partial<ContractTerms> = {}): Offered => ({
  rateCard: [{ tier: 'standard', definition: 'Every case of the project.', pricePerReadMinor: 120n }],
  ceilingMinor: null,
  volume: null,
  serviceLevels: null,
  substitution: { perMonth: null },
  nonSolicitation: null,
  ...over,
});

export type Deal = { scene: WorkScene; contractId: string; vendor: OrgContext; agree: Agree };
type Agree = (offer: Offered, effectiveOn?: string) => Promise<{ versionId: string; version: number }>;

/** Deals between a sponsor and a vendor in a database, and what is done with them; the database is there when they are. */
export function dealsIn(db: () => Database) {
  /** A sponsor with an award to a vendor at USD 1.20, and signatories on both sides. */
  async function makeDeal(cases = 4): Promise<Deal> {
    const scene = await makeWorkScene(db(), { cases });
    const { clock } = scene;
    await nameSignatory(db(), scene.sponsor);
    const vendor = await makeMember(db(), { org: scene.vendorOrg, roles: ['vendor_owner'], clock });
    await nameSignatory(db(), vendor);
    const callId = await makeCall(db(), { projectId: scene.project.id, clock });
    const bidder = { orgId: scene.vendorOrg.id, owner: vendor, annotators: [] };
    const bidId = await makeBid(db(), {
      callId,
      project: scene.project,
      vendor: bidder,
      status: 'piloting',
      clock,
    });
    const contractId = await makeContract(db(), { bidId, clock });
    const agree: Agree = async (offer, effectiveOn = today(scene)) => {
      const made = await proposeAmendment(vendor, {
        contractId,
        terms: offer,
        effectiveOn,
        reason: 'As agreed',
      });
      await sign(vendor, made.versionId, scene);
      await sign(scene.sponsor, made.versionId, scene);
      return made;
    };
    return { scene, contractId, vendor, agree };
  }

  const today = (scene: WorkScene) => scene.clock.now().toISOString().slice(0, 10);

  async function sign(
    who: OrgContext,
    versionId: string,
    scene: WorkScene,
    over: { documentSha256?: string } = {},
  ) {
    const version = (await findVersion(db(), versionId))!;
    const name = (await namesOfPeople(db(), [who.actor.personId])).get(who.actor.personId)!.name;
    const fresh = { ...who, actor: { ...who.actor, reauthenticatedAt: scene.clock.now() } };
    return signVersion(fresh, {
      versionId,
      typedName: name,
      title: 'Owner',
      authority: true,
      consentVersion: CONSENT.version,
      documentSha256: version.documentSha256,
      ...over,
    });
  }

  /** A batch under the deal's contract, read by three people and settled. */
  async function readAndSettle(deal: Deal, batchId: string, afterDays: number): Promise<void> {
    const { scene } = deal;
    const readers = await makeReaders(scene, batchId, 3);
    scene.clock.advance(afterDays * DAY);
    for (const reader of readers)
      for (;;) {
        const { leases } = await claimNextTasks(reader, { batchId, tier: 'label', limit: 5 });
        if (leases.length === 0) break;
        for (const { leaseId } of leases)
          await submitLabel(reader, {
            batchId,
            leaseId,
            labelId: randomUUID(),
            answers: { grade: '1' },
            activeMs: 1000,
          });
      }
    const job = systemContext({ db: db(), clock: scene.clock, name: 'test', requestId: randomUUID() });
    await settleTasks(job, { batchId });
    const [batch] = await db().select().from(batches).where(eq(batches.id, batchId));
    if (batch?.status === 'open') await closeBatch(scene.sponsor, { batchId, reason: 'Done' });
    expect(await settleBatch(job, { batchId })).toBe(true);
  }
  const jobOf = (scene: WorkScene) =>
    systemContext({ db: db(), clock: scene.clock, name: 'test', requestId: randomUUID() });
  const payable = (deal: Deal) =>
    balanceOf(db(), { code: 'payable', ownerId: deal.scene.vendorOrg.id, currency: 'USD' });
  const funds = (deal: Deal) =>
    balanceOf(db(), { code: 'project_funds', ownerId: deal.scene.project.id, currency: 'USD' });
  const resultOf = async (batchId: string) =>
    (await db().select().from(slaResults).where(eq(slaResults.batchId, batchId)))[0]!;
  return { makeDeal, today, sign, readAndSettle, jobOf, payable, funds, resultOf };
}
