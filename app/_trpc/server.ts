import { TRPCError } from '@trpc/server';
import { cookies } from 'next/headers';
import { notFound, redirect } from 'next/navigation';
import { cache } from 'react';
import { actorOf } from '#app/api/_request/command-context.ts';
import { systemClock } from '#server/core/clock.ts';
import { isAppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { database } from '#server/database.ts';
import { createCaller } from '#server/routers/_app.ts';
import type { RequestContext } from '#server/routers/trpc.ts';

/** The context of the page being rendered; made once per request, however many components ask. */
const pageContext = cache(async (): Promise<RequestContext> => {
  const jar = Object.fromEntries((await cookies()).getAll().map(({ name, value }) => [name, value]));
  return {
    command: { db: database(), clock: systemClock, requestId: newId(), actor: await actorOf(jar) },
  };
});

/** Procedures for server components: `const project = await (await api()).projects.get({ projectId })`. */
export const api = cache(async () => createCaller(await pageContext()));

/** What a page calls procedures with. */
export type Caller = ReturnType<typeof createCaller>;

/**
 * Awaits calls of a page: not found becomes the not-found page, signed out goes to sign-in, a role that may not
 * goes to its own home. `const project = await loaded((call) => call.projects.get({ projectId }))`.
 */
export async function loaded<T>(load: (call: Caller) => Promise<T>): Promise<T> {
  try {
    return await load(await api());
  } catch (error) {
    if (error instanceof TRPCError) {
      if (error.code === 'NOT_FOUND') notFound();
      if (error.code === 'UNAUTHORIZED') redirect('/sign-in');
      if (error.code === 'FORBIDDEN') redirect('/');
    }
    throw error;
  }
}

/** What a call was refused for, for a page that shows it in the call's place and goes on. */
export type PageRefusal = { reason: string; message: string; href: string | undefined };

/**
 * As `loaded`; a refusal for `reason`, or one of several, comes back beside what else the page shows. `value` is null then, and only then.
 * `const { value, refusal } = await loadedUnless(WITHHELD, (call) => call.labels.finals({ batchId }))`.
 */
export async function loadedUnless<T extends object>(
  reason: string | readonly string[],
  load: (call: Caller) => Promise<T>,
): Promise<{ value: T; refusal: null } | { value: null; refusal: PageRefusal }> {
  try {
    return { value: await loaded(load), refusal: null };
  } catch (error) {
    const refused = error instanceof TRPCError ? error.cause : undefined;
    if (!isAppError(refused) || ![reason].flat().includes(refused.reason)) throw error;
    return {
      value: null,
      refusal: { reason: refused.reason, message: refused.message, href: refused.details[0]?.href },
    };
  }
}

/** The account of whoever is signed in, or null; for pages that are open to everybody. */
export const whoAmI = cache(async () => {
  const { command } = await pageContext();
  return command.actor.kind === 'user' ? (await api()).identity.me() : null;
});
