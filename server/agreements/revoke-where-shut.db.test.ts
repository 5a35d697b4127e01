import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { slotReleases, slots } from '#db/schema/work.ts';
import { ensureAgreement, makeAccessChain } from '#db/seed/factories/agreements.ts';
import { makeDataset } from '#db/seed/factories/datasets.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeLease } from '#db/seed/factories/leases.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import {
  makeSigningWorld,
  nameSignatory,
  type SigningWorld,
  signInput,
} from '#db/seed/factories/signing-world.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { DAY, manualClock, plus } from '#server/core/clock.ts';
import { suspendOrganisation, verifyOrganisation } from '#server/identity/decide-organisation.ts';
import { endMembership } from '#server/identity/end-membership.ts';
import { getProject } from '#server/projects/reads.ts';
import { type DataClass, projectInput } from '#server/projects/schemas.ts';
import { updateProject } from '#server/projects/update-project.ts';
import { getBatch } from '#server/work/reads.ts';
import { assessTransfer } from './assess-transfer.ts';
import { startGateRule } from './change-gate-rules.ts';
import { createAgreement } from './create-agreement.ts';
import { expireAgreements } from './expire-agreements.ts';
import { revokeAccessJob, revokeEndedJob } from './jobs.ts';
import { signAgreement } from './sign-agreement.ts';

const clock = manualClock('2026-11-21T12:00:00Z');
const reason = 'Found to be somebody else.';
let t: TestDatabase;
let world: SigningWorld;

beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  world = await makeSigningWorld(t.db, clock);
});
afterAll(() => t.drop());

const job = () => systemContext({ db: t.db, clock, name: 'agreements.revoke-access', requestId: 'test' });

/** Works off what was asked for with the change, as the worker does. */
async function revokeAsQueued() {
  const queued = await t.sql`select j.payload from graphile_worker._private_jobs j
    join graphile_worker._private_tasks k on k.id = j.task_id where k.identifier = ${revokeAccessJob.name} order by j.id`;
  for (const { payload } of queued) await revokeAccessJob.run(job(), revokeAccessJob.payload.parse(payload));
}

/** With a password entered a moment ago. */
const freshly = (ctx: OrgContext): OrgContext => ({
  ...ctx,
  actor: { ...ctx.actor, reauthenticatedAt: clock.now() },
});

type Setting = { country?: string; evidenceUntil?: string };

/** A sponsor and a vendor of their own, whose readers hold leases on cases of the class, with the chain that it asks for. */
async function makeLeased(dataClass: DataClass, setting: Setting = {}) {
  const sponsorOrg = await makeOrganisation(t.db, { kind: 'sponsor', clock });
  const vendorOrg = await makeOrganisation(t.db, { kind: 'vendor', clock });
  const sponsor = await makeMember(t.db, { org: sponsorOrg, roles: ['sponsor_owner'], clock });
  const owner = await makeMember(t.db, { org: vendorOrg, roles: ['vendor_owner'], clock });
  const at = { orgId: sponsorOrg.id, createdBy: sponsor.actor.personId, dataClass, clock };
  const { country, evidenceUntil } = setting;
  const allowedCountries = country === undefined ? [] : [country];
  const locationPolicy = { allowedCountries, onshoreShareBasisPoints: 0, onshoreCountry: null };
  const holders: { personId: string; leaseId: string; batchId: string }[] = [];
  // One project each: a lease of its own brings its own protocol.
  for (let n = 0; n < 2; n += 1) {
    const project = await makeProject(t.db, { ...at, locationPolicy });
    const dataset = await makeDataset(t.db, { ...at, projectId: project.id, cases: 1 });
    if (evidenceUntil !== undefined)
      await t.admin`update datasets set evidence_expires_on = ${evidenceUntil}::date where id = ${dataset.id}`;
    const reader = await makeMember(t.db, { org: vendorOrg, roles: ['vendor_annotator'], clock });
    const { personId } = reader.actor;
    if (dataClass !== 'public')
      await makeAccessChain(t.db, {
        sponsor: sponsorOrg,
        via: vendorOrg,
        personIds: [personId],
        dataClass,
        clock,
      });
    const viaOrgId = vendorOrg.id;
    const of = {
      projectId: project.id,
      datasetId: dataset.id,
      dataClass,
      caseId: dataset.cases[0]!.id,
      personId,
      viaOrgId,
    };
    const { leaseId, batchId } = await makeLease(t.db, { ...of, createdBy: at.createdBy, clock });
    if (country !== undefined)
      await t.admin`update terms set country = ${country} where batch_id = ${batchId}`;
    holders.push({ personId, leaseId, batchId });
  }
  const held = async () =>
    Promise.all(
      holders.map(
        async (one) =>
          (await t.db.$count(slots, and(eq(slots.batchId, one.batchId), eq(slots.leaseId, one.leaseId)))) ===
          1,
      ),
    );
  return { sponsor, sponsorOrg, vendorOrg, owner, holders, held };
}

