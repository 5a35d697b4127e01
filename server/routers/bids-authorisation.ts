import { makeBid, makeCall, pilotTermsOf } from '#db/seed/factories/bids.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import { grantRetry, makePilotReturn } from '#db/seed/factories/pilots.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { nameSignatory } from '#db/seed/factories/signing-world.ts';
import { makeWorkScene } from '#db/seed/factories/work.ts';
import { orderPilot } from '#server/bids/order-pilot.ts';
import { DAY, manualClock, plus } from '#server/core/clock.ts';
import type { AuthorisationRow } from './authorisation-matrix.ts';
import type { World } from './authorisation-world.ts';
import { callRows } from './bids-calls-authorisation.ts';

/** An open call of sponsor a; `name` sets apart what one row changes from what others read. */
const callOf = (w: World, name: string) =>
  w.once(`bids call ${name}`, async () => {
    const owner = await w.member('a', 'sponsor', ['sponsor_owner']);
    const by = { orgId: owner.actor.orgId, createdBy: owner.actor.personId };
    const project = await makeProject(w.db, { ...by, status: 'open' });
    return { project, callId: await makeCall(w.db, { projectId: project.id }) };
  });

/** A bid of vendor a on a call of its own. */
const bidOf = (w: World, name: string, status: 'submitted' | 'shortlisted' = 'submitted') =>
  w.once(`bids bid ${name}`, async () => {
    const { project, callId } = await callOf(w, name);
    const owner = await w.member('a', 'vendor', ['vendor_owner']);
    const annotators = [await w.member('a', 'vendor', ['vendor_annotator'])];
    const vendor = { orgId: owner.actor.orgId, owner, annotators };
    return { project, callId, bidId: await makeBid(w.db, { callId, project, vendor, status }) };
  });

/** What may be offered with these people. */
const offerBy = (personIds: readonly string[]) => ({
  pricePerReadMinor: 120n,
  currency: 'USD',
  readsPerDay: 100,
  startOn: plus(new Date(), 14 * DAY)
    .toISOString()
    .slice(0, 10),
  locationMix: { US: 10_000 },
  seats: personIds.map((personId) => ({ personId, role: 'annotator', hoursPerWeek: 20 })),
});

/** A shortlisted bid on a project that has cases, protocol and money, so that a pilot can be ordered. */
const orderable = (w: World, name: string, at: { cases: number } = { cases: 4 }) =>
  w.once(`bids orderable ${name}`, async () => {
    const sponsor = await w.member('a', 'sponsor', ['sponsor_owner']);
    const scene = await makeWorkScene(w.db, {
      ...at,
      clock: manualClock(new Date()),
      parties: { sponsorOrg: await w.org('a', 'sponsor'), vendorOrg: await w.org('a', 'vendor'), sponsor },
    });
    const { project, dataset } = scene;
    const callId = await makeCall(w.db, { projectId: project.id, terms: pilotTermsOf({ cases: 4 }) });
    const owner = await w.member('a', 'vendor', ['vendor_owner']);
    const annotators = [await w.member('a', 'vendor', ['vendor_annotator'])];
    const vendor = { orgId: owner.actor.orgId, owner, annotators };
    const bidId = await makeBid(w.db, { callId, project, vendor, status: 'shortlisted' });
    return { sponsor, projectId: project.id, bidId, datasetId: dataset.id };
  });

/** A pilot that sponsor a has ordered from vendor a. */
const pilotOf = (w: World, name = 'ordered') =>
  w.once(`bids pilot ${name}`, async () => {
    const { sponsor, projectId, bidId, datasetId } = await orderable(w, name);
    return { projectId, pilotId: (await orderPilot(sponsor, { bidId, datasetId })).pilotId };
  });

/** A pilot whose retry was granted eight days ago, with money and cases for it. */
const ofFailedPilot = (w: World) =>
  w.once('bids failed pilot', async () => {
    const { sponsor, bidId, datasetId } = await orderable(w, 'failed', { cases: 12 });
    const { pilotId } = await orderPilot(sponsor, { bidId, datasetId });
    await grantRetry(w.db, { pilotId, decidedAt: plus(new Date(), -8 * DAY) });
    return { pilotId };
  });

