import { settlePayment } from './resources/charge-payment-intent.ts';
import { markPayoutPaid } from './resources/payouts.ts';
import type { SandboxSettings } from './router.ts';
import type { Store } from './store.ts';

const MAX_WAIT_MS = 60_000;

export type Scheduler = {
  /** Does what has become due, and sleeps until the next; call it after each commit. */
  run(): void;
  stop(): void;
};

/** Settles bank payments and advances payouts when the sandbox's clock reaches their time. */
export function createScheduler(options: {
  store: Store;
  settings: SandboxSettings;
  onDone: () => void;
}): Scheduler {
  const { store, settings, onDone } = options;
  let sleeping: NodeJS.Timeout | undefined;

  const run = () => {
    clearTimeout(sleeping);
    const timers = store.transact((tx) => tx.list('timers'));
    const now = store.now();
    const due = timers.filter(([, timer]) => timer.at <= now);
    for (const [name, timer] of due) {
      store.transact((tx) => {
        tx.remove('timers', name);
        if (timer.kind === 'settle_payment') {
          settlePayment({ tx, settings, owner: timer.owner, cause: null }, timer.id);
        } else {
          markPayoutPaid(tx, timer.owner, timer.id, null);
        }
      });
    }
    if (due.length > 0) onDone();
    const next = Math.min(...timers.filter(([, timer]) => timer.at > now).map(([, timer]) => timer.at));
    if (Number.isFinite(next)) sleeping = setTimeout(run, Math.min(MAX_WAIT_MS, (next - now) * 1000));
  };

  return { run, stop: () => clearTimeout(sleeping) };
}
