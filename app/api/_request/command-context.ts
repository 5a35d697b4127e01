import type { Actor, UserActor } from '#server/command/actor.ts';
import type { CommandContext } from '#server/command/context.ts';
import { systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { database } from '#server/database.ts';
import { loadAndTouchUserActor, loadIdleUserActor, loadUserActor } from '#server/identity/load-actor.ts';
import { clientAddress } from './client-address.ts';
import { parseCookies, readSessionId } from './session-cookie.ts';

/** Header of calls that a page makes by itself (polling); they do not keep an idle session alive. */
export const BACKGROUND_HEADER = 'x-readroom-background';

/**
 * Header by which a page says whose work it carries: the person who had opened it. The cookie is the browser's, so that somebody else may
 * have signed in since in another tab; their session gets neither this work nor cases claimed for it.
 */
export const PERSON_HEADER = 'x-readroom-person';

/**
 * Who acts, by the signed cookie and the session row behind it; anonymous when either is missing or over, or when the call is of
 * another person's page than `personId`.
 */
export async function actorOf(
  cookies: Record<string, string>,
  isBackground = false,
  personId: string | null = null,
): Promise<Actor> {
  const sessionId = await readSessionId(cookies);
  if (sessionId === null) return { kind: 'anonymous' };
  const actor = isBackground
    ? await loadUserActor(database(), systemClock, sessionId)
    : await loadAndTouchUserActor(database(), systemClock, sessionId, personId);
  if (actor === null) return { kind: 'anonymous' };
  return personId === null || actor.personId === personId
    ? actor
    : { kind: 'anonymous', isSomebodyElse: true };
}

/**
 * Who is behind a call that a page makes by itself when its session is idle (R28), or null: not for a call that somebody made, which
 * has to find the screen locked. Only `heldProcedure` asks, when the actor is anonymous.
 */
export async function idleActorOf(request: Request): Promise<UserActor | null> {
  if (request.headers.get(BACKGROUND_HEADER) !== '1') return null;
  const sessionId = await readSessionId(parseCookies(request.headers.get('cookie')));
  const actor = sessionId === null ? null : await loadIdleUserActor(database(), systemClock, sessionId);
  const personId = request.headers.get(PERSON_HEADER);
  return personId === null || actor?.personId === personId ? actor : null;
}

/** The command context of one HTTP request; for every adapter under app/api. `isBackground`: a page asks by itself. */
export async function commandContextOf(
  request: Request,
  { isBackground = request.headers.get(BACKGROUND_HEADER) === '1' }: { isBackground?: boolean } = {},
): Promise<CommandContext> {
  return {
    db: database(),
    clock: systemClock,
    requestId: newId(),
    actor: await actorOf(
      parseCookies(request.headers.get('cookie')),
      isBackground,
      request.headers.get(PERSON_HEADER),
    ),
    address: clientAddress(request),
  };
}
