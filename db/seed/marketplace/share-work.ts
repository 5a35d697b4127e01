import { and, asc, eq } from 'drizzle-orm';
import { contracts } from '#db/schema/bids.ts';
import { makeBatch } from '#db/seed/factories/work.ts';
import { measureSettled } from '#server/contracts/measure-sla.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { tallyLabels } from '#server/scores/tally-labels.ts';
import { jobOf, readSome, settleRead } from './acts.ts';
import { agreeLevels } from './agree-terms.ts';
import type { HeldTender } from './hold-tender.ts';

/**
 * Work that two vendors were awarded half of each: a batch that they share, measured by the service levels of each contract over its
 * own reads; a weighted sample of the cases of one vendor alone; and a part of the shared one read again by the other.
 */
export async function shareWork({ scene, bidders }: HeldTender, today: Date): Promise<void> {
  const { clock, db, project } = scene;
  clock.set(plus(today, -6 * DAY));
  const awards = await db
    .select({
      contractId: contracts.id,
      vendorOrgId: contracts.vendorOrgId,
      priceMinor: contracts.pricePerReadMinor,
    })
    .from(contracts)
    .where(and(eq(contracts.projectId, project.id), eq(contracts.kind, 'award')))
    .orderBy(asc(contracts.pricePerReadMinor), asc(contracts.id));
  const sides = awards.flatMap((award) => {
    const vendor = bidders.find((one) => one.orgId === award.vendorOrgId);
    return vendor ? [{ ...award, vendor }] : [];
  });
  const [cheaper, dearer] = sides;
  if (cheaper === undefined || dearer === undefined) throw new Error('Two vendors share this work.');
  for (const side of sides) await agreeLevels({ scene, ...side, today });
  const shared = await makeBatch(scene, {
    name: 'First intake, shared',
    vendorOrgId: null,
    pricePerReadMinor: dearer.priceMinor,
    claimRules: { contractIds: sides.map((one) => one.contractId) },
    overlap: 2,
    caseLimit: 24,
  });
  clock.advance(1.5 * DAY);
  for (const [index, { vendor }] of [cheaper, dearer].entries())
    for (const [reader, who] of vendor.annotators.slice(0, 2).entries())
      await readSome(scene, who, { batchId: shared, right: 0.8, stream: 800 + 10 * index + 2 * reader });
  await settleRead(scene, shared);
  // A vendor's part of a shared batch is measured once its reads are counted.
  await tallyLabels(jobOf(scene), { batchId: shared });
  await measureSettled(jobOf(scene));
  const sample = await makeBatch(scene, {
    name: 'Weighted sample by age',
    contractId: cheaper.contractId,
    vendorOrgId: cheaper.vendorOrgId,
    pricePerReadMinor: cheaper.priceMinor,
    sampling: { kind: 'stratified', by: ['subgroup:age'], allocation: { kind: 'equal', count: 16 } },
    overlap: 2,
  });
  for (const [reader, who] of cheaper.vendor.annotators.slice(0, 2).entries())
    await readSome(scene, who, { batchId: sample, right: 0.85, stream: 840 + 2 * reader });
  await settleRead(scene, sample);
  const again = await makeBatch(scene, {
    name: 'Relabel 1',
    kind: 'relabel',
    contractId: dearer.contractId,
    vendorOrgId: dearer.vendorOrgId,
    pricePerReadMinor: dearer.priceMinor,
    parentBatchId: sample,
    filter: { finalLabel: 'has', work: { batchIds: [sample] } },
    caseLimit: 10,
    overlap: 2,
  });
  for (const [reader, who] of dearer.vendor.annotators.slice(0, 2).entries())
    await readSome(scene, who, { batchId: again, right: 0.95, stream: 860 + 2 * reader });
  await settleRead(scene, again);
  clock.set(today);
}
