import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { UserContext } from '#server/command/context.ts';
import { getPlatformContact } from '#server/identity/reads.ts';
import { listOwnPay, NO_PAY, payKey } from './own-pay.ts';
import { BATCH_KINDS } from './schemas.ts';

const MOST_LINES = 200;
const MOST_REJECTIONS = 100;

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
  rejections: z.array(
    z.object({
      labelId: z.uuid(),
      project: z.string(),
      batch: z.string(),
      sponsor: z.string(),
      reason: z.enum(['no_effort', 'protocol_rule_broken', 'wrong_case', 'not_own_work', 'duplicate']),
      evidence: z.string(),
      submittedAt: z.date(),
      decidedAt: z.date(),
    }),
  ),
  /** Whom to write to who does not agree with a rejection; null while there is none. */
  appealTo: z.object({ legalName: z.string(), email: z.string().nullable() }).nullable(),
});

export type OwnEarnings = z.infer<typeof ownEarnings>;

type LineRow = Omit<
  OwnEarnings['lines'][number],
  'acceptedMinor' | 'waitingReads' | 'waitingMinor' | 'perActiveHourMinor' | 'joinedAt' | 'activeMs'
> & { activeMs: string; joinedAt: string };

/**
 * A person's own earnings by batch, newest first, and their rejected reads with reason and evidence (R31). Pay as
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
  const rejections = await listRejections(ctx, batchIds);
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
    rejections,
    appealTo: rejections.length === 0 ? null : await getPlatformContact(ctx.db),
  };
}

type RejectionRow = Omit<OwnEarnings['rejections'][number], 'submittedAt' | 'decidedAt'> & {
  submittedAt: string;
  decidedAt: string;
};

async function listRejections(
  ctx: UserContext,
  batchIds: readonly string[],
): Promise<OwnEarnings['rejections']> {
  // One person's labels of their own batches; reviews by their label.
  const rows = await ctx.db.execute<RejectionRow>(sql`
    select v.label_id as "labelId", p.title as project, b.name as batch, o.legal_name as sponsor, v.reason,
      v.comment as evidence, l.submitted_at as "submittedAt", v.created_at as "decidedAt"
    from reviews v
    join labels l on l.batch_id = v.batch_id and l.id = v.label_id
    join batches b on b.id = v.batch_id join projects p on p.id = b.project_id join organisations o on o.id = p.org_id
    where v.batch_id = any(${sql.param([...batchIds])}::uuid[]) and v.outcome = 'reject'
      and l.annotator_id = ${ctx.actor.personId}
    order by v.created_at desc limit ${MOST_REJECTIONS}`);
  return [...rows].map((row) => ({
    ...row,
    submittedAt: new Date(row.submittedAt),
    decidedAt: new Date(row.decidedAt),
  }));
}
