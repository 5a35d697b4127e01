import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { type SpentCap, spentCap } from './cap-rules.ts';

type Row = {
  personId: string;
  caps: (number | null)[];
  taken: number[];
  most: (number | null)[];
  minutes: number;
};

/**
 * Those of a project's readers who have used up their cap or the day's minutes in every running batch that is open to them
 * (`spentCap`), and what it was. Asked of one person, or of all who have joined; nobody else has used up anything. Sums of
 * readers' own rows. Indexes: batches_project_idx, readers_pkey, readers_person_idx.
 */
export async function listSpentPeople(
  q: Queryable,
  of: { projectId: string; now: Date; personId?: string },
): Promise<Map<string, SpentCap>> {
  const who = of.personId === undefined ? sql`` : sql` and r.annotator_id = ${of.personId}`;
  const day = of.now.toISOString().slice(0, 10);
  const rows = await q.execute<Row>(sql`
    with live as (
      select b.id, b.vendor_org_id, b.pools, b.max_active_minutes_per_day as most,
        least(b.max_reads_per_reader, case when b.max_reader_share_basis_points is not null
          then greatest(1, (b.slot_count - b.asked_repeats)::bigint * b.max_reader_share_basis_points / 10000) end)::int as cap
      from batches b
      where b.project_id = ${of.projectId} and b.status = 'open' and b.reserved_for is null
        and b.kind in ('pilot', 'production', 'relabel')
    ), joined as (
      select distinct r.annotator_id as person_id from live l join readers r on r.batch_id = l.id
      where r.tier = 'label'${who}
        -- Who could read on in a batch that keeps nobody from anything has used up nothing.
        and not exists (select from live o where o.cap is null and o.most is null and o.vendor_org_id is null and o.pools is null)
    ), today as (
      select r.annotator_id as person_id, sum(r.day_active_ms) / 60000.0 as minutes
      from joined j join readers r on r.annotator_id = j.person_id
      where r.active_day = ${day}::date group by 1
    ), stands as (
      select j.person_id, l.cap, l.most, coalesce(t.minutes, 0) as minutes,
        coalesce(r.claimed - r.skipped - r.expired - r.released - r.corrected - r.repeats_taken, 0) as taken
      from joined j cross join live l
      left join readers r on r.batch_id = l.id and r.annotator_id = j.person_id and r.tier = 'label'
      left join today t on t.person_id = j.person_id
      where r.batch_id is not null or exists (
        select from memberships m join organisations g on g.id = m.org_id
        where m.person_id = j.person_id and m.status = 'active'
          and (l.vendor_org_id is null or l.vendor_org_id = m.org_id)
          and (l.pools is null or jsonb_typeof(l.pools) <> 'array' or exists (
            select from jsonb_array_elements(l.pools) p
            where case when coalesce((p ->> 'isDirect')::boolean, false) then g.kind = 'independent'
              else p ->> 'orgId' is null or (p ->> 'orgId')::uuid = m.org_id end)))
    )
    select person_id as "personId", array_agg(cap) as caps, array_agg(taken) as taken, array_agg(most) as most,
      max(minutes)::float8 as minutes
    from stands group by person_id
    having bool_and((cap is not null and taken >= cap) or (most is not null and floor(minutes) >= most))`);
  const spent = new Map<string, SpentCap>();
  for (const row of rows) {
    const batches = row.caps.map((cap, i) => ({
      cap,
      taken: row.taken[i] ?? 0,
      mostMinutes: row.most[i] ?? null,
    }));
    const found = spentCap(batches, row.minutes);
    if (found !== null) spent.set(row.personId, found);
  }
  return spent;
}
