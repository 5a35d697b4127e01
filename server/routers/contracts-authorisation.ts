import { makeBid, makeCall, makeContract } from '#db/seed/factories/bids.ts';
import { makeCredit } from '#db/seed/factories/contracts.ts';
import { nameSignatory } from '#db/seed/factories/signing-world.ts';
import { makeBatch, makeWorkScene } from '#db/seed/factories/work.ts';
import { CONSENT } from '#server/agreements/rules.ts';
import { proposeAmendment } from '#server/contracts/propose-amendment.ts';
import { DAY, manualClock, plus } from '#server/core/clock.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import type { AuthorisationRow } from './authorisation-matrix.ts';
import type { World } from './authorisation-world.ts';

/** An award of sponsor a to vendor a; `name` sets apart what one row changes from what others read. */
const awardOf = (w: World, name = 'read') =>
  w.once(`contracts award ${name}`, async () => {
    await w.org('a', 'platform');
    const sponsor = await w.member('a', 'sponsor', ['sponsor_owner']);
    const scene = await makeWorkScene(w.db, {
      cases: 2,
      clock: manualClock(new Date()),
      parties: { sponsorOrg: await w.org('a', 'sponsor'), vendorOrg: await w.org('a', 'vendor'), sponsor },
    });
    const owner = await w.member('a', 'vendor', ['vendor_owner']);
    const vendor = { orgId: owner.actor.orgId, owner, annotators: [] };
    const callId = await makeCall(w.db, { projectId: scene.project.id });
    const bidId = await makeBid(w.db, { callId, project: scene.project, vendor, status: 'piloting' });
    return { scene, owner, projectId: scene.project.id, contractId: await makeContract(w.db, { bidId }) };
  });

const terms = {
  rateCard: [{ tier: 'standard', definition: 'Every case.', pricePerReadMinor: 150n }],
  ceilingMinor: null,
  volume: null,
  serviceLevels: null,
  substitution: { perMonth: null },
  nonSolicitation: null,
};
const offer = async (w: World, name: string) => ({
  contractId: (await awardOf(w, name)).contractId,
  terms,
  effectiveOn: plus(new Date(), DAY).toISOString().slice(0, 10),
  reason: 'Another price',
});
const proposalOf = (w: World, name: string) =>
  w.once(`contracts proposal ${name}`, async () => {
    const { owner, scene } = await awardOf(w, name);
    const { versionId, documentSha256 } = await proposeAmendment(owner, await offer(w, name));
    const { personId } = scene.sponsor.actor;
    return {
      versionId,
      documentSha256,
      typedName: (await namesOfPeople(w.db, [personId])).get(personId)?.name,
    };
  });

/** A credit of a batch under the award, in a state. */
const creditOf = (w: World, name: string, status: 'proposed' | 'disputed') =>
  w.once(`contracts credit ${name}`, async () => {
    const { scene, contractId } = await awardOf(w, name);
    const batchId = await makeBatch(scene, { contractId });
    const id = await makeCredit(w.db, { batchId, contractId, status });
    return { resultId: id, reason: 'The images could not be opened.' };
  });

const ofContract = async (w: World) => ({ contractId: (await awardOf(w)).contractId });

/** Contracts: both sides of an award, each through its own door. */
export const contractsRows: AuthorisationRow[] = [
  {
    path: 'contracts.ofProject',
    can: 'project.read',
    input: async (w) => ({ projectId: (await awardOf(w)).projectId }),
    otherOrg: 'not_found',
  },
  { path: 'contracts.mine', can: 'vendor.read', otherOrg: 'own-data-only' },
  { path: 'contracts.forSponsor', can: 'project.read', input: ofContract, otherOrg: 'not_found' },
  { path: 'contracts.forVendor', can: 'vendor.read', input: ofContract, otherOrg: 'not_found' },
  {
    path: 'contracts.proposeAsSponsor',
    can: 'contract.award',
    input: (w) => offer(w, 'proposed by the sponsor'),
    otherOrg: 'not_found',
  },
  {
    path: 'contracts.proposeAsVendor',
    can: 'bid.write',
    input: (w) => offer(w, 'proposed by the vendor'),
    otherOrg: 'not_found',
  },
  {
    path: 'contracts.sign',
    can: 'agreement.sign',
    input: async (w) => {
      await w.once('contracts signatory', async () =>
        nameSignatory(w.db, await w.member('a', 'sponsor', ['sponsor_owner'])),
      );
      return {
        ...(await proposalOf(w, 'signed')),
        title: 'Owner',
        authority: true,
        consentVersion: CONSENT.version,
      };
    },
    otherOrg: 'not_found',
  },
  {
    path: 'contracts.closeProposal',
    can: 'agreement.sign',
    input: async (w) => ({ versionId: (await proposalOf(w, 'closed')).versionId, reason: 'Too dear' }),
    otherOrg: 'not_found',
  },
  {
    path: 'contracts.end',
    can: 'agreement.sign',
    input: async (w) => {
      await w.once('contracts signatory', async () =>
        nameSignatory(w.db, await w.member('a', 'sponsor', ['sponsor_owner'])),
      );
      const { contractId } = await awardOf(w, 'ended');
      return { contractId, ending: 'completed', reason: 'Everything is read.' };
    },
    otherOrg: 'not_found',
  },
  {
    path: 'contracts.disputeCredit',
    can: 'bid.write',
    input: (w) => creditOf(w, 'disputed', 'proposed'),
    otherOrg: 'not_found',
  },
  {
    path: 'contracts.waiveCredit',
    can: 'contract.award',
    input: (w) => creditOf(w, 'waived', 'proposed'),
    otherOrg: 'not_found',
  },
  {
    path: 'contracts.decideCredit',
    can: 'operator.money',
    input: async (w) => ({ ...(await creditOf(w, 'decided', 'disputed')), decision: 'uphold' }),
    otherOrg: 'forbidden',
  },
  { path: 'contracts.disputes', can: 'operator.money', otherOrg: 'forbidden' },
  { path: 'contracts.deductions', can: 'vendor.money', otherOrg: 'own-data-only' },
];
