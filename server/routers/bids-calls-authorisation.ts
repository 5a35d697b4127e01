import { makeCall, pilotTermsOf } from '#db/seed/factories/bids.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { makeProtocol } from '#db/seed/factories/protocols.ts';
import { askQuestion } from '#server/bids/ask-question.ts';
import { askForInvitation, inviteVendors } from '#server/bids/invite-vendors.ts';
import { DAY, plus } from '#server/core/clock.ts';
import type { AuthorisationRow } from './authorisation-matrix.ts';
import type { World } from './authorisation-world.ts';

/** An open call of sponsor a, for whom it is; `name` sets apart what one row changes from what others read. */
const callFor = (w: World, name: string, visibility: 'public' | 'invited' | 'private' = 'public') =>
  w.once(`bids room ${name}`, async () => {
    const owner = await w.member('a', 'sponsor', ['sponsor_owner']);
    const project = await makeProject(w.db, {
      orgId: owner.actor.orgId,
      createdBy: owner.actor.personId,
      status: 'open',
    });
    return { owner, callId: await makeCall(w.db, { projectId: project.id, visibility }) };
  });

/** A private call that vendor a, and nobody else, is invited to. */
const privateCall = (w: World, name: string) =>
  w.once(`bids private ${name}`, async () => {
    const { owner, callId } = await callFor(w, name, 'private');
    const vendor = await w.org('a', 'vendor');
    await inviteVendors(owner, { callId, vendorOrgIds: [vendor.id] });
    return { callId, vendorOrgId: vendor.id };
  });

const until = () => plus(new Date(), 8 * DAY);

/** Calls and their rooms: a private call is known to the invited, a sponsor runs its own calls only. */
export const callRows: AuthorisationRow[] = [
  {
    path: 'bids.openCall',
    can: 'project.write',
    input: async (w) => {
      const owner = await w.member('a', 'sponsor', ['sponsor_owner']);
      const by = { orgId: owner.actor.orgId, createdBy: owner.actor.personId };
      const project = await makeProject(w.db, by);
      await makeProtocol(w.db, { ...by, projectId: project.id });
      return { projectId: project.id, closesAt: plus(new Date(), 7 * DAY), pilotTerms: pilotTermsOf() };
    },
    otherOrg: 'not_found',
  },
  {
    path: 'bids.closeCall',
    can: 'project.write',
    input: async (w) => ({ callId: (await callFor(w, 'closed')).callId }),
    otherOrg: 'not_found',
  },
  {
    path: 'bids.extendCall',
    can: 'project.write',
    input: async (w) => ({
      callId: (await callFor(w, 'extended')).callId,
      closesAt: until(),
      reason: 'Two bidders asked for another day.',
    }),
    otherOrg: 'not_found',
  },
  {
    path: 'bids.inviteVendors',
    can: 'project.write',
    input: async (w) => ({
      callId: (await callFor(w, 'invited to', 'invited')).callId,
      vendorOrgIds: [(await w.org('a', 'vendor')).id],
    }),
    otherOrg: 'not_found',
  },
  {
    path: 'bids.withdrawInvitation',
    can: 'project.write',
    input: (w) => privateCall(w, 'withdrawn'),
    otherOrg: 'not_found',
  },
  {
    path: 'bids.answerQuestion',
    can: 'project.write',
    input: async (w) =>
      w.once('bids question', async () => {
        const { callId } = await callFor(w, 'answered');
        const asker = await w.member('a', 'vendor', ['vendor_owner']);
        const { questionId } = await askQuestion(asker, { callId, question: 'Are priors shown?' });
        return { questionId, answer: 'Yes, up to two of them.' };
      }),
    otherOrg: 'not_found',
  },
  {
    path: 'bids.callRoom',
    can: 'bid.compare',
    input: async (w) => ({ callId: (await callFor(w, 'run')).callId }),
    otherOrg: 'not_found',
  },
  {
    path: 'bids.bidderRoom',
    can: 'call.read',
    input: async (w) => ({ callId: (await privateCall(w, 'read')).callId }),
    otherOrg: 'not_found',
    as: 'vendor',
  },
  {
    path: 'bids.askQuestion',
    can: 'bid.write',
    input: async (w) => ({
      callId: (await privateCall(w, 'asked about')).callId,
      question: 'May two people of ours share a seat?',
    }),
    otherOrg: 'not_found',
  },
  {
    path: 'bids.askForInvitation',
    can: 'bid.write',
    input: async (w) =>
      w.once('bids asked', async () => {
        const { owner, callId } = await callFor(w, 'asked to', 'invited');
        // The other vendor asks already: its asking again is a conflict.
        const other = await w.member('b', 'vendor', ['vendor_owner']);
        await askForInvitation(other, { callId, note: '' });
        return { callId, note: `For ${owner.actor.orgId.length} reasons.` };
      }),
    otherOrg: 'refused',
  },
  {
    path: 'bids.declineInvitation',
    can: 'bid.write',
    input: async (w) => ({ callId: (await privateCall(w, 'declined')).callId, note: 'No capacity.' }),
    otherOrg: 'not_found',
  },
];
