import { makeBid, makeCall } from '#db/seed/factories/bids.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { makeEvidence } from '#db/seed/factories/vendors.ts';
import { addSample } from '#server/vendors/add-sample.ts';
import { addReference } from '#server/vendors/edit-profile.ts';
import type { AuthorisationRow } from './authorisation-matrix.ts';
import type { World } from './authorisation-world.ts';

const owner = (w: World) => w.member('a', 'vendor', ['vendor_owner']);
/** A bid of vendor a on a call of sponsor a, so that the sponsor may see the vendor's page. */
const bidder = (w: World) =>
  w.once('vendors bidder', async () => {
    const sponsor = await w.member('a', 'sponsor', ['sponsor_owner']);
    const by = { orgId: sponsor.actor.orgId, createdBy: sponsor.actor.personId };
    const project = await makeProject(w.db, { ...by, status: 'open' });
    const callId = await makeCall(w.db, { projectId: project.id });
    const who = await owner(w);
    const vendor = { orgId: who.actor.orgId, owner: who, annotators: [] };
    await makeBid(w.db, { callId, project, vendor });
    return { vendorOrgId: who.actor.orgId };
  });
const evidenceOf = (w: World, name: string) =>
  w.once(`vendors evidence ${name}`, async () => {
    const { actor } = await owner(w);
    return { evidenceId: await makeEvidence(w.db, { orgId: actor.orgId, personId: actor.personId }) };
  });
const reference = {
  client: 'General Hospital',
  work: 'Chest radiographs',
  yearFrom: 2024,
  yearTo: null,
  mayShow: true as const,
};
const sample = {
  kind: 'case_study' as const,
  title: 'Nodules',
  body: 'How two readers and an adjudicator settled nodules on public images.',
  attestation: {
    noProtectedData: true,
    rightToShow: true,
    noClientSecret: true,
    sourceIsSafe: true,
  } as const,
  findingsAnswer: null,
};

/** A vendor's page: the vendor writes it, its sponsors read it, an operator reviews its documents. */
export const vendorsRows: AuthorisationRow[] = [
  { path: 'vendors.own', can: 'vendor.read', otherOrg: 'own-data-only' },
  { path: 'vendors.forSponsor', can: 'bid.compare', input: bidder, otherOrg: 'not_found' },
  {
    path: 'vendors.saveProfile',
    can: 'bid.write',
    input: () => ({ about: 'We read chest radiographs.', regions: ['US'], focus: ['Chest'] }),
    otherOrg: 'own-data-only',
  },
  { path: 'vendors.addReference', can: 'bid.write', input: () => reference, otherOrg: 'own-data-only' },
  {
    path: 'vendors.withdrawReference',
    can: 'bid.write',
    input: async (w) => ({ referenceId: (await addReference(await owner(w), reference)).referenceId }),
    otherOrg: 'not_found',
  },
  {
    path: 'vendors.withdrawSample',
    can: 'bid.write',
    input: async (w) => ({
      sampleId: (await addSample(await owner(w), { meta: sample, file: null })).sampleId,
    }),
    otherOrg: 'not_found',
  },
  {
    path: 'vendors.showScorecard',
    can: 'bid.write',
    // Nobody's pilot: the right person is refused by a rule, others cannot tell.
    input: () => ({ pilotId: '019a0000-0000-7000-8000-000000000000', isShown: true }),
    otherOrg: 'refused',
  },
  {
    path: 'vendors.withdrawEvidence',
    can: 'bid.write',
    input: (w) => evidenceOf(w, 'withdrawn'),
    otherOrg: 'not_found',
  },
  { path: 'vendors.evidenceToReview', can: 'operator.verify', otherOrg: 'forbidden' },
  {
    path: 'vendors.reviewEvidence',
    can: 'operator.verify',
    input: async (w) => ({
      ...(await evidenceOf(w, 'reviewed')),
      decision: 'review',
      checked: { issuer: true, scope: true, dates: true },
    }),
    otherOrg: 'forbidden',
  },
];
