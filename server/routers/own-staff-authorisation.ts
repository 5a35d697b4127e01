import { makeUnit } from '#db/seed/factories/own-staff.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { answerOrder, proposeOrder } from '#server/own-staff/propose-order.ts';
import { seatOwnStaff } from '#server/own-staff/seat-own-staff.ts';
import type { AuthorisationRow } from './authorisation-matrix.ts';
import type { World } from './authorisation-world.ts';

const sponsorOf = (w: World) => w.member('a', 'sponsor', ['sponsor_owner']);
/** The in-house unit of sponsor a, verified, with its owner and a reader. */
const unitOf = (w: World) => w.once('own staff unit', async () => makeUnit(w.db, await sponsorOf(w)));
const projectOf = (w: World, name: string) =>
  w.once(`own staff project ${name}`, async () => {
    const { actor } = await sponsorOf(w);
    return makeProject(w.db, { orgId: actor.orgId, createdBy: actor.personId });
  });
const terms = { pricePerReadMinor: 0n, hoursPerWeek: 10, needsExam: false, note: '' };
const proposed = async (w: World, name: string) => {
  await unitOf(w);
  const { id } = await projectOf(w, name);
  return proposeOrder(await sponsorOf(w), { projectId: id, ...terms });
};
const agreed = (w: World, name: string) =>
  w.once(`own staff order ${name}`, async () => {
    const { orderId } = await proposed(w, name);
    await answerOrder((await unitOf(w)).owner, { orderId, isAccepted: true });
    return { orderId, projectId: (await projectOf(w, name)).id };
  });

/** Own staff is its sponsor's alone; the unit answers for itself. */
export const ownStaffRows: AuthorisationRow[] = [
  { path: 'ownStaff.make', can: 'org.manage', input: () => ({ name: 'Readers' }), otherOrg: 'own-data-only' },
  {
    path: 'ownStaff.invite',
    can: 'org.manage',
    input: async (w) => {
      await unitOf(w);
      return { emails: ['reader@own.example'], role: 'vendor_annotator' };
    },
    otherOrg: 'own-data-only',
  },
  {
    path: 'ownStaff.view',
    can: 'batch.manage',
    input: async (w) => ({ projectId: (await projectOf(w, 'read')).id }),
    otherOrg: 'not_found',
  },
  {
    path: 'ownStaff.orders',
    can: 'vendor.read',
    by: async (w) => (await unitOf(w)).owner,
    otherOrg: 'own-data-only',
  },
  {
    path: 'ownStaff.propose',
    can: 'contract.award',
    input: async (w) => {
      await unitOf(w);
      return { projectId: (await projectOf(w, 'propose')).id, ...terms };
    },
    otherOrg: 'not_found',
  },
  {
    path: 'ownStaff.answer',
    can: 'bid.write',
    by: async (w) => (await unitOf(w)).owner,
    input: async (w) => ({ ...(await proposed(w, 'answer')), isAccepted: true }),
    otherOrg: 'not_found',
  },
  {
    path: 'ownStaff.seat',
    can: 'batch.manage',
    input: async (w) => ({
      projectId: (await agreed(w, 'seat')).projectId,
      personId: (await unitOf(w)).reader.actor.personId,
      role: 'annotator',
    }),
    otherOrg: 'not_found',
  },
  {
    path: 'ownStaff.unseat',
    can: 'batch.manage',
    input: async (w) => {
      const { projectId } = await agreed(w, 'unseat');
      const { personId } = (await unitOf(w)).reader.actor;
      const seat = await seatOwnStaff(await sponsorOf(w), { projectId, personId, role: 'annotator' });
      return { projectId, ...seat };
    },
    otherOrg: 'not_found',
  },
  {
    path: 'ownStaff.end',
    can: 'contract.award',
    input: async (w) => ({ orderId: (await agreed(w, 'end')).orderId, reason: 'The work is done.' }),
    otherOrg: 'not_found',
  },
];
