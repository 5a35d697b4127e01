import { type SQL, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { daysAfter } from './availability-rules.ts';
import { publicHolidays } from './public-holidays.ts';

/** The people that a statement asks of, said of the column that holds their id. */
export type WantedPeople = (column: SQL) => SQL;

/** A public holiday in the coming week, by the calendar that keeps it. */
type KeptHoliday = { country: string; region: string | null; on: string };

/** What the statement of free hours needs to be told: the first of seven days, and the public holidays in them. */
export type ComingWeek = { from: string; holidays: readonly KeptHoliday[] };

/**
 * The seven days from one on with the public holidays that anybody could keep in them: of the calendars that these people, or
 * vendors for theirs, have chosen, and of the own countries of those who keep these. The calendars are no table, so that the
 * statement is given the few days they make.
 */
export async function comingWeek(q: Queryable, from: string, wanted: WantedPeople): Promise<ComingWeek> {
  const calendars = await q.execute<{ country: string; region: string | null }>(sql`
    select c.country, c.region from holiday_choices c where c.keeps and c.country is not null and ${wanted(sql`c.person_id`)}
    union select d.country, d.region from holiday_defaults d where d.country is not null
    union select p.country, null from availability a join people p on p.id = a.person_id and p.country is not null
      where ${wanted(sql`a.person_id`)} and (exists (select from holiday_defaults d where d.country is null)
        or exists (select from holiday_choices c where c.person_id = a.person_id and c.keeps and c.country is null))`);
  const to = daysAfter(from, 6);
  const found = await Promise.all(
    [...calendars].map(async (calendar) =>
      (await publicHolidays(calendar, from, to)).map(({ on }) => ({ ...calendar, on })),
    ),
  );
  return { from, holidays: found.flat() };
}

/**
 * The days of the coming week on which people are away, as `select person_id, days`: what they said, and the public holidays that
 * count for them by `calendarOf`. A person of several vendors who has chosen nothing is away where each of these has set it:
 * else there is one to read for. `reading` is a relation of person_id and org_ids, whom people read for.
 */
export function daysAwaySql({ from, holidays }: ComingWeek, wanted: WantedPeople): SQL {
  const to = daysAfter(from, 6);
  const isWorked = sql`exists (select from worked_holidays w where w.person_id = p.id and w.on_day = h.on_day)`;
  const kept = sql`jsonb_to_recordset(${JSON.stringify(
    holidays.map(({ on, ...calendar }) => ({ ...calendar, on_day: on })),
  )}::text::jsonb) as h (country text, region text, on_day date)`;
  // The place that was chosen with its region, or the own country as a whole.
  const isOf = (of: SQL) =>
    sql`h.country = coalesce(${of}.country, p.country) and h.region is not distinct from case when ${of}.country is not null then ${of}.region end`;
  const byCalendar =
    holidays.length === 0
      ? sql``
      : sql`
        union all
        select p.id, h.on_day from holiday_choices c join people p on p.id = c.person_id join ${kept} on ${isOf(sql`c`)}
        where c.keeps and ${wanted(sql`c.person_id`)} and not ${isWorked}
        union all
        select p.id, h.on_day from reading r cross join unnest(r.org_ids) as o (org_id) join holiday_defaults d on d.org_id = o.org_id
          join people p on p.id = r.person_id join ${kept} on ${isOf(sql`d`)}
        where not exists (select from holiday_choices c where c.person_id = p.id) and not ${isWorked}
        group by p.id, r.org_ids, h.on_day having count(*) = cardinality(r.org_ids)`;
  return sql`
    select person_id, array_agg(on_day) as days from (
      select x.person_id, d::date as on_day from absences x
        cross join generate_series(greatest(x.from_on, ${from}::date), least(x.to_on, ${to}::date), interval '1 day') d
      where x.withdrawn_at is null and x.from_on <= ${to}::date and x.to_on >= ${from}::date and ${wanted(sql`x.person_id`)}${byCalendar}
    ) of_days group by person_id`;
}

/**
 * Hours that somebody can still give in the seven days from `from` on: `hoursInWeek` without the days away, less what rosters in force
 * book them for this week; null where nothing was said. For a row `a` of availability (or none) and `f` of {@link daysAwaySql} (or
 * none). What is offered never goes beyond the windows (`availabilityProblems`), so they are looked at only where a day is off.
 */
export function freeHoursSql({ from }: ComingWeek): SQL {
  const day = sql`${from}::date`;
  return sql`case when a.person_id is null then null else greatest(0,
    case when f.person_id is null then a.hours_per_week else least(a.hours_per_week, (
      select coalesce(sum((w ->> 'toMinute')::int - (w ->> 'fromMinute')::int), 0) / 60.0 from jsonb_array_elements(a.windows) w
      where ${day} + ((w ->> 'day')::int - extract(isodow from ${day})::int + 7) % 7 <> all (f.days))) end
    - coalesce((
      select sum((s.hours ->> ((${day} - p.start_on) / 7))::numeric)
      from roster_assignments s join roster_plans p on p.id = s.plan_id and p.status = 'chosen'
        and ${day} between p.start_on and p.start_on + p.weeks * 7 - 1
      where s.person_id = a.person_id and s.status in ('proposed', 'accepted')), 0))::float8 end`;
}
