import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import type { Role } from '#server/command/capabilities.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { type Clock, manualClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import type { GoldAnswers } from '#server/gold/schemas.ts';
import { postTransfer } from '#server/ledger/post-transfer.ts';
import type { Project } from '#server/projects/schemas.ts';
import type { ProtocolVersion } from '#server/protocols/reads.ts';
import type { LabelField } from '#server/protocols/schemas.ts';
import { engagePerson } from '#server/staffing/engage-person.ts';
import { type EngagementRole, findEngagements } from '#server/staffing/reads.ts';
import { allowReaders } from '#server/work/allow-readers.ts';
import { createBatch } from '#server/work/create-batch.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { openBatch } from '#server/work/open-batch.ts';
import { getBatch } from '#server/work/reads.ts';
import type { Tier } from '#server/work/rules.ts';
import type { CreateBatchInput } from '#server/work/schemas.ts';
import { ensureAgreement, makeGateReady, makePlatform } from './agreements.ts';
import { type MadeDataset, type MakeDataset, makeDataset } from './datasets.ts';
import { makeGold } from './gold.ts';
import { makeMember, makeOrganisation } from './identity.ts';
import { type MakeProject, makeProject } from './projects.ts';
import { makeSignedProtocol } from './protocols.ts';

type Org = Awaited<ReturnType<typeof makeOrganisation>>;

/** A sponsor's project with cases, a signed protocol and money, and a vendor to read it. */
export type WorkScene = {
  db: Database;
  clock: ReturnType<typeof manualClock>;
  sponsorOrg: Org;
  vendorOrg: Org;
  sponsor: OrgContext;
  project: Project;
  protocol: ProtocolVersion;
  dataset: MadeDataset;
};

export type MakeWorkScene = {
  cases: number;
  fundsMinor?: bigint;
  fields?: LabelField[];
  /** Known answers by position of the case in the dataset. */
  gold?: Record<number, GoldAnswers>;
  project?: Partial<MakeProject>;
  /** What a case is, by its place in the dataset. */
  caseAt?: MakeDataset['caseAt'];
  datasetName?: string;
  clock?: ReturnType<typeof manualClock>;
  /** Organisations that exist already, and who acts for the sponsor. */
  parties?: { sponsorOrg: Org; vendorOrg: Org; sponsor: OrgContext };
};

/** Everything that a batch needs: organisations with their services agreements, project, protocol, public data, funds, gate. */
export async function makeWorkScene(db: Database, input: MakeWorkScene): Promise<WorkScene> {
  const clock = input.clock ?? manualClock('2026-11-02T09:00:00Z');
  await makeGateReady(db, clock);
  await makePlatform(db, clock);
  const { sponsorOrg, vendorOrg, sponsor } = input.parties ?? (await makeParties(db, clock));
  // The platform needs no contract with itself.
  for (const org of [sponsorOrg, vendorOrg])
    if (org.kind !== 'platform') await ensureAgreement(db, { kind: 'services', org, clock });
  const createdBy = sponsor.actor.personId;
  const project = await makeProject(db, { orgId: sponsorOrg.id, createdBy, clock, ...input.project });
  const protocol = await makeSignedProtocol(db, {
    projectId: project.id,
    orgId: sponsorOrg.id,
    createdBy,
    clock,
    ...(input.fields ? { fields: input.fields } : {}),
  });
  const dataset = await makeDataset(db, {
    projectId: project.id,
    orgId: sponsorOrg.id,
    createdBy,
    cases: input.cases,
    clock,
    ...(input.caseAt ? { caseAt: input.caseAt } : {}),
    ...(input.datasetName ? { name: input.datasetName } : {}),
  });
  const gold = Object.entries(input.gold ?? {}).map(([index, answers]) => ({
    caseId: dataset.cases[Number(index)]?.id ?? '',
    answers,
  }));
  if (gold.length > 0)
    await makeGold(db, { projectId: project.id, datasetId: dataset.id, items: gold, clock });
  await fundForTest(db, { projectId: project.id, amountMinor: input.fundsMinor ?? 100_000_000n, clock });
  return { db, clock, sponsorOrg, vendorOrg, sponsor, project, protocol, dataset };
}

async function makeParties(
  db: Database,
  clock: Clock,
): Promise<{ sponsorOrg: Org; vendorOrg: Org; sponsor: OrgContext }> {
  const sponsorOrg = await makeOrganisation(db, { kind: 'sponsor', clock });
  const vendorOrg = await makeOrganisation(db, { kind: 'vendor', clock });
  const roles: Role[] = ['sponsor_owner', 'project_manager', 'clinical_lead'];
  return { sponsorOrg, vendorOrg, sponsor: await makeMember(db, { org: sponsorOrg, roles, clock }) };
}

/** Money of a project as if a bank transfer had come in. */
export async function fundForTest(
  db: Database,
  input: { projectId: string; amountMinor: bigint; clock: Clock },
): Promise<void> {
  if (input.amountMinor === 0n) return;
  const platform = await makePlatform(db, input.clock);
  const ctx = systemContext({ db, clock: input.clock, name: 'factory', requestId: newId() });
  const { amountMinor } = input;
  await transact(ctx, (tx) =>
    postTransfer(tx, {
      id: newId(),
      kind: 'funding',
      ref: { kind: 'project', id: input.projectId },
      legs: [
        { code: 'bank_clearing', ownerId: platform.id, currency: 'USD', direction: 'debit', amountMinor },
        {
          code: 'project_funds',
          ownerId: input.projectId,
          currency: 'USD',
          direction: 'credit',
          amountMinor,
        },
      ],
    }),
  );
}

