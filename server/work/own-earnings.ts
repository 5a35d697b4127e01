import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { UserContext } from '#server/command/context.ts';
import { listOwnPay } from './own-pay.ts';
import { BATCH_KINDS } from './schemas.ts';
import { NO_PAY, payKey } from './summed-pay.ts';

const MOST_LINES = 200;

export const ownEarnings = z.object({
  lines: z.array(
    z.object({
      batchId: z.uuid(),
      batch: z.string(),
      project: z.string(),
      kind: z.enum(BATCH_KINDS),
      tier: z.enum(['label', 'review', 'audit', 'adjudicate']),
      submitted: z.number().int(),
      rejected: z.number().int(),
      activeMs: z.number(),
      acceptedMinor: z.bigint(),
      waitingReads: z.number().int(),
      waitingMinor: z.bigint(),
      /** Accepted and waiting, per active hour; null until a minute of work. */
      perActiveHourMinor: z.bigint().nullable(),
      currency: z.string(),
      payee: z.string(),
      isPayeeOwn: z.boolean(),
      joinedAt: z.date(),
    }),
  ),
});

export type OwnEarnings = z.infer<typeof ownEarnings>;

type LineRow = Omit<
  OwnEarnings['lines'][number],
  'acceptedMinor' | 'waitingReads' | 'waitingMinor' | 'perActiveHourMinor' | 'joinedAt' | 'activeMs'
> & { activeMs: string; joinedAt: string };

/**
 * A person's own earnings by batch, newest first. Pay as
 * `listOwnPay` may show it (R21); what a vendor pays its staff is not in it.
 */
export async function listOwnEarnings(ctx: UserContext): Promise<OwnEarnings> {
  const { personId } = ctx.actor;
  const rows = await ctx.db.execute<LineRow>(sql`
    select r.batch_id as "batchId", b.name as batch, p.title as project, b.kind, r.tier, r.submitted, r.rejected,
      r.active_ms::text as "activeMs", b.currency, o.legal_name as payee, o.kind = 'independent' as "isPayeeOwn",
      r.joined_at as "joinedAt"
    from readers r join batches b on b.id = r.batch_id join projects p on p.id = b.project_id
    join engagements e on e.id = r.engagement_id join organisations o on o.id = e.via_org_id
    where r.annotator_id = ${personId} order by r.joined_at desc, r.batch_id limit ${MOST_LINES}`);
  const batchIds = [...new Set([...rows].map((row) => row.batchId))];
  const pay = await listOwnPay(ctx.db, { annotatorId: personId, now: ctx.clock.now(), batchIds });
  return {
    lines: [...rows].map((row) => {
      const { acceptedMinor, waitingReads, waitingMinor } = pay.get(payKey(row)) ?? NO_PAY;
      const activeMs = Number(row.activeMs);
      const perActiveHourMinor =
        activeMs < 60_000 ? null : ((acceptedMinor + waitingMinor) * 3_600_000n) / BigInt(activeMs);
      return {
        ...row,
        activeMs,
        joinedAt: new Date(row.joinedAt),
        acceptedMinor,
        waitingReads,
        waitingMinor,
        perActiveHourMinor,
      };
    }),
  };
}
