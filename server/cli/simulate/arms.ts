import type { Database } from '#db/client.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeBatch, makeWorker, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type manualClock, SECOND } from '#server/core/clock.ts';
import { policyPreset } from '#server/projects/presets.ts';
import type { LabelField } from '#server/protocols/schemas.ts';
import { createCaller } from '#server/routers/_app.ts';
import type { SimulateOptions } from './options.ts';
import { caseAt, type Person, personAt } from './people.ts';

/**
 * Reads of each case in the fixed arm; the fewest and the most in the adaptive one, and the posterior at which it stops. The most is
 * above five: what easy cases save is spent where readers disagree, which five reads of everything cannot do. The confidence is below
 * what two readers of this crowd reach who agree, and the lowest at which the accuracy is that of five reads (ADR 027).
 */
export const READS = { fixed: 5, least: 2, most: 9, minConfidence: 0.86 };
/** People and cases of a batch at most: joins lock the batch's row, and a small batch is loaded at once. */
const PEOPLE_PER_BATCH = 400;
/** Of the reads that the crowd has time for, the share that is offered: the rest is for those who are slow or spam. */
const OFFERED = 0.8;
const MEAN_READ_SECONDS = 21;
const GOLD_SHARE = 0.1;

export type Arm = 'fixed' | 'adaptive';
export type SimBatch = { batchId: string; arm: Arm };
export type SimPerson = Person & { who: OrgContext; batch: SimBatch };

export const FINDING: LabelField = {
  key: 'finding',
  label: 'Finding',
  type: 'boolean',
  definition: 'Whether the finding is in the case.',
  required: true,
};

/** How many cases each arm gets, so that the crowd can read all of them in its time. */
export function casesFor({ annotators, minutes }: Pick<SimulateOptions, 'annotators' | 'minutes'>): number {
  const reads = (annotators * minutes * 60 * OFFERED) / MEAN_READ_SECONDS;
  // Each arm has half of the people, and the fixed one needs five reads of each case.
  return Math.max(20, Math.floor(reads / 2 / READS.fixed));
}

/** Organisations, project, data, gold and money as the factories make them; named so that nobody takes them for real. */
export async function makeScene(
  db: Database,
  clock: ReturnType<typeof manualClock>,
  options: SimulateOptions,
): Promise<WorkScene> {
  const cases = casesFor(options);
  const stamp = clock.now().toISOString().slice(0, 16);
  const sponsorOrg = await makeOrganisation(db, {
    kind: 'sponsor',
    legalName: `Simulation ${stamp} sponsor`,
    clock,
  });
  const vendorOrg = await makeOrganisation(db, {
    kind: 'vendor',
    legalName: `Simulation ${stamp} crowd`,
    clock,
  });
  const sponsor = await makeMember(db, {
    org: sponsorOrg,
    roles: ['sponsor_owner', 'project_manager', 'clinical_lead'],
    clock,
  });
  const gold = Array.from({ length: cases }, (_, index) => index).filter(
    (index) => index % Math.round(1 / GOLD_SHARE) === 0,
  );
  return makeWorkScene(db, {
    cases,
    clock,
    fields: [FINDING],
    gold: Object.fromEntries(gold.map((index) => [index, { finding: [caseAt(index, options.seed).truth] }])),
    fundsMinor: BigInt(cases) * 20n * 200n,
    project: { qualityPolicy: policyPreset('research') },
    parties: { sponsorOrg, vendorOrg, sponsor },
  });
}

/** The batches of both arms on the same cases, cut into as many as their people need. */
export async function makeArms(scene: WorkScene, options: SimulateOptions): Promise<SimBatch[]> {
  const parts = Math.max(1, Math.ceil(options.annotators / 2 / PEOPLE_PER_BATCH));
  const made: SimBatch[] = [];
  const ids = scene.dataset.cases.map((one) => one.id);
  for (let part = 0; part < parts; part += 1) {
    const caseIds = ids.filter((_, index) => index % parts === part);
    if (caseIds.length === 0) continue;
    const common = { caseIds, goldMode: 'embedded' as const, consensusMethod: 'majority' as const };
    const fixed = await makeBatch(scene, { ...common, name: `Five reads ${part + 1}`, overlap: READS.fixed });
    const adaptive = await makeBatch(scene, {
      ...common,
      name: `Adaptive ${part + 1}`,
      overlap: READS.least,
      overlapRule: { mode: 'adaptive', maxOverlap: READS.most, minConfidence: READS.minConfidence },
    });
    made.push({ batchId: fixed, arm: 'fixed' }, { batchId: adaptive, arm: 'adaptive' });
  }
  return made;
}

/** Makes the people with their sessions and lets each join its batch through the API; `parallel` at a time. */
export async function makeCrowd(
  scene: WorkScene,
  batches: readonly SimBatch[],
  options: SimulateOptions,
  tick: (done: number) => void,
): Promise<SimPerson[]> {
  const crowd: SimPerson[] = [];
  let next = 0;
  const work = async () => {
    while (next < options.annotators) {
      const index = next;
      next += 1;
      const batch = batches[index % batches.length];
      if (!batch) throw new Error('There is no batch to join.');
      const who = await makeWorker(scene);
      await createCaller({ command: who }).work.join({ batchId: batch.batchId });
      crowd.push({ ...personAt(index, options), who, batch });
      tick(crowd.length);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  scene.clock.advance(SECOND);
  return crowd.sort((a, b) => a.index - b.index);
}
