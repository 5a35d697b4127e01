import { agreementsRouter } from './agreements.ts';
import { analyticsRouter } from './analytics.ts';
import { appealsRouter } from './appeals.ts';
import { bidsRouter } from './bids.ts';
import { contractsRouter } from './contracts.ts';
import { credentialsRouter } from './credentials.ts';
import { datasetsRouter } from './datasets.ts';
import { goldRouter } from './gold.ts';
import { healthRouter } from './health.ts';
import { identityRouter } from './identity.ts';
import { incidentsRouter } from './incidents.ts';
import { labelsRouter } from './labels.ts';
import { matchingRouter } from './matching.ts';
import { modelsRouter } from './models.ts';
import { notificationsRouter } from './notifications.ts';
import { ownStaffRouter } from './own-staff.ts';
import { payoutsRouter } from './payouts.ts';
import { pilotsRouter } from './pilots.ts';
import { projectsRouter } from './projects.ts';
import { protocolsRouter } from './protocols.ts';
import { registersRouter } from './registers.ts';
import { routingRouter } from './routing.ts';
import { scoresRouter } from './scores.ts';
import { staffingRouter } from './staffing.ts';
import { strategyRouter } from './strategy.ts';
import { createCallerFactory, router } from './trpc.ts';
import { vendorsRouter } from './vendors.ts';
import { workRouter } from './work.ts';

/** Every procedure of Readroom, one router per domain. */
export const appRouter = router({
  agreements: agreementsRouter,
  analytics: analyticsRouter,
  appeals: appealsRouter,
  bids: bidsRouter,
  contracts: contractsRouter,
  credentials: credentialsRouter,
  health: healthRouter,
  identity: identityRouter,
  incidents: incidentsRouter,
  matching: matchingRouter,
  models: modelsRouter,
  notifications: notificationsRouter,
  ownStaff: ownStaffRouter,
  payouts: payoutsRouter,
  pilots: pilotsRouter,
  gold: goldRouter,
  datasets: datasetsRouter,
  protocols: protocolsRouter,
  projects: projectsRouter,
  registers: registersRouter,
  staffing: staffingRouter,
  routing: routingRouter,
  scores: scoresRouter,
  strategy: strategyRouter,
  vendors: vendorsRouter,
  work: workRouter,
  labels: labelsRouter,
});

export type AppRouter = typeof appRouter;

export const createCaller = createCallerFactory(appRouter);