describe('R27: leases end with what shuts the gate, and are paid for their part', () => {
  test.each(['vendorOrg', 'sponsorOrg'] as const)('a suspended organisation: the %s', async (which) => {
    const [struck, other] = [await makeLeased('public'), await makeLeased('public')];
    const of = { orgId: struck[which].id, expectedStatus: 'verified' as const };
    await suspendOrganisation(world.operator, { ...of, reason });
    expect(await struck.held()).toEqual([true, true]);
    await revokeAsQueued();
    expect([await struck.held(), await other.held()]).toEqual([
      [false, false],
      [true, true],
    ]);
    const [{ batchId } = { batchId: '' }] = struck.holders;
    const released = await t.db.select().from(slotReleases).where(eq(slotReleases.batchId, batchId));
    expect(released).toMatchObject([{ cause: 'revoked', reason: 'gate.organisation_unverified' }]);
  });

  test('reinstated before the job came, nobody loses anything', async () => {
    const { vendorOrg, held } = await makeLeased('public');
    const of = { orgId: vendorOrg.id };
    await suspendOrganisation(world.operator, { ...of, expectedStatus: 'verified', reason });
    await verifyOrganisation(world.operator, { ...of, expectedStatus: 'suspended', signatories: [] });
    await revokeAsQueued();
    expect(await held()).toEqual([true, true]);
  });

  test('a member whose last role ends, also on data that anybody may see', async () => {
    const { owner, holders, held } = await makeLeased('public');
    await endMembership(owner, { personId: holders[0]!.personId });
    await revokeAsQueued();
    expect(await held()).toEqual([false, true]);
  });

  test('an assessment that does not permit the transfer', async () => {
    const setting = { country: 'PH' };
    const [struck, other] = [
      await makeLeased('eu_personal', setting),
      await makeLeased('eu_personal', setting),
    ];
    const findings = { law: 'The law.', measures: 'The measures.', conclusion: 'The conclusion.' };
    for (const { sponsor, sponsorOrg, vendorOrg } of [struck, other]) {
      for (const org of [sponsorOrg, vendorOrg]) await ensureAgreement(t.db, { kind: 'scc', org, clock });
      await assess(sponsor, 'permitted');
    }
    async function assess(sponsor: typeof struck.sponsor, outcome: 'permitted' | 'not_permitted') {
      await assessTransfer(sponsor, { country: 'PH', outcome, findings, validUntil: '2027-11-20' });
    }
    clock.advance(1000);
    await assess(struck.sponsor, 'not_permitted');
    await revokeAsQueued();
    expect([await struck.held(), await other.held()]).toEqual([
      [false, false],
      [true, true],
    ]);
  });

  test('an access rule that begins to be asked for', async () => {
    const [struck, other] = [await makeLeased('limited_data_set'), await makeLeased('public')];
    await startGateRule(world.operator, {
      dataClass: 'limited_data_set',
      requirement: 'second_factor',
      reason,
    });
    await revokeAsQueued();
    expect([await struck.held(), await other.held()]).toEqual([
      [false, false],
      [true, true],
    ]);
  });

  test('a project that is no longer read from a country: who reads there, and nobody of another project', async () => {
    const struck = await makeLeased('public', { country: 'PH' });
    const [first] = struck.holders;
    const { projectId } = await getBatch(t.db, first!.batchId);
    const before = await getProject(t.db, projectId);
    const save = async (allowedCountries: string[]) => {
      const { updatedAt } = await getProject(t.db, projectId);
      await updateProject(struck.sponsor, {
        ...projectInput.strip().parse(before),
        locationPolicy: { ...before.locationPolicy, allowedCountries },
        projectId,
        seenUpdatedAt: updatedAt,
      });
      await revokeAsQueued();
    };
    await save(['PH', 'US']);
    expect(await struck.held()).toEqual([true, true]);
    await save(['US']);
    expect(await struck.held()).toEqual([false, true]);
    const released = await t.db.select().from(slotReleases).where(eq(slotReleases.batchId, first!.batchId));
    expect(released).toMatchObject([{ cause: 'revoked', reason: 'gate.location' }]);
  });

  test.each(['at once', 'on a day to come'] as const)(
    'an agreement of theirs that begins %s and leaves their country out',
    async (when) => {
      const struck = await makeLeased('phi');
      for (const [n, { batchId }] of struck.holders.entries())
        await t.admin`update terms set country = ${n === 0 ? 'PH' : 'US'} where batch_id = ${batchId}`;
      await nameSignatory(t.db, struck.owner);
      const effectiveFrom = plus(clock.now(), when === 'at once' ? 0 : DAY)
        .toISOString()
        .slice(0, 10);
      const made = await createAgreement(world.operator, {
        ...{ kind: 'subcontractor_baa', orgId: struck.vendorOrg.id, locations: ['US'], effectiveFrom },
      });
      const what = { agreementId: made.id, documentSha256: made.documentSha256 };
      for (const who of [struck.owner, world.operator])
        await signAgreement(freshly(who), await signInput(world, who, what));
      if (when !== 'at once') {
        await revokeAsQueued();
        expect(await struck.held()).toEqual([true, true]);
        clock.advance(DAY);
        await expireAgreements(job());
      }
      await revokeAsQueued();
      expect(await struck.held()).toEqual([false, true]);
    },
  );

  test('by its date: an attestation, the evidence of de-identification; not on the last day, nor where none is needed', async () => {
    const today = () => clock.now().toISOString().slice(0, 10);
    const evidence = await makeLeased('public', { evidenceUntil: today() });
    const [phi, open] = [await makeLeased('phi'), await makeLeased('public')];
    const until = async ({ holders: [first] }: typeof phi) =>
      t.admin`update workforce_attestations set valid_until = ${today()}::date where person_id = ${first!.personId}`;
    await until(phi);
    await until(open);
    const all = async () => [await evidence.held(), await phi.held(), await open.held()];
    await revokeEndedJob.run(job(), {});
    expect(await all()).toEqual([
      [true, true],
      [true, true],
      [true, true],
    ]);
    clock.advance(DAY);
    await revokeEndedJob.run(job(), {});
    expect(await all()).toEqual([
      [false, false],
      [false, true],
      [true, true],
    ]);
  });
});
