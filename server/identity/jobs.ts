import { lt } from 'drizzle-orm';
import { z } from 'zod';
import { signInFailures } from '#db/schema/identity.ts';
import { HOUR, plus } from '#server/core/clock.ts';
import { defineJob } from '#server/jobs/job.ts';

/** Forgets failed sign-ins once they no longer count, because the addresses typed there may be anybody's. */
export const forgetSignInFailuresJob = defineJob({
  name: 'identity.forget-sign-in-failures',
  payload: z.object({}),
  every: { seconds: 3_600, payload: {} },
  run: async (ctx) => {
    await ctx.db.delete(signInFailures).where(lt(signInFailures.hour, plus(ctx.clock.now(), -2 * HOUR)));
  },
});
