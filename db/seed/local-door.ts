import { createTRPCClient, unstable_localLink } from '@trpc/client';
import superjson from 'superjson';
import type { Database } from '#db/client.ts';
import type { Actor } from '#server/command/actor.ts';
import type { Clock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { loadAndTouchUserActor } from '#server/identity/load-actor.ts';
import { signIn } from '#server/identity/sign-in.ts';
import { appRouter } from '#server/routers/_app.ts';
import type { Api, Door } from './steps/door.ts';

/**
 * Lets people in without HTTP: the same router, capabilities, commands and sessions, under the given clock. Whose session
 * has run out because the clock was moved signs in again.
 */
export function openLocalDoor(input: { db: Database; clock: Clock }): Door {
  const nobody: Actor = { kind: 'anonymous' };
  const enter = async (credentials: { email: string; password: string }) =>
    (await signIn({ ...input, requestId: newId(), actor: nobody }, credentials)).sessionId;
  const api = (actor: () => Promise<Actor>): Api =>
    createTRPCClient({
      links: [
        unstable_localLink({
          router: appRouter,
          transformer: superjson,
          createContext: async () => ({ command: { ...input, requestId: newId(), actor: await actor() } }),
        }),
      ],
    });
  return {
    anonymous: api(async () => nobody),
    signIn: async (credentials) => {
      let sessionId = await enter(credentials);
      return api(async () => {
        const actor = await loadAndTouchUserActor(input.db, input.clock, sessionId);
        if (actor) return actor;
        sessionId = await enter(credentials);
        return (await loadAndTouchUserActor(input.db, input.clock, sessionId)) ?? nobody;
      });
    },
  };
}
