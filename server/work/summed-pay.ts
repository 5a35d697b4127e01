import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { SECOND } from '#server/core/clock.ts';
import { hidesGold, shownFrom } from './blind-pay.ts';
import type { Tier } from './rules.ts';

/*
 * Pay that only the reads tell: how old each is where gold is hidden among them, or what each is worth where prices differ. It costs as
 * much as the person has read, so each process makes the sum of a reader once for some seconds, whatever was handed in since. It is kept whole,
 * as it was told from one view of the reads: newer counters beside an older sum would tell gold, which is accepted at once (R21).
 *
 * Where all reads have one price only the number that is due is asked for (`countDue`). With it come the instants of those that are due next, so
 * that it is exact for as long as these reach, and the reads are gone through some few times an hour.
 */

/** What a reader is shown of their pay in a batch, in minor units of its currency. */
export type OwnPay = {
  acceptedReads: number;
  acceptedMinor: bigint;
  /** Handed in, neither accepted nor rejected as far as the reader is told. */
  waitingReads: number;
  waitingMinor: bigint;
};

/** The key of a person's pay. */
export function payKey(of: { batchId: string; tier: string }): string {
  return `${of.batchId} ${of.tier}`;
}

/** Nothing handed in yet. */
export const NO_PAY: OwnPay = { acceptedReads: 0, acceptedMinor: 0n, waitingReads: 0, waitingMinor: 0n };

/** How old a sum may be. */
export const KEPT_SECONDS = 15;
/**
 * How old a number of due reads may be, which is brought up to date by what was due next. No longer: one read that is taken and another that is
 * given back between two looks leave the counters as they were.
 */
export const COUNTED_SECONDS = 300;
/** Reads whose instants come with the number of those that are due. */
export const MOST_NEXT = 200;
const MOST_KEPT = 5000;

/** `taken` is as it was: a read that was returned or rejected since is in no sum. */
type Asked = { batchId: string; tier: Tier; taken: string };
/** A sum, and when the next reads are due, in milliseconds since 1970: the first `MOST_NEXT` in order. */
type Summed = { pay: OwnPay; next: readonly number[] };
type Kept = { at: number; taken: string; sum: Promise<Summed>; next: readonly number[] };
const NOTHING: Summed = { pay: NO_PAY, next: [] };
const kept = new WeakMap<Queryable, Map<string, Kept>>();

/** The pay of a person in some batches and tiers by their reads, of at most `KEPT_SECONDS` ago; by `payKey`. */
export async function sumLately(
  q: Queryable,
  input: { annotatorId: string; now: Date; of: readonly Asked[] },
): Promise<Map<string, OwnPay>> {
  const at = input.now.getTime();
  const found = await keep(q, input, (known) => Math.abs(at - known.at) < KEPT_SECONDS * SECOND);
  return new Map([...found].map(([key, { pay }]) => [key, pay]));
}

/**
 * How many of a person's reads that hide gold are due to be shown as accepted now, by `payKey`. Whatever was handed in since the reads were gone
 * through is not due yet, and what was due next is known.
 */
export async function countDue(
  q: Queryable,
  input: { annotatorId: string; now: Date; of: readonly Asked[] },
): Promise<Map<string, number>> {
  const at = input.now.getTime();
  const reaches = ({ at: from, next }: Kept) =>
    at >= from &&
    at - from < COUNTED_SECONDS * SECOND &&
    (next.length < MOST_NEXT || at < (next.at(-1) ?? 0));
  const found = await keep(q, input, reaches);
  return new Map(
    [...found].map(([key, { pay, next }]) => [
      key,
      pay.acceptedReads + next.filter((due) => due <= at).length,
    ]),
  );
}

/** Sums that are kept and still good, and those made anew. */
async function keep(
  q: Queryable,
  input: { annotatorId: string; now: Date; of: readonly Asked[] },
  isGood: (known: Kept) => boolean,
): Promise<Map<string, Summed>> {
  const { annotatorId } = input;
  const sums = kept.get(q) ?? new Map<string, Kept>();
  kept.set(q, sums);
  const keyOf = (one: Asked) => `${annotatorId} ${payKey(one)}`;
  const at = input.now.getTime();
  const due = input.of.filter((one) => {
    const known = sums.get(keyOf(one));
    return known?.taken !== one.taken || !isGood(known);
  });
  if (due.length > 0) {
    const made = sumReads(q, { ...input, of: due });
    for (const one of due) {
      const sum = made.then((found) => found.get(payKey(one)) ?? NOTHING);
      const known: Kept = { at, taken: one.taken, sum, next: [] };
      sums.delete(keyOf(one));
      if (sums.size >= MOST_KEPT) sums.delete(sums.keys().next().value ?? '');
      sums.set(keyOf(one), known);
      sum.then(
        ({ next }) => {
          known.next = next;
        },
        () => {
          if (sums.get(keyOf(one)) === known) sums.delete(keyOf(one));
        },
      );
    }
  }
  const found = input.of.map(
    async (one) => [payKey(one), (await sums.get(keyOf(one))?.sum) ?? NOTHING] as const,
  );
  return new Map(await Promise.all(found));
}

