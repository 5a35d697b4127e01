import { makeBid, makeCall, makeContract } from '#db/seed/factories/bids.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { makeAvailability } from '#db/seed/factories/rosters.ts';
import { makeWorker, makeWorkScene } from '#db/seed/factories/work.ts';
import { systemContext } from '#server/command/context.ts';
import { present } from '#server/core/assert.ts';
import { manualClock, systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { contactOf } from '#server/identity/reads.ts';
import { saveTeam } from '#server/identity/save-team.ts';
import { policyPreset } from '#server/projects/presets.ts';
import { chooseRoster } from '#server/staffing/choose-roster.ts';
import { draftRoster } from '#server/staffing/draft-roster.ts';
import { dropOut } from '#server/staffing/drop-out.ts';
import { earliestStart } from '#server/staffing/gather-roster.ts';
import { sendOffer } from '#server/staffing/offer-work.ts';
import { planAbsence } from '#server/staffing/plan-absence.ts';
import { findEngagements } from '#server/staffing/reads.ts';
import { defaultParameters } from '#server/staffing/roster-defaults.ts';
import type { RosterParameters } from '#server/staffing/roster-schemas.ts';
import { solveRoster } from '#server/staffing/solve-roster.ts';
import { viewPlan } from '#server/staffing/view-plan.ts';
import type { AuthorisationRow } from './authorisation-matrix.ts';
import type { World } from './authorisation-world.ts';

const annotator = (w: World) => w.member('a', 'vendor', ['vendor_annotator']);

/** An awarded contract of vendor a, whose one annotator has said when they can work, so that its project takes one read per case. */
const contractOf = (w: World, name: string) =>
  w.once(`staffing contract ${name}`, async () => {
    const sponsor = await w.member('a', 'sponsor', ['sponsor_owner']);
    const by = { orgId: sponsor.actor.orgId, createdBy: sponsor.actor.personId };
    const qualityPolicy = { ...policyPreset('research'), overlap: 1 };
    const project = await makeProject(w.db, { ...by, status: 'active', qualityPolicy });
    const owner = await w.member('a', 'vendor', ['vendor_owner']);
    const annotators = [await annotator(w)];
    const vendor = { orgId: owner.actor.orgId, owner, annotators };
    const callId = await makeCall(w.db, { projectId: project.id });
    const contractId = await makeContract(w.db, { bidId: await makeBid(w.db, { callId, project, vendor }) });
    await makeAvailability(w.db, { personId: present(annotators[0], 'The annotator').actor.personId });
    const parameters: RosterParameters = {
      ...defaultParameters({
        project,
        contract: { pricePerReadMinor: 120n },
        readsLeft: 20,
        readsPerDay: 10,
        overlap: 1,
        startOn: earliestStart(systemClock.now()),
        people: 1,
      }),
      reviewShareBasisPoints: 0,
      seats: [{ key: 'a', role: 'annotator', label: 'Annotators', least: 0, most: 9, rule: { anyOf: [] } }],
      readsByWeek: [30],
    };
    return { owner, contractId, parameters };
  });

/** A plan of vendor a that is solved. */
const planOf = (w: World, name: string) =>
  w.once(`staffing plan ${name}`, async () => {
    const { owner, contractId, parameters } = await contractOf(w, name);
    const { planId } = await draftRoster(owner, { contractId, basePlanId: null, parameters });
    await solveRoster(systemContext({ db: w.db, clock: systemClock, name: 'test', requestId: newId() }), {
      planId,
    });
    return { owner, planId };
  });

/** The annotator's place on a roster in force. */
const placeOf = (w: World, name: string) =>
  w.once(`staffing place ${name}`, async () => {
    const { owner, planId } = await planOf(w, name);
    await chooseRoster(owner, { planId });
    const [person] = (await viewPlan(owner, { planId })).people;
    return { owner, assignmentId: present(person?.assignmentId, 'The place') };
  });

/** A project of sponsor a with an auditor of another organisation. */
const auditedOf = (w: World) =>
  w.once('staffing audited', async () => {
    const scene = await makeWorkScene(w.db, {
      cases: 1,
      clock: manualClock(new Date()),
      parties: {
        sponsorOrg: await w.org('a', 'sponsor'),
        vendorOrg: await w.org('a', 'vendor'),
        sponsor: await w.holder('a', 'sponsor', 'batch.manage'),
      },
    });
    const auditor = await makeWorker(scene, { role: 'auditor' });
    const [engagement] = await findEngagements(w.db, {
      projectId: scene.project.id,
      personId: auditor.actor.personId,
    });
    return { projectId: scene.project.id, engagementId: present(engagement, 'The engagement').id };
  });

/** A team of vendor a that its annotator leads. */
const ledTeam = (w: World) =>
  w.once('staffing led team', async () => {
    const owner = await w.member('a', 'vendor', ['vendor_owner']);
    const leadId = (await annotator(w)).actor.personId;
    return (await saveTeam(owner, { teamId: null, name: 'Led', leadId, add: [], remove: [] })).teamId;
  });

const independent = (w: World) => w.member('a', 'independent', ['independent_annotator']);

/** An open project of sponsor a that asks for no credential. */
const offeredProject = (w: World) =>
  w.once('staffing offered project', async () => {
    const sponsor = await w.member('a', 'sponsor', ['sponsor_owner']);
    const by = { orgId: sponsor.actor.orgId, createdBy: sponsor.actor.personId };
    return { projectId: (await makeProject(w.db, { ...by, status: 'active' })).id };
  });

/** An offer of a project of its own of sponsor a to the independent a. */
const offerOf = (w: World, name: string) =>
  w.once(`staffing offer ${name}`, async () => {
    const sponsor = await w.member('a', 'sponsor', ['sponsor_owner']);
    const by = { orgId: sponsor.actor.orgId, createdBy: sponsor.actor.personId };
    const project = await makeProject(w.db, { ...by, status: 'active' });
    const { offerId } = await sendOffer(sponsor, {
      projectId: project.id,
      orgId: (await independent(w)).actor.orgId,
      pricePerReadMinor: 100n,
      readsPerWeek: 10,
      daysToAnswer: 7,
      note: '',
    });
    return offerId;
  });

export const staffingRows: AuthorisationRow[] = [
  {
    path: 'staffing.appointAuditor',
    can: 'batch.manage',
    input: async (w) => ({
      projectId: (await auditedOf(w)).projectId,
      email: await contactOf(w.db, (await w.member('b', 'vendor', ['vendor_annotator'])).actor.personId),
    }),
    otherOrg: 'not_found',
  },
  { path: 'staffing.dismissAuditor', can: 'batch.manage', input: auditedOf, otherOrg: 'not_found' },
  { path: 'staffing.margins', can: 'vendor.money', otherOrg: 'own-data-only' },
  {
    path: 'staffing.setRate',
    can: 'vendor.money',
    input: async (w) => ({
      personId: (await annotator(w)).actor.personId,
      basis: 'per_read',
      amountMinor: 80n,
      currency: 'USD',
    }),
    otherOrg: 'not_found',
  },

  { path: 'staffing.rosters', can: 'team.manage', otherOrg: 'own-data-only' },
  { path: 'staffing.bench', can: 'team.manage', input: () => ({}), otherOrg: 'own-data-only' },
  {
    path: 'staffing.contractRoster',
    can: 'team.manage',
    input: async (w) => ({ contractId: (await contractOf(w, 'read')).contractId }),
    otherOrg: 'not_found',
  },
  {
    path: 'staffing.draftRoster',
    can: 'team.manage',
    input: async (w) => {
      const { contractId, parameters } = await contractOf(w, 'drafted');
      return { contractId, basePlanId: null, parameters };
    },
    otherOrg: 'not_found',
  },
  {
    path: 'staffing.plan',
    can: 'team.manage',
    input: async (w) => ({ planId: (await planOf(w, 'read')).planId }),
    otherOrg: 'not_found',
  },
  {
    path: 'staffing.chooseRoster',
    can: 'team.manage',
    input: async (w) => ({ planId: (await planOf(w, 'chosen')).planId }),
    otherOrg: 'not_found',
  },
  {
    path: 'staffing.dropOut',
    can: 'team.manage',
    input: async (w) => ({
      assignmentId: (await placeOf(w, 'out')).assignmentId,
      fromOn: '2026-12-01',
      forGood: false,
    }),
    otherOrg: 'not_found',
  },
  {
    path: 'staffing.substitutes',
    can: 'team.manage',
    input: async (w) => {
      const { owner, assignmentId } = await placeOf(w, 'missing');
      await dropOut(owner, { assignmentId, fromOn: '2026-12-01', forGood: false });
      return { assignmentId };
    },
    otherOrg: 'not_found',
  },

  {
    path: 'staffing.availability',
    can: 'credential.own',
    as: 'vendor',
    by: annotator,
    otherOrg: 'own-data-only',
  },
  {
    path: 'staffing.setAvailability',
    can: 'credential.own',
    as: 'vendor',
    by: annotator,
    input: () => ({
      timezone: 'UTC',
      hoursPerWeek: 8,
      windows: [{ day: 1, fromMinute: 480, toMinute: 960 }],
    }),
    otherOrg: 'own-data-only',
  },
  {
    path: 'staffing.planAbsence',
    can: 'credential.own',
    as: 'vendor',
    by: annotator,
    input: () => ({ fromOn: '2027-06-01', toOn: '2027-06-02' }),
    otherOrg: 'own-data-only',
  },
  {
    path: 'staffing.withdrawAbsence',
    can: 'credential.own',
    as: 'vendor',
    by: annotator,
    input: async (w) => {
      const { absenceId } = await planAbsence(await annotator(w), {
        fromOn: '2027-07-01',
        toOn: '2027-07-02',
      });
      return { absenceId };
    },
    otherOrg: 'not_found',
  },
  {
    path: 'staffing.answerAssignment',
    can: 'credential.own',
    as: 'vendor',
    by: annotator,
    input: async (w) => ({ assignmentId: (await placeOf(w, 'answered')).assignmentId, answer: 'accept' }),
    otherOrg: 'not_found',
  },
  {
    path: 'staffing.ledTeam',
    can: 'credential.own',
    as: 'vendor',
    by: annotator,
    input: async (w) => ({ teamId: await ledTeam(w) }),
    otherOrg: 'not_found',
  },
  { path: 'staffing.holidays', can: 'credential.own', otherOrg: 'own-data-only' },
  {
    path: 'staffing.chooseHolidays',
    can: 'credential.own',
    input: () => ({ keeps: 'own' }),
    otherOrg: 'own-data-only',
  },
  {
    path: 'staffing.workOnHoliday',
    can: 'credential.own',
    input: () => ({ on: '2027-12-25', works: true }),
    otherOrg: 'own-data-only',
  },
  {
    path: 'staffing.holidayRegions',
    can: 'self',
    input: () => ({ country: 'DE' }),
    otherOrg: 'everybodys',
  },
  { path: 'staffing.holidayDefault', can: 'team.manage', otherOrg: 'own-data-only' },
  {
    path: 'staffing.setHolidayDefault',
    can: 'team.manage',
    input: () => ({ mode: 'own' }),
    otherOrg: 'own-data-only',
  },
  { path: 'staffing.offers', can: 'bid.compare', input: offeredProject, otherOrg: 'not_found' },
  { path: 'staffing.directShare', can: 'bid.compare', input: offeredProject, otherOrg: 'not_found' },
  {
    path: 'staffing.sendOffers',
    can: 'contract.award',
    input: async (w) => ({
      ...(await offeredProject(w)),
      orgIds: [(await independent(w)).actor.orgId],
      pricePerReadMinor: 100n,
      readsPerWeek: 10,
      daysToAnswer: 7,
    }),
    otherOrg: 'not_found',
  },
  {
    path: 'staffing.withdrawOffer',
    can: 'contract.award',
    input: async (w) => ({ offerId: await offerOf(w, 'taken back') }),
    otherOrg: 'not_found',
  },
  { path: 'staffing.myOffers', can: 'call.read', otherOrg: 'own-data-only', as: 'independent' },
  {
    path: 'staffing.applyForWork',
    can: 'call.read',
    as: 'independent',
    by: independent,
    input: async (w) => ({
      callId: await makeCall(w.db, { projectId: (await offeredProject(w)).projectId }),
      statement: 'Twelve years of reading.',
    }),
    otherOrg: 'everybodys',
  },
  {
    path: 'staffing.answerOffer',
    can: 'call.read',
    as: 'independent',
    by: independent,
    input: async (w) => ({ offerId: await offerOf(w, 'answered'), answer: 'declined' }),
    otherOrg: 'not_found',
  },
];
