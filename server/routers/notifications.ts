import { readLocalMailbox } from '#server/notifications/local-mailbox.ts';
import { markNoticesRead } from '#server/notifications/mark-notices-read.ts';
import { listNotices } from '#server/notifications/reads.ts';
import * as schema from '#server/notifications/schemas.ts';
import { publicProcedure, router, selfProcedure } from './trpc.ts';

/** What a person should know; and the mailbox of an installation that sends no mail. */
export const notificationsRouter = router({
  list: selfProcedure()
    .input(schema.listNoticesInput)
    .output(schema.notices)
    .query(({ ctx, input }) => listNotices(ctx.command.db, ctx.command.actor.personId, input)),
  markRead: selfProcedure()
    .input(schema.markNoticesReadInput)
    .output(schema.marked)
    .mutation(({ ctx, input }) => markNoticesRead(ctx.command, input)),
  mailbox: publicProcedure()
    .input(schema.mailboxInput)
    .output(schema.localMails)
    .query(({ ctx, input }) => readLocalMailbox(ctx.command, input)),
});
