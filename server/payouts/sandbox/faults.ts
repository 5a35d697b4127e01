import { z } from 'zod';

/**
 * What can go wrong with an API call.
 * - `reset_before`, `crash_before`: nothing happens, the connection breaks (or the sandbox dies).
 * - `error_before` 500, `conflict` 409, `rate_limit` 429: nothing happens, nothing is stored under the key.
 * - `error_stored`: it happens, and 500 is what the key stores and replays.
 * - `error_after`, `reset_after`, `timeout_after`, `crash_after`: it happens, its answer is stored and lost on the way.
 * - `slow`: the answer, and the key, are held for `delayMs`.
 */
const callFault = z.strictObject({
  on: z.literal('call'),
  kind: z.enum([
    'reset_before',
    'crash_before',
    'error_before',
    'conflict',
    'rate_limit',
    'error_stored',
    'error_after',
    'reset_after',
    'timeout_after',
    'crash_after',
    'slow',
  ]),
  method: z.string().default('POST'),
  pathPrefix: z.string().default('/v'),
  times: z.number().int().min(1).max(1000).default(1),
  delayMs: z.number().int().min(0).max(600_000).default(0),
});

/** What can go wrong with a webhook; `hold` keeps it back until the next one has gone out. */
const webhookFault = z.strictObject({
  on: z.literal('webhook'),
  kind: z.enum(['duplicate', 'delay', 'hold', 'bad_signature', 'old_timestamp', 'future_timestamp', 'drop']),
  typePrefix: z.string().default(''),
  times: z.number().int().min(1).max(1000).default(1),
  delayMs: z.number().int().min(0).max(600_000).default(0),
});

export const faultInput = z.discriminatedUnion('on', [callFault, webhookFault]);

export type CallFault = z.output<typeof callFault>;
export type WebhookFault = z.output<typeof webhookFault>;

/** Faults asked for and not yet used, first in first out; forgotten on restart. */
export type Faults = {
  add(fault: CallFault | WebhookFault): void;
  clear(): void;
  takeForCall(method: string, path: string): CallFault | null;
  takeForWebhook(type: string): WebhookFault | null;
};

export function createFaults(): Faults {
  let waiting: Array<CallFault | WebhookFault> = [];
  const take = <F extends CallFault | WebhookFault>(
    matches: (fault: CallFault | WebhookFault) => fault is F,
  ) => {
    const fault = waiting.find(matches);
    if (!fault) return null;
    fault.times -= 1;
    if (fault.times === 0) waiting = waiting.filter((other) => other !== fault);
    return fault;
  };
  return {
    add: (fault) => {
      waiting.push({ ...fault });
    },
    clear: () => {
      waiting = [];
    },
    takeForCall: (method, path) =>
      take(
        (fault): fault is CallFault =>
          fault.on === 'call' && fault.method === method && path.startsWith(fault.pathPrefix),
      ),
    takeForWebhook: (type) =>
      take((fault): fault is WebhookFault => fault.on === 'webhook' && type.startsWith(fault.typePrefix)),
  };
}
