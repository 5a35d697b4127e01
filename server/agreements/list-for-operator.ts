import { z } from 'zod';
import type { Queryable } from '#db/client.ts';
import { listAgreementPage, listWaitingFor } from './queries.ts';
import { viewsOf } from './reads.ts';
import { agreementView } from './schemas.ts';

/** A page of the platform's agreements, optionally only those with whom a text names. */
export const operatorListInput = z.object({
  text: z.string().trim().max(120).default(''),
  after: z.uuid().optional(),
  limit: z.number().int().min(1).max(100).default(50),
});
export const operatorAgreements = z.object({
  waiting: z.array(agreementView),
  /** How many wait in all; the first of them are shown. */
  waitingTotal: z.number().int(),
  agreements: z.array(agreementView),
  next: z.uuid().nullable(),
});
type OperatorAgreements = z.infer<typeof operatorAgreements>;

/** Most that are shown of what waits for the platform's signature; the next follow as these are signed. */
const WAITING_SHOWN = 100;

/**
 * For the platform's operators: what waits for its signature, what the other side has signed first and oldest first, whatever
 * else there is; and all its agreements by pages, newest first.
 */
export async function listForOperator(
  q: Queryable,
  at: { orgId: string; text: string; after?: string | undefined; limit: number },
): Promise<OperatorAgreements> {
  const waiting = await listWaitingFor(q, { orgId: at.orgId, limit: WAITING_SHOWN });
  const rows = await listAgreementPage(q, { ...at, after: at.after ?? null, limit: at.limit + 1 });
  const page = rows.slice(0, at.limit);
  return {
    waiting: await viewsOf(q, waiting.rows, at.orgId),
    waitingTotal: waiting.total,
    agreements: await viewsOf(q, page, at.orgId),
    next: rows.length > at.limit ? (page.at(-1)?.agreement.id ?? null) : null,
  };
}
