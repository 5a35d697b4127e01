import type { Database } from '#db/client.ts';
import type { Clock } from '#server/core/clock.ts';
import { seedDemo } from './demo/demo.ts';
import { seedMarketplace } from './marketplace/marketplace.ts';

export type DemoLogin = { role: string; email: string; password: string; what: string };

/** What a scenario is given: a migrated database as the app's role, a clock, and where to say what it does. */
export type ScenarioInput = { db: Database; clock: Clock; say: (line: string) => void };

/** Scenarios of `npm run db:seed -- NAME`: code over commands; each returns the logins it made. */
export const SCENARIOS: Record<string, (input: ScenarioInput) => Promise<DemoLogin[]>> = {
  demo: seedDemo,
  marketplace: seedMarketplace,
};
