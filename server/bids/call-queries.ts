import { and, asc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { bids, calls } from '#db/schema/bids.ts';
import { callExtensions, callInvitations, callQuestions } from '#db/schema/call-room.ts';
import { organisations } from '#db/schema/identity.ts';
import { projects } from '#db/schema/projects.ts';
import type { InvitationStatus } from './call-rules.ts';
import type { CallRow } from './queries.ts';

const at = (now: Date): SQL => sql`${now.toISOString()}::timestamptz`;

/** True of a call whose bids nobody but their bidders may see yet. Same condition as `isSealedAt` in call-rules.ts. */
export function sealedNow(now: Date): SQL {
  return sql`(${calls.isSealed} and ${calls.status} = 'open' and ${calls.closesAt} > ${at(now)})`;
}

/** Calls of a project that are sealed at `now`, by id. */
export async function listSealed(q: Queryable, of: { projectId: string; now: Date }): Promise<string[]> {
  const rows = await q
    .select({ id: calls.id })
    .from(calls)
    .where(and(eq(calls.projectId, of.projectId), sealedNow(of.now)))
    .limit(100);
  return rows.map((row) => row.id);
}

/**
 * True of a call that this organisation may know of: not a draft, and a private one only when invited or a bidder. A sponsor's own
 * staff reads by an order of that sponsor and bids nowhere (ADR 029).
 */
export function visibleTo(orgId: string): SQL {
  return sql`(${calls.status} <> 'draft'
    and not exists (select from organisations h where h.id = ${orgId}::uuid and h.in_house_of is not null) and (${calls.visibility} <> 'private'
    or exists (select from call_invitations i where i.call_id = ${calls.id} and i.vendor_org_id = ${orgId}::uuid and i.status = 'invited')
    or exists (select from bids b where b.call_id = ${calls.id} and b.vendor_org_id = ${orgId}::uuid)))`;
}

/** A call that the acting organisation may know of, or null. Indexes: call_invitations_pkey, bids_vendor_idx. */
export async function findVisibleCall(
  q: Queryable,
  of: { callId: string; orgId: string },
): Promise<CallRow | null> {
  const [row] = await q
    .select()
    .from(calls)
    .where(and(eq(calls.id, of.callId), visibleTo(of.orgId)));
  return row ?? null;
}

/** A call of a project of this sponsor, or null. */
export async function findCallOfSponsor(
  q: Queryable,
  of: { callId: string; orgId: string },
): Promise<CallRow | null> {
  const [row] = await q
    .select({ call: calls })
    .from(calls)
    .innerJoin(projects, and(eq(projects.id, calls.projectId), eq(projects.orgId, of.orgId)))
    .where(eq(calls.id, of.callId));
  return row?.call ?? null;
}

/** How an organisation stands to a call; null when it is neither invited nor asks. */
export async function findInvitation(
  q: Queryable,
  of: { callId: string; orgId: string },
): Promise<InvitationStatus | null> {
  const [row] = await q
    .select({ status: callInvitations.status })
    .from(callInvitations)
    .where(and(eq(callInvitations.callId, of.callId), eq(callInvitations.vendorOrgId, of.orgId)));
  return row?.status ?? null;
}

/** Writes how organisations stand to a call; `from` names the states that may be replaced. Returns whom it changed. */
export async function putInvitations(
  tx: Tx,
  of: {
    callId: string;
    orgIds: readonly string[];
    status: InvitationStatus;
    note?: string;
    from: readonly InvitationStatus[];
    now: Date;
  },
): Promise<string[]> {
  const { callId, orgIds, status, now } = of;
  const note = of.note ?? '';
  const rows = await tx
    .insert(callInvitations)
    .values(
      orgIds.map((vendorOrgId) => ({ callId, vendorOrgId, status, note, createdAt: now, changedAt: now })),
    )
    .onConflictDoUpdate({
      target: [callInvitations.callId, callInvitations.vendorOrgId],
      set: { status, note, changedAt: now },
      setWhere: inArray(callInvitations.status, [...of.from]),
    })
    .returning({ orgId: callInvitations.vendorOrgId });
  return rows.map((row) => row.orgId);
}

/** Changes how an organisation stands to a call from an expected state; false when it stood otherwise. */
export async function updateInvitation(
  tx: Tx,
  of: {
    callId: string;
    orgId: string;
    from: InvitationStatus;
    to: InvitationStatus;
    note?: string;
    now: Date;
  },
): Promise<boolean> {
  const rows = await tx
    .update(callInvitations)
    .set({ status: of.to, changedAt: of.now, ...(of.note === undefined ? {} : { note: of.note }) })
    .where(
      and(
        eq(callInvitations.callId, of.callId),
        eq(callInvitations.vendorOrgId, of.orgId),
        eq(callInvitations.status, of.from),
      ),
    )
    .returning({ callId: callInvitations.callId });
  return rows.length > 0;
}

/** Of these organisations, the verified vendors. */
export async function listVerifiedVendors(q: Queryable, orgIds: readonly string[]): Promise<string[]> {
  if (orgIds.length === 0) return [];
  const rows = await q
    .select({ id: organisations.id })
    .from(organisations)
    .where(
      and(
        inArray(organisations.id, [...orgIds]),
        eq(organisations.kind, 'vendor'),
        eq(organisations.status, 'verified'),
        isNull(organisations.inHouseOf),
      ),
    );
  return rows.map((row) => row.id);
}

/** Who is invited to a call, asks to be, or has declined, by name; at most 500. */
export async function listInvitations(q: Queryable, callId: string) {
  return q
    .select({
      vendorOrgId: callInvitations.vendorOrgId,
      name: organisations.legalName,
      country: organisations.country,
      status: callInvitations.status,
      note: callInvitations.note,
      changedAt: callInvitations.changedAt,
    })
    .from(callInvitations)
    .innerJoin(organisations, eq(organisations.id, callInvitations.vendorOrgId))
    .where(eq(callInvitations.callId, callId))
    .orderBy(asc(organisations.legalName), asc(organisations.id))
    .limit(500);
}

/** The questions of a call, oldest first; at most 500. Index: call_questions_call_idx. */
export async function listQuestions(q: Queryable, callId: string) {
  return q
    .select()
    .from(callQuestions)
    .where(eq(callQuestions.callId, callId))
    .orderBy(asc(callQuestions.askedAt), asc(callQuestions.id))
    .limit(500);
}

/** A question on a call of this sponsor, or null. */
export async function findQuestionForSponsor(q: Queryable, of: { questionId: string; orgId: string }) {
  const [row] = await q
    .select({ question: callQuestions, call: calls, projectTitle: projects.title })
    .from(callQuestions)
    .innerJoin(calls, eq(calls.id, callQuestions.callId))
    .innerJoin(projects, and(eq(projects.id, calls.projectId), eq(projects.orgId, of.orgId)))
    .where(eq(callQuestions.id, of.questionId));
  return row ?? null;
}

/** How the end of a call was moved, oldest first; at most 100. */
export async function listExtensions(q: Queryable, callId: string) {
  return q
    .select()
    .from(callExtensions)
    .where(eq(callExtensions.callId, callId))
    .orderBy(asc(callExtensions.createdAt))
    .limit(100);
}

/** How many bids on a call are in and how many were taken back; all that a sponsor may know while they are sealed. */
export async function countBids(
  q: Queryable,
  callId: string,
): Promise<{ handedIn: number; withdrawn: number }> {
  const [row] = await q
    .select({
      handedIn: sql<number>`count(*) filter (where ${bids.status} not in ('draft', 'withdrawn'))::int`,
      withdrawn: sql<number>`count(*) filter (where ${bids.status} = 'withdrawn')::int`,
    })
    .from(bids)
    .where(eq(bids.callId, callId));
  return row ?? { handedIn: 0, withdrawn: 0 };
}

/** Organisations that follow a call: live bidders, the invited, who asked something; at most 1,000. */
export async function listFollowers(q: Queryable, callId: string): Promise<string[]> {
  const rows = await q.execute<{ orgId: string }>(sql`
    select vendor_org_id as "orgId" from bids
      where call_id = ${callId}::uuid and status in ('submitted', 'shortlisted', 'piloting', 'awarded')
    union select vendor_org_id from call_invitations where call_id = ${callId}::uuid and status in ('invited', 'asked')
    union select asker_org_id from call_questions where call_id = ${callId}::uuid
    order by 1 limit 1000`);
  return [...rows].map((row) => row.orgId);
}

/** Open calls whose end has come, locked, with project and sponsor; at most `limit`. Index: calls_status_closes_idx. */
export async function lockEndedCalls(tx: Tx, of: { now: Date; limit: number }) {
  return tx
    .select({ call: calls, project: { id: projects.id, title: projects.title, orgId: projects.orgId } })
    .from(calls)
    .innerJoin(projects, eq(projects.id, calls.projectId))
    .where(and(eq(calls.status, 'open'), sql`${calls.closesAt} <= ${at(of.now)}`))
    .orderBy(asc(calls.closesAt))
    .limit(of.limit)
    .for('update', { of: calls, skipLocked: true });
}
