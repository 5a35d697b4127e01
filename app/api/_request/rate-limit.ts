import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Actor } from '#server/command/actor.ts';
import { clientAddress } from './client-address.ts';

/**
 * Calls per 10 s in this process. A person reading at full speed makes a few calls a second; a replay signs in as
 * twenty people. `everyone` bounds what addresses that a client can make up (x-forwarded-for) could do together.
 */
const person = new RateLimiterMemory({ keyPrefix: 'person', points: 1_000, duration: 10 });
const address = new RateLimiterMemory({ keyPrefix: 'address', points: 200, duration: 10 });
const everyone = new RateLimiterMemory({ keyPrefix: 'everyone', points: 1_000, duration: 10 });

/** Counts `calls` against whoever makes them; false when they have made too many. */
export async function admitCalls(actor: Actor, request: Request, calls: number): Promise<boolean> {
  if (actor.kind === 'user') return take(person, actor.sessionId, calls);
  return (
    (await take(address, clientAddress(request) ?? 'unknown', calls)) &&
    (await take(everyone, 'anonymous', calls))
  );
}

async function take(limiter: RateLimiterMemory, key: string, points: number): Promise<boolean> {
  try {
    await limiter.consume(key, points);
    return true;
  } catch (error) {
    if (error instanceof RateLimiterRes) return false;
    throw error;
  }
}
