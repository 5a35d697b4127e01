import { eq } from 'drizzle-orm';
import { slaResults } from '#db/schema/contracts.ts';
import { nameSignatory } from '#db/seed/factories/signing-world.ts';
import { makeBatch, type WorkScene } from '#db/seed/factories/work.ts';
import { CONSENT } from '#server/agreements/consent.ts';
import type { OrgContext } from '#server/command/context.ts';
import { disputeCredit } from '#server/contracts/decide-credit.ts';
import { measureSettled } from '#server/contracts/measure-sla.ts';
import { proposeAmendment } from '#server/contracts/propose-amendment.ts';
import { findVersion } from '#server/contracts/queries.ts';
import type { ContractTerms } from '#server/contracts/schemas.ts';
import { signVersion } from '#server/contracts/sign-version.ts';
import { present } from '#server/core/assert.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { jobOf, readSome, settleRead } from './acts.ts';
import type { Bidder } from './hold-tender.ts';

/** An award at work: the project, who reads it, and when today is. */
export type Award = {
  scene: WorkScene;
  vendor: Bidder;
  contractId: string;
  /** A read, by the bid. */
  priceMinor: bigint;
  today: Date;
};

const dayOf = (date: Date) => date.toISOString().slice(0, 10);

/** Service levels, a ceiling and the rest of what a bid leaves open, at the bid's price. */
const termsBeyondBid = (price: bigint): Omit<ContractTerms, 'protocolVersion'> => ({
  rateCard: [{ tier: 'standard', definition: 'Every case of the project.', pricePerReadMinor: price }],
  ceilingMinor: price * 15_000n,
  volume: null,
  serviceLevels: {
    turnaroundDays: 1,
    accuracy: null,
    readsPerDay: null,
    creditBasisPoints: 1000,
    capBasisPoints: 2000,
  },
  substitution: { perMonth: 6 },
  nonSolicitation: { months: 12, protects: 'both' },
});

/** Both sides of an award sign service levels, in force from the day on that the scene is at. */
export async function agreeLevels({ scene, vendor, contractId, priceMinor }: Award): Promise<void> {
  await nameSignatory(scene.db, vendor.owner);
  const { versionId } = await proposeAmendment(vendor.owner, {
    contractId,
    terms: termsBeyondBid(priceMinor),
    effectiveOn: dayOf(scene.clock.now()),
    reason: 'Service levels, as talked over at the kick-off.',
  });
  await sign(scene, vendor.owner, versionId);
  await sign(scene, scene.sponsor, versionId);
}

/**
 * What goes beyond the bid: service levels and a ceiling that both sides signed, two batches that were late, the credit of the
 * first disputed and of the second proposed; and dearer terms that wait for the sponsor's signature.
 */
export async function agreeTerms(award: Award): Promise<void> {
  const { scene, vendor, contractId, priceMinor: price, today } = award;
  const { clock, db } = scene;
  clock.set(plus(today, -7 * DAY));
  const terms = termsBeyondBid(price);
  await agreeLevels(award);
  const late: string[] = [];
  for (const week of [1, 2]) late.push(await readLate(award, week));
  await measureSettled(jobOf(scene));
  const [first] = await db
    .select({ id: slaResults.id })
    .from(slaResults)
    .where(eq(slaResults.batchId, late[0] ?? ''));
  await disputeCredit(vendor.owner, {
    resultId: present(first, 'The first late batch').id,
    reason: 'The images of eleven cases could not be opened for two days; the ticket is 4417.',
  });
  clock.set(plus(today, -DAY));
  const dearer = terms.rateCard.map((one) => ({ ...one, pricePerReadMinor: price + 15n }));
  const open = await proposeAmendment(vendor.owner, {
    contractId,
    terms: { ...terms, rateCard: dearer },
    effectiveOn: dayOf(plus(today, 14 * DAY)),
    reason: 'Two views a case instead of one since the new guideline.',
  });
  await sign(scene, vendor.owner, open.versionId);
}

async function readLate({ scene, vendor, contractId, priceMinor }: Award, week: number): Promise<string> {
  const batchId = await makeBatch(scene, {
    contractId,
    vendorOrgId: vendor.orgId,
    name: `Week ${week}`,
    overlap: 2,
    pricePerReadMinor: priceMinor,
    caseLimit: 5 * week,
  });
  scene.clock.advance(1.6 * DAY);
  for (const [index, who] of vendor.annotators.slice(0, 2).entries())
    await readSome(scene, who, { batchId, stream: 500 + 20 * week + 2 * index });
  await settleRead(scene, batchId);
  return batchId;
}

/** Somebody signs a version over the bytes that both sides see. */
async function sign(scene: WorkScene, who: OrgContext, versionId: string): Promise<void> {
  const { personId } = who.actor;
  const version = present(await findVersion(scene.db, versionId), 'The version');
  const fresh = { ...who, actor: { ...who.actor, reauthenticatedAt: scene.clock.now() } };
  await signVersion(fresh, {
    versionId,
    typedName: present((await namesOfPeople(scene.db, [personId])).get(personId), 'The signer').name,
    title: 'Owner',
    authority: true,
    consentVersion: CONSENT.version,
    documentSha256: version.documentSha256,
  });
}
