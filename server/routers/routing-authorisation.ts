import { makeUnit } from '#db/seed/factories/own-staff.ts';
import { makeWorkScene } from '#db/seed/factories/work.ts';
import { answerOrder, proposeOrder } from '#server/own-staff/propose-order.ts';
import { setRule } from '#server/routing/set-rule.ts';
import type { AuthorisationRow } from './authorisation-matrix.ts';
import type { World } from './authorisation-world.ts';

const rule = {
  keepInside: { dataClasses: [], filters: [] },
  overflow: { whenLate: true, whenBeyondHours: true },
};
/** A project of sponsor a with cases, an order with own staff, and a rule. */
const sceneOf = (w: World) =>
  w.once('routing scene', async () => {
    const sponsor = await w.member('a', 'sponsor', ['sponsor_owner']);
    const scene = await makeWorkScene(w.db, {
      cases: 3,
      parties: { sponsorOrg: await w.org('a', 'sponsor'), vendorOrg: await w.org('a', 'vendor'), sponsor },
    });
    const { owner } = await makeUnit(w.db, sponsor);
    const projectId = scene.project.id;
    const terms = { pricePerReadMinor: 0n, hoursPerWeek: 10, needsExam: false, note: '' };
    const { orderId } = await proposeOrder(sponsor, { projectId, ...terms });
    await answerOrder(owner, { orderId, isAccepted: true });
    await setRule(sponsor, { projectId, rule });
    return { projectId, datasetId: scene.dataset.id };
  });
const batch = async (w: World) => ({
  ...(await sceneOf(w)),
  name: 'Routed',
  dueAt: new Date('2099-01-01T00:00:00Z'),
  seed: 7,
});

/** What stays inside is the sponsor's to say. */
export const routingRows: AuthorisationRow[] = [
  {
    path: 'routing.view',
    can: 'batch.manage',
    input: async (w) => ({ projectId: (await sceneOf(w)).projectId }),
    otherOrg: 'not_found',
  },
  {
    path: 'routing.setRule',
    can: 'batch.manage',
    input: async (w) => ({ projectId: (await sceneOf(w)).projectId, rule }),
    otherOrg: 'not_found',
  },
  { path: 'routing.preview', can: 'batch.manage', input: batch, otherOrg: 'not_found' },
  { path: 'routing.make', can: 'batch.manage', input: batch, otherOrg: 'not_found' },
];
