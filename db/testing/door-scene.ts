import { desc, eq } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { assetOpenings, openingGrounds } from '#db/schema/datasets.ts';
import { makeAccessChain } from '#db/seed/factories/agreements.ts';
import { makeDataset } from '#db/seed/factories/datasets.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeLease } from '#db/seed/factories/leases.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import type { DataClass } from '#server/projects/schemas.ts';

/** A person of a vendor holding a case, with everything the class asks for in order. */
export async function makeDoorScene(db: Database, dataClass: DataClass) {
  const [sponsor, vendor] = [
    await makeOrganisation(db, { kind: 'sponsor' }),
    await makeOrganisation(db, { kind: 'vendor' }),
  ];
  const owner = await makeMember(db, { org: sponsor, roles: ['sponsor_owner'] });
  const reader = await makeMember(db, { org: vendor, roles: ['vendor_annotator'] });
  if (dataClass === 'eu_personal') reader.actor.country = 'DE';
  const at = { orgId: sponsor.id, createdBy: owner.actor.personId, dataClass };
  const project = await makeProject(db, at);
  const dataset = await makeDataset(db, { ...at, projectId: project.id, cases: 2 });
  const { personId } = reader.actor;
  await makeAccessChain(db, { sponsor, via: vendor, personIds: [personId], dataClass });
  const [one, other] = dataset.cases;
  const lease = await makeLease(db, {
    projectId: project.id,
    datasetId: dataset.id,
    dataClass,
    caseId: one!.id,
    personId,
    viaOrgId: vendor.id,
    createdBy: owner.actor.personId,
  });
  return {
    sponsor,
    vendor,
    owner,
    reader,
    project,
    dataset,
    lease,
    assetId: one!.assetId,
    otherAssetId: other!.assetId,
  };
}
export type DoorScene = Awaited<ReturnType<typeof makeDoorScene>>;

/** What an attempt was refused with; null when it was not. */
export const refusalOf = (run: Promise<unknown>) =>
  run.then(
    () => null,
    (error: unknown) => error,
  );
/** What the access log says of an asset, the newest first, each with the words that it was decided with. */
export const openingsOf = (db: Database, assetId: string) =>
  db
    .select({
      allowed: assetOpenings.allowed,
      batchId: assetOpenings.batchId,
      personId: assetOpenings.personId,
      words: openingGrounds.words,
    })
    .from(assetOpenings)
    .innerJoin(openingGrounds, eq(openingGrounds.id, assetOpenings.groundId))
    .where(eq(assetOpenings.assetId, assetId))
    .orderBy(desc(assetOpenings.at));
/** The newest of them. */
export const lastOpening = async (db: Database, assetId: string) => (await openingsOf(db, assetId))[0];
