import { eq } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { calls } from '#db/schema/bids.ts';
import { availability } from '#db/schema/staffing-rosters.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { present } from '#server/core/assert.ts';
import { type Clock, systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import type { Project } from '#server/projects/schemas.ts';
import { draftRoster } from '#server/staffing/draft-roster.ts';
import { earliestStart } from '#server/staffing/gather-roster.ts';
import { defaultParameters } from '#server/staffing/roster-defaults.ts';
import type { RosterParameters } from '#server/staffing/roster-schemas.ts';
import { solveRoster } from '#server/staffing/solve-roster.ts';
import { viewPlan } from '#server/staffing/view-plan.ts';
import { makeBid, makeCall, makeContract, makeVendor } from './bids.ts';
import { makeMember, makeOrganisation } from './identity.ts';
import { makeProject } from './projects.ts';

/** Somebody's week: weekdays 8 to 18 in UTC, so many hours, unless told otherwise. */
export async function makeAvailability(
  db: Database,
  input: { personId: string; hoursPerWeek?: number; timezone?: string; clock?: Clock },
): Promise<void> {
  const row = {
    timezone: input.timezone ?? 'UTC',
    hoursPerWeek: input.hoursPerWeek ?? 20,
    windows: [1, 2, 3, 4, 5].map((day) => ({ day, fromMinute: 480, toMinute: 1_080 })),
    updatedAt: (input.clock ?? systemClock).now(),
  };
  await db
    .insert(availability)
    .values({ personId: input.personId, ...row })
    .onConflictDoUpdate({ target: availability.personId, set: row });
}

/** A vendor with an awarded contract on a project, its people's hours known, and a first plan's parameters that hold. */
export async function makeRosterScene(
  db: Database,
  input: { project: Project; people?: number; clock?: Clock; hoursPerWeek?: number },
): Promise<{
  contractId: string;
  vendor: { orgId: string; owner: OrgContext; annotators: OrgContext[] };
  parameters: RosterParameters;
}> {
  const clock = input.clock ?? systemClock;
  const vendor = await makeVendor(db, { people: input.people ?? 6, clock });
  const callId = await makeCall(db, { projectId: input.project.id, clock });
  const bidId = await makeBid(db, { callId, project: input.project, vendor, clock });
  const contractId = await makeContract(db, { bidId, clock });
  // Decided, so that the project may have another.
  await db.update(calls).set({ status: 'decided' }).where(eq(calls.id, callId));
  for (const person of vendor.annotators)
    await makeAvailability(db, {
      personId: person.actor.personId,
      clock,
      ...(input.hoursPerWeek === undefined ? {} : { hoursPerWeek: input.hoursPerWeek }),
    });
  const parameters: RosterParameters = {
    ...defaultParameters({
      project: input.project,
      contract: { pricePerReadMinor: 120n },
      readsLeft: 1_800,
      readsPerDay: 100,
      overlap: 3,
      startOn: earliestStart(clock.now()),
      people: vendor.annotators.length,
    }),
    readsByWeek: [900, 900],
    reviewShareBasisPoints: 1_000,
    annotatorsPerReviewer: 8,
    seats: [
      { key: 'annotators', role: 'annotator', label: 'Annotators', least: 0, most: 6, rule: { anyOf: [] } },
      { key: 'reviewers', role: 'reviewer', label: 'Reviewers', least: 0, most: 2, rule: { anyOf: [] } },
    ],
  };
  return { contractId, vendor, parameters };
}

export type RosterScene = Awaited<ReturnType<typeof makeRosterScene>>;

/** A sponsor's running project that may be read in two countries. */
export async function makeRosterProject(db: Database, clock: Clock): Promise<Project> {
  const org = await makeOrganisation(db, { kind: 'sponsor', clock });
  const sponsor = await makeMember(db, { org, roles: ['sponsor_owner'], clock });
  return makeProject(db, {
    orgId: org.id,
    createdBy: sponsor.actor.personId,
    status: 'active',
    clock,
    locationPolicy: { allowedCountries: ['US', 'PH'], onshoreShareBasisPoints: 0, onshoreCountry: null },
  });
}

/** A plan of the scene's contract with other parameters, solved; solving twice is solving once. */
export async function planRoster(
  db: Database,
  clock: Clock,
  scene: Pick<RosterScene, 'vendor' | 'contractId' | 'parameters'>,
  { over = {}, basePlanId = null }: { over?: Partial<RosterParameters>; basePlanId?: string | null } = {},
) {
  const { planId } = await draftRoster(scene.vendor.owner, {
    contractId: scene.contractId,
    basePlanId,
    parameters: { ...scene.parameters, ...over },
  });
  const system = systemContext({ db, clock, name: 'factory', requestId: newId() });
  await solveRoster(system, { planId });
  await solveRoster(system, { planId });
  return viewPlan(scene.vendor.owner, { planId });
}

/** The annotator of a scene with this person id. */
export function personOf(scene: RosterScene, personId: string): OrgContext {
  return present(
    scene.vendor.annotators.find((one) => one.actor.personId === personId),
    'annotator of the roster',
  );
}
