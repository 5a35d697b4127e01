import { and, asc, count, desc, eq, gte, inArray, isNull, max, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { contracts } from '#db/schema/bids.ts';
import { memberships, people, users } from '#db/schema/identity.ts';
import { projects } from '#db/schema/projects.ts';
import {
  absences,
  availability,
  rosterAssignments,
  rosterPlans,
  rosterSeats,
} from '#db/schema/staffing-rosters.ts';
import { MINUTE, plus } from '#server/core/clock.ts';

export type PlanRow = typeof rosterPlans.$inferSelect;
export type SeatRow = typeof rosterSeats.$inferSelect;
export type AssignmentRow = typeof rosterAssignments.$inferSelect;
export type AvailabilityRow = typeof availability.$inferSelect;
export type AbsenceRow = typeof absences.$inferSelect;

export type StaffRow = {
  personId: string;
  name: string;
  country: string | null;
  timezone: string;
  roles: string[];
};

/** A vendor's people who read or review, by name; at most 5,000. Index: memberships_org_person_role_key. */
export async function listReadingStaff(q: Queryable, orgId: string): Promise<StaffRow[]> {
  return q
    .select({
      personId: users.personId,
      name: users.name,
      country: people.country,
      timezone: users.timezone,
      roles: sql<string[]>`array_agg(${memberships.role} order by ${memberships.role})`,
    })
    .from(memberships)
    .innerJoin(users, eq(users.personId, memberships.personId))
    .innerJoin(people, eq(people.id, memberships.personId))
    .where(
      and(
        eq(memberships.orgId, orgId),
        eq(memberships.status, 'active'),
        eq(users.status, 'active'),
        inArray(memberships.role, ['vendor_annotator', 'qa_lead']),
      ),
    )
    .groupBy(users.personId, users.name, people.country, users.timezone)
    .orderBy(asc(users.name), asc(users.personId))
    .limit(5_000);
}

/** What these people said about their week, by person. */
export async function listAvailability(
  q: Queryable,
  personIds: readonly string[],
): Promise<Map<string, AvailabilityRow>> {
  if (personIds.length === 0) return new Map();
  const rows = await q
    .select()
    .from(availability)
    .where(inArray(availability.personId, [...personIds]));
  return new Map(rows.map((row) => [row.personId, row]));
}

/** Absences of these people that end on or after a day, first ones first; at most 5,000. Index: absences_person_idx. */
export async function listAbsences(
  q: Queryable,
  personIds: readonly string[],
  from: string,
): Promise<AbsenceRow[]> {
  if (personIds.length === 0) return [];
  return q
    .select()
    .from(absences)
    .where(
      and(inArray(absences.personId, [...personIds]), isNull(absences.withdrawnAt), gte(absences.toOn, from)),
    )
    .orderBy(asc(absences.fromOn), asc(absences.id))
    .limit(5_000);
}

export type Booking = {
  assignmentId: string;
  personId: string;
  planId: string;
  contractId: string;
  projectId: string;
  vendorOrgId: string;
  title: string;
  role: 'annotator' | 'reviewer';
  status: 'proposed' | 'accepted';
  startOn: string;
  hours: unknown;
};

/** What these people are asked for or have accepted on rosters in force, of every vendor; at most 5,000. Index: roster_assignments_person_idx. */
export async function listBookings(q: Queryable, personIds: readonly string[]): Promise<Booking[]> {
  if (personIds.length === 0) return [];
  const rows = await q
    .select({
      assignmentId: rosterAssignments.id,
      personId: rosterAssignments.personId,
      planId: rosterPlans.id,
      contractId: rosterPlans.contractId,
      projectId: rosterPlans.projectId,
      vendorOrgId: rosterPlans.vendorOrgId,
      title: projects.title,
      role: rosterSeats.role,
      status: rosterAssignments.status,
      startOn: rosterPlans.startOn,
      hours: rosterAssignments.hours,
    })
    .from(rosterAssignments)
    .innerJoin(rosterPlans, eq(rosterPlans.id, rosterAssignments.planId))
    .innerJoin(rosterSeats, eq(rosterSeats.id, rosterAssignments.seatId))
    .innerJoin(projects, eq(projects.id, rosterPlans.projectId))
    .where(
      and(
        inArray(rosterAssignments.personId, [...personIds]),
        inArray(rosterAssignments.status, ['proposed', 'accepted']),
        eq(rosterPlans.status, 'chosen'),
      ),
    )
    .orderBy(asc(rosterPlans.startOn), asc(rosterAssignments.id))
    .limit(5_000);
  return rows.flatMap((row) =>
    row.status === 'proposed' || row.status === 'accepted' ? [{ ...row, status: row.status }] : [],
  );
}

export type MeasuredRow = {
  personId: string;
  tier: 'label' | 'review';
  items: number;
  activeMs: number;
  goldN: number;
  goldOk: number;
};

/**
 * How fast a vendor's people were on its work, and how right in batches that are settled: while a batch runs, a counter
 * of gold that moves after a read would tell that it was gold (R21). Sums readers' rows. Index: engagements_via_idx.
 */
export async function listMeasured(q: Queryable, orgId: string): Promise<MeasuredRow[]> {
  const rows = await q.execute<Omit<MeasuredRow, 'activeMs'> & { activeMs: string }>(sql`
    select r.annotator_id as "personId", case when r.tier = 'label' then 'label' else 'review' end as tier,
      sum(r.submitted)::int as items, sum(r.active_ms)::text as "activeMs",
      coalesce(sum(r.gold_n) filter (where b.status = 'settled' and r.tier = 'label'), 0)::int as "goldN",
      coalesce(sum(r.gold_ok) filter (where b.status = 'settled' and r.tier = 'label'), 0)::int as "goldOk"
    from engagements e
    join batches b on b.project_id = e.project_id
    join readers r on r.batch_id = b.id and r.annotator_id = e.person_id and r.engagement_id = e.id
    where e.via_org_id = ${orgId} and r.tier in ('label', 'review', 'audit')
    group by 1, 2 limit 5000`);
  return [...rows].map((row) => ({ ...row, activeMs: Number(row.activeMs) }));
}

/** Reads a vendor's people have handed in under a contract. Sums readers' rows, gold among them. */
export async function countReadsUnder(
  q: Queryable,
  contractId: string,
): Promise<{ needed: number; submitted: number }> {
  const [row] = await q.execute<{ needed: string; submitted: string }>(sql`
    select coalesce(sum(b.task_count * b.overlap), 0)::text as needed, coalesce(sum(r.submitted), 0)::text as submitted
    from batches b
    left join lateral (select sum(submitted) as submitted from readers where batch_id = b.id and tier = 'label') r on true
    where b.contract_id = ${contractId} and b.status in ('open', 'paused')`);
  return { needed: Number(row?.needed ?? 0), submitted: Number(row?.submitted ?? 0) };
}

/** A contract of this vendor with its project's title, or null. */
export async function findVendorContract(q: Queryable, orgId: string, contractId: string) {
  const [row] = await q
    .select({ contract: contracts, title: projects.title, deadline: projects.deadline })
    .from(contracts)
    .innerJoin(projects, eq(projects.id, contracts.projectId))
    .where(and(eq(contracts.id, contractId), eq(contracts.vendorOrgId, orgId)))
    .limit(1);
  return row ?? null;
}

/** A vendor's contracts with their projects, newest first; at most 200. Index: contracts_vendor_idx. */
export async function listVendorContracts(q: Queryable, orgId: string) {
  return q
    .select({ contract: contracts, title: projects.title, deadline: projects.deadline })
    .from(contracts)
    .innerJoin(projects, eq(projects.id, contracts.projectId))
    .where(eq(contracts.vendorOrgId, orgId))
    .orderBy(desc(contracts.createdAt))
    .limit(200);
}

/** Holds a contract while plans of it are numbered or chosen; the numbers and the one in force cannot race. */
export async function lockContractPlans(tx: Tx, contractId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`roster|${contractId}`}, 0))`);
}

/** The next number of a contract's plans. Index: roster_plans_version_key. */
export async function nextVersion(tx: Tx, contractId: string): Promise<number> {
  const [row] = await tx
    .select({ last: max(rosterPlans.version) })
    .from(rosterPlans)
    .where(eq(rosterPlans.contractId, contractId));
  return (row?.last ?? 0) + 1;
}

/** A plan by id, whoever's; for the job that solves it. */
export async function findPlan(q: Queryable, planId: string): Promise<PlanRow | null> {
  const [row] = await q.select().from(rosterPlans).where(eq(rosterPlans.id, planId)).limit(1);
  return row ?? null;
}

/** A plan of this vendor, or null. */
export async function findVendorPlan(q: Queryable, orgId: string, planId: string): Promise<PlanRow | null> {
  const [row] = await q
    .select()
    .from(rosterPlans)
    .where(and(eq(rosterPlans.id, planId), eq(rosterPlans.vendorOrgId, orgId)))
    .limit(1);
  return row ?? null;
}

/** The plans of a contract, newest first; at most 100. Index: roster_plans_version_key. */
export async function listPlans(q: Queryable, contractId: string): Promise<PlanRow[]> {
  return q
    .select()
    .from(rosterPlans)
    .where(eq(rosterPlans.contractId, contractId))
    .orderBy(desc(rosterPlans.version))
    .limit(100);
}

/** The plan of a contract that is in force, or null. Index: roster_plans_one_chosen. */
export async function findChosenPlan(q: Queryable, contractId: string): Promise<PlanRow | null> {
  const [row] = await q
    .select()
    .from(rosterPlans)
    .where(and(eq(rosterPlans.contractId, contractId), eq(rosterPlans.status, 'chosen')))
    .limit(1);
  return row ?? null;
}

/** Plans in force by contract of a vendor. Index: roster_plans_vendor_idx. */
export async function listChosenPlans(q: Queryable, orgId: string): Promise<PlanRow[]> {
  return q
    .select()
    .from(rosterPlans)
    .where(and(eq(rosterPlans.vendorOrgId, orgId), eq(rosterPlans.status, 'chosen')))
    .limit(500);
}

/** A plan's seats, in the order they were asked for. */
export async function listSeatsOfPlan(q: Queryable, planId: string): Promise<SeatRow[]> {
  return q
    .select()
    .from(rosterSeats)
    .where(eq(rosterSeats.planId, planId))
    .orderBy(asc(rosterSeats.id))
    .limit(12);
}

/** A plan's assignments with their seats' keys; at most 1,000. Index: roster_assignments_person_key. */
export async function listAssignments(
  q: Queryable,
  planId: string,
): Promise<(AssignmentRow & { seat: string; role: 'annotator' | 'reviewer' })[]> {
  const rows = await q
    .select({ assignment: rosterAssignments, seat: rosterSeats.key, role: rosterSeats.role })
    .from(rosterAssignments)
    .innerJoin(rosterSeats, eq(rosterSeats.id, rosterAssignments.seatId))
    .where(eq(rosterAssignments.planId, planId))
    .orderBy(asc(rosterAssignments.id))
    .limit(1_000);
  return rows.map(({ assignment, seat, role }) => ({ ...assignment, seat, role }));
}

/** An assignment with its plan and seat, or null. */
export async function findAssignment(q: Queryable, assignmentId: string) {
  const [row] = await q
    .select({ assignment: rosterAssignments, plan: rosterPlans, seat: rosterSeats })
    .from(rosterAssignments)
    .innerJoin(rosterPlans, eq(rosterPlans.id, rosterAssignments.planId))
    .innerJoin(rosterSeats, eq(rosterSeats.id, rosterAssignments.seatId))
    .where(eq(rosterAssignments.id, assignmentId))
    .limit(1);
  return row ?? null;
}

/** Moves a plan from one state to another; null when it was not in it any more. */
export async function movePlan(
  tx: Tx,
  planId: string,
  from: PlanRow['status'],
  to: Partial<typeof rosterPlans.$inferInsert>,
): Promise<PlanRow | null> {
  const [row] = await tx
    .update(rosterPlans)
    .set(to)
    .where(and(eq(rosterPlans.id, planId), eq(rosterPlans.status, from)))
    .returning();
  return row ?? null;
}

/** Moves an assignment from one of some states; null when it was in none of them any more. */
export async function moveAssignment(
  tx: Tx,
  assignmentId: string,
  from: readonly AssignmentRow['status'][],
  to: Partial<typeof rosterAssignments.$inferInsert>,
): Promise<AssignmentRow | null> {
  const [row] = await tx
    .update(rosterAssignments)
    .set(to)
    .where(and(eq(rosterAssignments.id, assignmentId), inArray(rosterAssignments.status, [...from])))
    .returning();
  return row ?? null;
}

/** Withdraws what is still asked of people by a plan that another replaces. */
export async function withdrawProposals(tx: Tx, planId: string, now: Date): Promise<void> {
  await tx
    .update(rosterAssignments)
    .set({ status: 'withdrawn', decidedAt: now })
    .where(
      and(eq(rosterAssignments.planId, planId), inArray(rosterAssignments.status, ['proposed', 'accepted'])),
    );
}

/** The zone that somebody's browser gave at sign-up, or null. */
export async function findTimezone(q: Queryable, personId: string): Promise<string | null> {
  const [row] = await q
    .select({ timezone: users.timezone })
    .from(users)
    .where(eq(users.personId, personId))
    .limit(1);
  return row?.timezone ?? null;
}

/** How many plans of a vendor wait for the solver; those of more than ten minutes ago are given up. Index: roster_plans_vendor_idx. */
export async function countSolving(q: Queryable, orgId: string, now: Date): Promise<number> {
  const since = plus(now, -10 * MINUTE);
  const [row] = await q
    .select({ n: count() })
    .from(rosterPlans)
    .where(
      and(
        eq(rosterPlans.vendorOrgId, orgId),
        eq(rosterPlans.status, 'solving'),
        gte(rosterPlans.createdAt, since),
      ),
    );
  return row?.n ?? 0;
}
