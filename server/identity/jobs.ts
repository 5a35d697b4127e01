import { lt } from 'drizzle-orm';
import { z } from 'zod';
import { mailLinks, signInFailures } from '#db/schema/identity.ts';
import { HOUR, plus } from '#server/core/clock.ts';
import { defineJob } from '#server/jobs/job.ts';
import { sendPasswordReset } from './reset-password.ts';

/** Forgets failed sign-ins once they no longer count, because the addresses typed there may be anybody's. */
export const forgetSignInFailuresJob = defineJob({
  name: 'identity.forget-sign-in-failures',
  payload: z.object({}),
  every: { seconds: 3_600, payload: {} },
  run: async (ctx) => {
    await ctx.db.delete(signInFailures).where(lt(signInFailures.hour, plus(ctx.clock.now(), -2 * HOUR)));
  },
});

/** Mails the link to a new password where there is an account for the address that was typed. */
export const sendPasswordResetJob = defineJob({
  name: 'identity.send-password-reset',
  payload: z.object({ email: z.string() }),
  run: sendPasswordReset,
});

/** Forgets links a day after they stopped working; until then their page says why they do not. */
export const forgetMailLinksJob = defineJob({
  name: 'identity.forget-mail-links',
  payload: z.object({}),
  every: { seconds: 3_600, payload: {} },
  run: async (ctx) => {
    await ctx.db.delete(mailLinks).where(lt(mailLinks.expiresAt, plus(ctx.clock.now(), -24 * HOUR)));
  },
});