/** A batch of the scene by the commands; all cases, overlap 3, USD 1.20 a read, read by the vendor, open. */
export async function makeBatch(
  scene: WorkScene,
  input: Partial<CreateBatchInput> & { isDraft?: boolean; ofCall?: string } = {},
): Promise<string> {
  const { isDraft = false, ofCall, ...rest } = input;
  const { batchId } = await createBatch(scene.sponsor, {
    projectId: scene.project.id,
    datasetId: scene.dataset.id,
    name: 'Batch of a test',
    kind: 'production',
    vendorOrgId: scene.vendorOrg.id,
    overlap: 3,
    pricePerReadMinor: 120n,
    goldMode: 'none',
    reviewShareBasisPoints: 0,
    isAdjudicated: false,
    ...rest,
  });
  if (ofCall !== undefined)
    await scene.db.execute(
      sql`update batches set independence_group = ${`call:${ofCall}`} where id = ${batchId}`,
    );
  await layInOrder(scene.db, batchId);
  if (!isDraft) await openBatch(scene.sponsor, { batchId });
  return batchId;
}

/** Larger ones are about other things than who reads which case. */
const LAID_AT_MOST = 1000;

/**
 * Sees to it that the slots of a new batch lie on disk in its order, as in an empty table. Those of one span of eight are claimed in the
 * order in which they lie, and an insert that fills the holes of earlier pages, which depends on the connection that it comes through, lays
 * them otherwise: two people who each read the next three cases would then, now and then, not read the same three.
 */
async function layInOrder(db: Database, batchId: string): Promise<void> {
  const { slotCount } = await getBatch(db, batchId);
  if (slotCount > LAID_AT_MOST) return;
  for (let turn = 0; turn < 20; turn += 1) {
    const [row] = await db.execute<{ isInOrder: boolean | null }>(sql`
      select bool_and(next > place) as "isInOrder" from (
        select sort_key as place, lead(sort_key) over (partition by lane order by ctid) as next
        from slots where batch_id = ${batchId}) s`);
    if (row?.isInOrder !== false) return;
    const columns = sql.raw('batch_id, task_id, slot_no, tier, round, lane, sort_key, status');
    await db.execute(sql`
      with gone as (delete from slots where batch_id = ${batchId} returning ${columns})
      insert into slots (${columns}) select ${columns} from gone order by sort_key, slot_no`);
  }
  throw new Error(
    'The slots of a new batch do not come to lie in its order: a test of it would pass now and then.',
  );
}

const ROLE_OF: Record<EngagementRole, Role> = {
  annotator: 'vendor_annotator',
  reviewer: 'vendor_annotator',
  panel: 'panel_reader',
  adjudicator: 'panel_reader',
  auditor: 'vendor_annotator',
  examinee: 'vendor_annotator',
};

/** Someone engaged in the scene's project: annotators and reviewers through the vendor, the panel through the sponsor. */
export async function makeWorker(
  scene: WorkScene,
  input: { role?: EngagementRole; org?: Org; independenceGroup?: string } = {},
): Promise<OrgContext> {
  const role = input.role ?? 'annotator';
  const isPanel = role === 'panel' || role === 'adjudicator';
  const org =
    input.org ??
    (isPanel ? scene.sponsorOrg : role === 'auditor' ? await makeAuditingOrg(scene) : scene.vendorOrg);
  const member = await makeMember(scene.db, { org, roles: [ROLE_OF[role]], clock: scene.clock });
  await transact(scene.sponsor, (tx) =>
    engagePerson(tx, {
      projectId: scene.project.id,
      personId: member.actor.personId,
      viaOrgId: org.id,
      role,
      independenceGroup: input.independenceGroup ?? null,
    }),
  );
  return member;
}

/** An organisation of its own, verified and with its services agreement: who audits is none of the vendor's (R25). */
async function makeAuditingOrg(scene: WorkScene): Promise<Org> {
  const org = await makeOrganisation(scene.db, { kind: 'vendor', clock: scene.clock });
  await ensureAgreement(scene.db, { kind: 'services', org, clock: scene.clock });
  return org;
}

const ROLE_OF_TIER: Record<Tier, EngagementRole> = {
  label: 'annotator',
  review: 'reviewer',
  audit: 'auditor',
  adjudicate: 'panel',
};

/** Puts a person on the list of a batch of test data, as its sponsor does; elsewhere nobody needs to be named. */
async function nameReader(scene: WorkScene, at: { batchId: string; personId: string }): Promise<void> {
  const { allowedEngagementIds: named, projectId } = await getBatch(scene.db, at.batchId);
  if (named === null) return;
  const own = await findEngagements(scene.db, { projectId, personId: at.personId });
  await allowReaders(scene.sponsor, {
    batchId: at.batchId,
    engagementIds: [...named, ...own.map((one) => one.id)],
  });
}

/** People who have joined a batch and can claim. */
export async function makeReaders(
  scene: WorkScene,
  batchId: string,
  count: number,
  tier: Tier = 'label',
): Promise<OrgContext[]> {
  const role = ROLE_OF_TIER[tier];
  const people: OrgContext[] = [];
  for (let i = 0; i < count; i += 1) {
    const person = await makeWorker(scene, { role });
    await nameReader(scene, { batchId, personId: person.actor.personId });
    await joinBatch(person, { batchId, tier });
    people.push(person);
  }
  return people;
}
