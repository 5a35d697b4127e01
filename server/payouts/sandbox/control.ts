import { z } from 'zod';
import { ApiError } from './api-error.ts';
import { type Faults, faultInput } from './faults.ts';
import type { Params } from './request.ts';
import { setOnboarding } from './resources/accounts.ts';
import { markPayoutFailed, markPayoutPaid } from './resources/payouts.ts';
import { PLATFORM, type Store } from './store.ts';
import type { WebhookSender } from './webhooks.ts';

const clockInput = z.strictObject({
  advanceSeconds: z
    .number()
    .int()
    .min(0)
    .max(10 * 366 * 86_400),
});
const onboardingInput = z.strictObject({
  outcome: z.enum(['complete', 'failed', 'pending', 'rejected', 'unfinished']),
});
const payoutInput = z.strictObject({
  outcome: z.enum(['paid', 'failed']),
  failureCode: z.string().default('account_closed'),
});

type Control = { store: Store; faults: Faults; webhooks: WebhookSender };

/** Answers `/_sandbox/…` calls, which steer the sandbox and exist in no real API. */
export function answerControl(control: Control, method: string, path: string, params: Params): object {
  const { store, faults, webhooks } = control;
  const [, , area = '', id = '', verb = ''] = path.split('/');
  switch (`${method} ${area}${verb ? ` ${verb}` : ''}`) {
    case 'POST faults':
      faults.add(check(faultInput, params));
      return { ok: true };
    case 'DELETE faults':
      faults.clear();
      return { ok: true };
    case 'POST clock':
      return advanceClock(store, check(clockInput, params).advanceSeconds);
    case 'POST accounts onboarding':
      return store.transact((tx) => setOnboarding(tx, id, check(onboardingInput, params).outcome));
    case 'POST payouts outcome':
      return settlePayout(store, id, check(payoutInput, params));
    case 'POST events redeliver':
      return { endpoints: webhooks.redeliver(id) };
    case 'GET balances':
      return store.transact((tx) =>
        Object.fromEntries(
          [PLATFORM, ...tx.list('accounts').map(([account]) => account)].map((owner) => [
            owner,
            Object.fromEntries(tx.balance(owner)),
          ]),
        ),
      );
    case 'GET deliveries':
      return { deliveries: store.transact((tx) => tx.list('deliveries').map(([, row]) => row)) };
    default:
      throw new ApiError(404, {
        type: 'invalid_request_error',
        message: `The sandbox has no ${method} ${path}.`,
      });
  }
}

function advanceClock(store: Store, seconds: number): object {
  store.transact((tx) => {
    const before = tx.get('settings', 'settings')?.clockOffsetSeconds ?? 0;
    tx.put('settings', 'settings', { clockOffsetSeconds: before + seconds });
  });
  return { now: store.now() };
}

function settlePayout(store: Store, id: string, input: z.output<typeof payoutInput>): object {
  return store.transact((tx) => {
    if (input.outcome === 'failed') return markPayoutFailed(tx, id, input.failureCode);
    const row = tx.get('payouts', id);
    if (row) markPayoutPaid(tx, row.owner, id, null);
    return { ok: row !== undefined };
  });
}

function check<S extends z.ZodType>(schema: S, params: Params): z.output<S> {
  const result = schema.safeParse(params);
  if (result.success) return result.data;
  throw new ApiError(400, { type: 'invalid_request_error', message: z.prettifyError(result.error) });
}
