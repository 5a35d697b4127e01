import type { Queryable } from '#db/client.ts';
import { HOUR, plus } from '#server/core/clock.ts';
import { organisationsById } from '#server/identity/reads.ts';
import { getProject } from '#server/projects/reads.ts';
import { findEngagements } from '#server/staffing/reads.ts';
import { decideAllowed } from './allow-readers.ts';
import { notMet, part } from './claim-queries.ts';
import { fits, rolesFor } from './eligibility-rules.ts';
import { hotSql } from './hot-sql.ts';
import { LANES_PER_POOL, poolList, poolsFor } from './pool-rules.ts';
import { type Batch, LIVE } from './reads.ts';
import { SLOT_BASE, TIERS, type Tier } from './rules.ts';

/** A turn that has waited less may still be somebody's who is being seated. */
const AFTER_HOURS = 4;
/** Turns looked at per batch and tier, late ones first; where more wait, those come up when these are taken. */
const LOOKED_AT = 1000;
/** Where more people are engaged somebody is left; more are not gone through. */
const MOST_PEOPLE = 500;

/** Kinds whose reads come to a final label, or to gold: there a turn that nobody takes keeps the batch from its end. */
const KINDS: readonly Batch['kind'][] = ['pilot', 'production', 'relabel', 'self_label'];

/** Cases that wait at a tier for somebody who is not there. */
export type Stranded = {
  tier: Tier;
  cases: number;
  /** True where more turns wait than were looked at, so that there may be more such cases. */
  isMore: boolean;
  /** True where nobody at all is engaged; else everybody who is has read or decided these cases, or may not read in their share. */
  isUnstaffed: boolean;
};

type Person = { personId: string; pools: { from: number; to: number } };

/**
 * Which turns of a live batch have been open for hours though nobody engaged could take them (R23, R25): nobody is engaged at the tier,
 * or all who are have met the case. By the guard of the claim itself. Doubt is for the people: caps, credentials, countries and rest
 * are not asked, so that what is named here does need somebody else. Bounded; for a standing job and a sponsor's page, never for a claim.
 */
export async function listStranded(q: Queryable, batch: Batch, now: Date): Promise<Stranded[]> {
  if (!LIVE.includes(batch.status) || !KINDS.includes(batch.kind) || batch.reservedFor !== null) return [];
  const before = plus(now, -AFTER_HOURS * HOUR);
  const found: Stranded[] = [];
  for (const tier of TIERS) {
    if (tier === 'label' && !isReadSince(batch, before)) continue;
    if (!(await hasWaiting(q, { batchId: batch.id, tier, before }))) continue;
    const people = await peopleFor(q, batch, tier);
    if (people === null) continue;
    const counted = await countStranded(q, { batchId: batch.id, tier, before, people });
    if (counted.cases > 0) found.push({ tier, ...counted, isUnstaffed: people.length === 0 });
  }
  return found;
}

/** Reads are taken in an open batch alone; the fresh ones have waited since it opened. */
function isReadSince(batch: Batch, before: Date): boolean {
  return batch.status === 'open' && batch.openedAt !== null && batch.openedAt <= before;
}

/** Everybody engaged who works at a tier of the batch, and of which pools; null where they are too many to be all out. */
async function peopleFor(q: Queryable, batch: Batch, tier: Tier): Promise<Person[] | null> {
  const project = await getProject(q, batch.projectId);
  const engaged = await findEngagements(q, { projectId: batch.projectId, roles: rolesFor(batch, tier) });
  const fitting = engaged.filter(
    (one) => fits(batch, project.orgId, one, tier) && decideAllowed(batch, project, one, true).allowed,
  );
  if (fitting.length > MOST_PEOPLE) return null;
  const pools = tier === 'label' ? poolList.parse(batch.pools) : null;
  const orgs =
    pools === null
      ? null
      : await organisationsById(
          q,
          fitting.map((one) => one.viaOrgId),
        );
  return fitting.flatMap(({ personId, viaOrgId }) => {
    const isIndependent = orgs?.get(viaOrgId)?.kind === 'independent';
    const who = { orgId: viaOrgId, country: batch.onshoreCountry, isIndependent };
    const mine = poolsFor({ pools, onshoreCountry: batch.onshoreCountry }, who);
    return mine === null ? [] : [{ personId, pools: mine }];
  });
}

type Turns = { batchId: string; tier: Tier; before: Date };

/** The open turns of a tier, at most `LOOKED_AT`, those in late lanes first; in these the key is the instant since when. Index: slots_claim_idx. */
function turns(q: Queryable, p: Turns) {
  const sql = hotSql(q);
  // Dealt gold and repeats are one person's: gold keeps no case from its label, and a repeat ends when its reader has left (`end-repeats.ts`).
  return part(sql`
    looked as materialized (
      select s.task_id, s.slot_no, s.tier, s.round, s.lane, s.sort_key from slots s
      where s.batch_id = ${p.batchId} and s.tier = ${p.tier} and s.annotator_id is null and s.reserved_for is null
        and s.slot_no < ${SLOT_BASE.gold}::int
      order by s.lane, (s.sort_key >> 3) limit ${LOOKED_AT}),
    turns as materialized (
      select * from looked o where o.lane > 0 or o.sort_key <= ${(BigInt(p.before.getTime()) * 1000n).toString()}::bigint)`);
}

async function hasWaiting(q: Queryable, p: Turns): Promise<boolean> {
  const rows = await hotSql(q)`with ${turns(q, p)} select 1 from turns limit 1`;
  return rows.length > 0;
}

/** Cases with a turn that none of the people may take; of each person three key probes, up to the first who may. */
async function countStranded(
  q: Queryable,
  p: Turns & { people: readonly Person[] },
): Promise<Pick<Stranded, 'cases' | 'isMore'>> {
  const sql = hotSql(q);
  const someone = { batchId: p.batchId, tier: p.tier, annotatorId: part(sql`c.person_id`) };
  const [row] = await sql`
    with ${turns(q, p)}
    select count(distinct s.task_id)::int as cases, (select count(*) from looked) >= ${LOOKED_AT} as is_more from turns s
    where (select true from unnest(${p.people.map((one) => one.personId)}::uuid[],
        ${p.people.map((one) => one.pools.from)}::int[], ${p.people.map((one) => one.pools.to)}::int[]) c(person_id, pool_from, pool_to)
      where (s.lane = 0 or (case when s.lane < 0 then -s.lane else (s.lane - 1) / ${LANES_PER_POOL}::int end) between c.pool_from and c.pool_to)
        and ${notMet(sql, someone)} limit 1) is null`;
  return { cases: row?.cases ?? 0, isMore: row?.is_more ?? false };
}