const ofCall = async (w: World) => ({ callId: (await callOf(w, 'read')).callId });
const ofProject = async (w: World) => ({ projectId: (await bidOf(w, 'read')).project.id });
const ofPilot = async (w: World) => ({ pilotId: (await pilotOf(w)).pilotId });

/** Calls, bids, matching and pilots: a call is for every vendor to see, a bid for its two sides. */
export const bidsRows: AuthorisationRow[] = [
  ...callRows,
  { path: 'bids.listOpen', can: 'call.read', input: () => ({ limit: 10 }), otherOrg: 'everybodys' },
  { path: 'bids.getCall', can: 'call.read', input: ofCall, otherOrg: 'everybodys' },
  {
    path: 'bids.submit',
    can: 'bid.write',
    input: async (w) => {
      const { callId } = await callOf(w, 'bid on');
      const org = await w.org('a', 'vendor');
      const named = await Promise.all(
        [1, 2, 3].map(() => makeMember(w.db, { org, roles: ['vendor_annotator'] })),
      );
      return { callId, ...offerBy(named.map((one) => one.actor.personId)) };
    },
    // Somebody else's people cannot be named in a bid.
    otherOrg: 'refused',
  },
  {
    path: 'bids.revise',
    can: 'bid.write',
    input: async (w) => {
      const { bidId } = await bidOf(w, 'revised');
      const org = await w.org('a', 'vendor');
      const named = await Promise.all(
        [1, 2, 3].map(() => makeMember(w.db, { org, roles: ['vendor_annotator'] })),
      );
      return { bidId, seenVersion: 1, ...offerBy(named.map((one) => one.actor.personId)) };
    },
    otherOrg: 'not_found',
  },
  {
    path: 'bids.ownHistory',
    can: 'call.read',
    input: async (w) => ({ bidId: (await bidOf(w, 'read')).bidId }),
    otherOrg: 'not_found',
    as: 'vendor',
  },
  {
    path: 'bids.history',
    can: 'bid.compare',
    input: async (w) => ({ bidId: (await bidOf(w, 'read')).bidId }),
    otherOrg: 'not_found',
  },
  {
    path: 'bids.withdraw',
    can: 'bid.write',
    input: async (w) => ({ bidId: (await bidOf(w, 'withdrawn')).bidId }),
    otherOrg: 'not_found',
  },
  { path: 'bids.mine', can: 'call.read', input: () => ({ limit: 10 }), otherOrg: 'own-data-only' },
  { path: 'bids.compare', can: 'bid.compare', input: ofProject, otherOrg: 'not_found' },
  { path: 'bids.contracts', can: 'project.read', input: ofProject, otherOrg: 'not_found' },
  {
    path: 'bids.shortlist',
    can: 'bid.compare',
    input: async (w) => ({ bidId: (await bidOf(w, 'shortlisted')).bidId }),
    otherOrg: 'not_found',
  },
  {
    path: 'bids.decline',
    can: 'bid.compare',
    input: async (w) => ({ bidId: (await bidOf(w, 'declined')).bidId, reason: 'Another offer fits better.' }),
    otherOrg: 'not_found',
  },
  {
    path: 'bids.setDirectShare',
    can: 'contract.award',
    input: async (w) => ({
      callId: (await callOf(w, 'shared')).callId,
      shareBasisPoints: 2000,
      pricePerReadMinor: 90n,
    }),
    otherOrg: 'not_found',
  },
  {
    path: 'bids.decideCall',
    can: 'contract.award',
    input: async (w) => {
      const sponsor = await w.member('a', 'sponsor', ['sponsor_owner']);
      const by = { orgId: sponsor.actor.orgId, createdBy: sponsor.actor.personId };
      const project = await w.once('bids ended', () => makeProject(w.db, { ...by, status: 'open' }));
      const ended = { projectId: project.id, closesAt: plus(new Date(), -1000) };
      const callId = await w.once('bids ended call', () => makeCall(w.db, ended));
      const owner = await w.member('a', 'vendor', ['vendor_owner']);
      const vendor = { orgId: owner.actor.orgId, owner, annotators: [] };
      const bidId = await w.once('bids ended bid', () => makeBid(w.db, { callId, project, vendor }));
      return { callId, reasons: [{ bidId, reason: 'Another offer fits better.' }] };
    },
    otherOrg: 'not_found',
  },
  {
    path: 'bids.orderPilot',
    can: 'contract.award',
    input: async (w) => {
      const { bidId, datasetId } = await orderable(w, 'to order');
      return { bidId, datasetId };
    },
    otherOrg: 'not_found',
  },

  { path: 'matching.candidates', can: 'bid.compare', input: ofProject, otherOrg: 'not_found' },
  {
    path: 'matching.reach',
    can: 'bid.compare',
    input: async (w) => ({ ...(await ofProject(w)), priceMinor: null }),
    otherOrg: 'not_found',
  },
  {
    path: 'matching.setWeights',
    can: 'project.write',
    input: async (w) => ({ ...(await ofProject(w)), weights: null }),
    otherOrg: 'not_found',
  },
  {
    path: 'matching.countMeeting',
    can: 'project.write',
    input: () => ({ rule: { anyOf: [] } }),
    otherOrg: 'everybodys',
  },
  {
    path: 'matching.countOwnMeeting',
    can: 'team.manage',
    input: () => ({ rule: { anyOf: [] } }),
    otherOrg: 'own-data-only',
  },
  { path: 'matching.whyMe', can: 'call.read', input: ofCall, otherOrg: 'everybodys' },

  {
    path: 'pilots.ofProject',
    can: 'bid.compare',
    input: async (w) => ({ projectId: (await pilotOf(w)).projectId }),
    otherOrg: 'not_found',
  },
  {
    path: 'pilots.compare',
    can: 'bid.compare',
    input: async (w) => ({ projectId: (await pilotOf(w)).projectId }),
    otherOrg: 'not_found',
  },
  {
    path: 'pilots.outlook',
    can: 'bid.compare',
    input: async (w) => ({ projectId: (await pilotOf(w)).projectId, terms: pilotTermsOf({ cases: 4 }) }),
    otherOrg: 'not_found',
  },
  { path: 'pilots.detail', can: 'bid.compare', input: ofPilot, otherOrg: 'not_found' },
  { path: 'pilots.compute', can: 'bid.compare', input: ofPilot, otherOrg: 'not_found' },
  {
    path: 'pilots.decide',
    can: 'pilot.sign',
    input: async (w) => ({
      ...(await ofPilot(w)),
      decision: 'decline',
      reason: 'The measured reliability is too low.',
      typedName: 'Somebody',
      scorecardSha256: '0'.repeat(64),
    }),
    otherOrg: 'not_found',
  },
  {
    path: 'pilots.orderRetry',
    can: 'contract.award',
    input: async (w) => ofFailedPilot(w),
    otherOrg: 'not_found',
  },
  {
    path: 'pilots.abandon',
    can: 'bid.write',
    input: async (w) => ({
      pilotId: (await pilotOf(w, 'given up')).pilotId,
      reason: 'Two of our readers have fallen ill.',
    }),
    otherOrg: 'not_found',
  },
  {
    path: 'pilots.certifyReturn',
    can: 'agreement.sign',
    as: 'vendor',
    input: async (w) => {
      await nameSignatory(w.db, await w.member('a', 'vendor', ['vendor_owner']));
      const { pilotId } = await pilotOf(w, 'declined');
      const { id: orgId } = await w.org('a', 'vendor');
      await makePilotReturn(w.db, { pilotId, orgId });
      return {
        pilotId,
        certificate: {
          method: 'nothing_held',
          systems: 'The platform alone',
          backupsExpireOn: null,
          infeasibleReason: null,
          continuesProtections: false,
        },
      };
    },
    otherOrg: 'not_found',
  },
  { path: 'pilots.mine', can: 'vendor.read', input: () => ({}), otherOrg: 'own-data-only' },
];