type Row = {
  batchId: string;
  tier: Tier;
  acceptedReads: number;
  acceptedMinor: string;
  waitingReads: number;
  waitingMinor: string;
  /** Of each group of reads, when its first ones are due. */
  next: (number[] | null)[] | null;
};

/** By the rule of `blind-pay.ts`, read by read. Index: slots_person_task_key. */
async function sumReads(
  q: Queryable,
  input: { annotatorId: string; now: Date; of: readonly Asked[] },
): Promise<Map<string, Summed>> {
  const now = sql`${input.now.toISOString()}::timestamptz`;
  const rows = await q.execute<Row>(sql`
    select r.batch_id as "batchId", r.tier,
      r.accepted + coalesce(p.early_reads - p.held_reads, 0) as "acceptedReads",
      (r.accrued_minor + coalesce(p.early_minor - p.held_minor, 0))::text as "acceptedMinor",
      coalesce(p.waiting_reads, 0) as "waitingReads", coalesce(p.waiting_minor, 0)::text as "waitingMinor", p.next
    from unnest(${sql.param(input.of.map((one) => one.batchId))}::uuid[],
      ${sql.param(input.of.map((one) => one.tier))}::text[]) as u (batch_id, tier)
    join readers r on r.batch_id = u.batch_id and r.tier = u.tier and r.annotator_id = ${input.annotatorId}
    join batches b on b.id = r.batch_id
    left join lateral (
      select coalesce(sum(g.n) filter (where w.held), 0)::int as held_reads,
        coalesce(sum(g.n * t.price_minor) filter (where w.held), 0) as held_minor,
        coalesce(sum(g.n) filter (where w.early), 0)::int as early_reads,
        coalesce(sum(g.n * t.price_minor) filter (where w.early), 0) as early_minor,
        coalesce(sum(g.n) filter (where w.waits), 0)::int as waiting_reads,
        coalesce(sum(g.n * t.price_minor) filter (where w.waits), 0) as waiting_minor,
        jsonb_agg(to_jsonb(g.next)) as next
      -- A price is looked up for each version of the terms, not for each read.
      from (
        select s.terms_no, s.status = 'accepted' as accepted, coalesce(${shownFrom} <= ${now}, false) as due, count(*) as n,
          (array_agg((extract(epoch from ${shownFrom}) * 1000)::float8 order by ${shownFrom})
            filter (where ${hidesGold} and ${shownFrom} > ${now}))[1:${sql.raw(String(MOST_NEXT))}] as next
        from slots s
        where s.batch_id = r.batch_id and s.annotator_id = r.annotator_id and s.tier = r.tier
          and s.status in ('submitted', 'accepted') and b.status <> 'settled'
        group by 1, 2, 3) g
      join terms t on t.batch_id = r.batch_id and t.annotator_id = r.annotator_id and t.tier = r.tier
        and t.terms_no = g.terms_no
      cross join lateral (select ${hidesGold} and r.tier = 'label' as blind) d
      -- Accepted but not shown so yet; shown so although the job that accepts it has not come by; neither.
      cross join lateral (
        select d.blind and g.accepted and not g.due as held, d.blind and not g.accepted and g.due as early,
          case when d.blind then not g.due else not g.accepted end as waits) w) p on true`);
  return new Map(
    [...rows].map((row) => [
      payKey(row),
      {
        pay: {
          acceptedReads: row.acceptedReads,
          acceptedMinor: BigInt(row.acceptedMinor),
          waitingReads: row.waitingReads,
          waitingMinor: BigInt(row.waitingMinor),
        },
        next: (row.next ?? [])
          .flatMap((some) => some ?? [])
          .sort((a, b) => a - b)
          .slice(0, MOST_NEXT),
      },
    ]),
  );
}
