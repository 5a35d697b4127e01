import type { createTRPCClient } from '@trpc/client';
import type { AppRouter } from '#server/routers/_app.ts';

/** A person's hold on the app: the procedures, called with their session. */
export type Api = ReturnType<typeof createTRPCClient<AppRouter>>;

/**
 * How people get in: over HTTP against a running app (replays, journeys) or in process (seeds). What they do then is the
 * same.
 */
export type Door = {
  /** The procedures that anyone may call. */
  anonymous: Api;
  /** Signs a person in as the sign-in page does. Throws when the app refuses. */
  signIn(credentials: { email: string; password: string }): Promise<Api>;
};
