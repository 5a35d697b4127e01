import { identityRouter } from './identity.ts';
import { createCallerFactory, router } from './trpc.ts';

/** Every procedure of Readroom, one router per domain. */
export const appRouter = router({
  identity: identityRouter,
});

export type AppRouter = typeof appRouter;

export const createCaller = createCallerFactory(appRouter);
