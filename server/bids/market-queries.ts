import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';

/**
 * What vendors have asked for a read in bids that are not sealed, newest first, at most 2,000; for figures over several vendors
 * only: a single price is its two sides' business.
 */
export async function listAskedPrices(
  q: Queryable,
  of: { currency: string; modality: string; anatomy: string; now: Date },
): Promise<{ vendorOrgId: string; pricePerReadMinor: bigint; isLike: boolean; model: string }[]> {
  const rows = await q.execute<{ vendorOrgId: string; price: string; isLike: boolean; model: string }>(sql`
    select b.vendor_org_id as "vendorOrgId", b.price_per_read_minor::text as price,
      (p.modality = ${of.modality} and p.anatomy = ${of.anatomy}) as "isLike",
      coalesce(b.pricing ->> 'model', 'per_label') as model
    from bids b join calls c on c.id = b.call_id join projects p on p.id = b.project_id
    where b.currency = ${of.currency} and b.status in ('submitted', 'shortlisted', 'piloting', 'awarded')
      and not (c.is_sealed and c.status = 'open' and c.closes_at > ${of.now.toISOString()}::timestamptz)
    order by b.created_at desc, b.id limit 2000`);
  return [...rows].map(({ price, ...row }) => ({ ...row, pricePerReadMinor: BigInt(price) }));
}

/** Days from the opening of a call to an award under it, of the newest 200 awards. */
export async function listLeadDays(q: Queryable): Promise<number[]> {
  const rows = await q.execute<{ days: number }>(sql`
    select extract(epoch from k.created_at - c.opens_at)::float8 / 86400 as days
    from contracts k join calls c on c.id = k.call_id
    where k.kind = 'award' order by k.created_at desc limit 200`);
  return [...rows].map((row) => row.days);
}
