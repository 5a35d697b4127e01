import { z } from 'zod';
import { getAccount, listOwnSessions } from '#server/identity/get-account.ts';
import * as schema from '#server/identity/schemas.ts';
import { router, selfProcedure } from './trpc.ts';

/** Accounts, sessions, organisations and who belongs to them. */
export const identityRouter = router({
  me: selfProcedure()
    .output(schema.account)
    .query(({ ctx }) => getAccount(ctx.command)),
  sessions: selfProcedure()
    .output(z.array(schema.openSession))
    .query(({ ctx }) => listOwnSessions(ctx.command)),
});
