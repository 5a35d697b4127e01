import { bidsRouter } from './bids.ts';
import { identityRouter } from './identity.ts';
import { matchingRouter } from './matching.ts';
import { notificationsRouter } from './notifications.ts';
import { payoutsRouter } from './payouts.ts';
import { pilotsRouter } from './pilots.ts';
import { createCallerFactory, router } from './trpc.ts';

/** Every procedure of Readroom, one router per domain. */
export const appRouter = router({
  bids: bidsRouter,
  identity: identityRouter,
  matching: matchingRouter,
  notifications: notificationsRouter,
  payouts: payoutsRouter,
  pilots: pilotsRouter,
});

export type AppRouter = typeof appRouter;

export const createCaller = createCallerFactory(appRouter);
