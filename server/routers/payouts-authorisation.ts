import { makeProject } from '#db/seed/factories/projects.ts';
import { newId } from '#server/core/ids.ts';
import { setUpDestination } from '#server/payouts/destinations.ts';
import { fundByCard } from '#server/payouts/fund-by-card.ts';
import { paymentGateway } from '#server/payouts/gateway.ts';
import type { AuthorisationRow } from './authorisation-matrix.ts';
import type { World } from './authorisation-world.ts';

const projectOfA = (w: World) =>
  w.once('payouts project', async () => {
    const owner = await w.member('a', 'sponsor', ['sponsor_owner']);
    return makeProject(w.db, { orgId: owner.actor.orgId, createdBy: owner.actor.personId });
  });
const ofProject = async (w: World) => ({ projectId: (await projectOfA(w)).id });

/** A card payment of sponsor a that waits to be confirmed. */
const fundingOf = async (w: World) => {
  const owner = await w.member('a', 'sponsor', ['sponsor_owner']);
  const funding = { fundingId: newId(), ...(await ofProject(w)), amountMinor: 5_000n };
  return (await fundByCard(owner, paymentGateway(), funding)).fundingId;
};

/** Where vendor a is paid. */
const destinationOf = (w: World) =>
  w.once('payouts destination', async () => {
    const owner = await w.holder('a', 'vendor', 'payout.destination');
    const { destinationId } = await setUpDestination(owner, paymentGateway(), { currency: 'USD' });
    return { destinationId };
  });

export const payoutsRows: AuthorisationRow[] = [
  { path: 'payouts.projectMoney', can: 'money.read', input: ofProject, otherOrg: 'not_found' },
  { path: 'payouts.sponsorMoney', can: 'money.read', otherOrg: 'own-data-only' },
  {
    path: 'payouts.fund',
    can: 'money.fund',
    input: async (w) => ({ fundingId: newId(), ...(await ofProject(w)), amountMinor: 10_000n }),
    otherOrg: 'not_found',
  },
  {
    path: 'payouts.payInSandbox',
    can: 'money.fund',
    input: async (w) => ({ fundingId: await fundingOf(w), paymentMethod: 'pm_card_visa' }),
    otherOrg: 'not_found',
  },
  {
    path: 'payouts.recordBankFunding',
    can: 'operator.money',
    input: async (w) => ({ ...(await ofProject(w)), amountMinor: 10_000n, bankReference: 'BANK-1' }),
    otherOrg: 'forbidden',
  },
  {
    path: 'payouts.setUpDestination',
    can: 'payout.destination',
    input: () => ({ currency: 'EUR' }),
    otherOrg: 'own-data-only',
  },
  {
    path: 'payouts.onboard',
    can: 'payout.destination',
    input: async (w) => ({ ...(await destinationOf(w)), returnPath: '/vendor/statement' }),
    otherOrg: 'not_found',
  },
  {
    path: 'payouts.refreshDestination',
    can: 'payout.destination',
    input: destinationOf,
    otherOrg: 'not_found',
  },
  { path: 'payouts.statement', can: 'payout.destination', input: () => ({}), otherOrg: 'own-data-only' },
  { path: 'payouts.earnings', can: 'self', otherOrg: 'own-data-only' },
  { path: 'payouts.startRun', can: 'operator.money', otherOrg: 'forbidden' },
  {
    path: 'payouts.recordBankPayout',
    can: 'operator.money',
    input: () => ({ payoutId: newId(), bankReference: 'BANK-2' }),
    otherOrg: 'forbidden',
  },
  {
    path: 'payouts.settleRailNotice',
    can: 'operator.money',
    input: () => ({ eventId: 'evt_of_nobody', done: 'Answered at Stripe.' }),
    otherOrg: 'forbidden',
  },
  { path: 'payouts.reconcile', can: 'operator.money', otherOrg: 'forbidden' },
  { path: 'payouts.operatorMoney', can: 'operator.money', otherOrg: 'forbidden' },
];
