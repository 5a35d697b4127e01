import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { organisations } from '#db/schema/identity.ts';
import { projects } from '#db/schema/projects.ts';
import { engagements, offers } from '#db/schema/staffing.ts';
import { reachesPerson } from '#server/agreements/chain-reach.ts';
import { ruleCondition } from '#server/credentials/rule-sql.ts';
import { dayOf } from '#server/credentials/rules.ts';
import type { Project } from '#server/projects/schemas.ts';
import type { SpentCap } from '#server/work/cap-rules.ts';
import { listSpentPeople } from '#server/work/spent-caps.ts';

export type OfferRow = typeof offers.$inferSelect;

/** The person who works on their own account through an organisation, when it is a verified one of that kind. */
export async function findIndependent(
  q: Queryable,
  orgId: string,
): Promise<{ personId: string; isVerified: boolean } | null> {
  const [row] = await q.execute<{ personId: string; isVerified: boolean }>(sql`
    select m.person_id as "personId", o.status = 'verified' as "isVerified"
    from organisations o join memberships m on m.org_id = o.id and m.status = 'active' and m.role = 'independent_annotator'
    where o.id = ${orgId} and o.kind = 'independent' limit 1`);
  return row ?? null;
}

export type GateFacts = {
  meetsRule: boolean;
  isBarred: boolean;
  isOfSponsor: boolean;
  country: string | null;
  /** No agreement in force, nor the law, would keep the data from them whatever was signed (R18). */
  isReached: boolean;
  /** What of the project's caps the person has used up; null while there is room. */
  spent: SpentCap | null;
};

/** What stands between a person and a project, on the facts of the caller's transaction; matching only proposes. */
export async function readGates(
  q: Queryable,
  of: { project: Project; personId: string; orgId: string; now: Date },
): Promise<GateFacts> {
  const { project, personId, now } = of;
  const meetsRule = ruleCondition(project.credentialRule, { personId: sql`${personId}::uuid`, now });
  const [row] = await q.execute<Omit<GateFacts, 'spent' | 'isReached'>>(sql`
    select ${meetsRule} as "meetsRule",
      exists (select from screening_hits h where h.person_id = ${personId} and h.status = 'confirmed') as "isBarred",
      exists (select from memberships m where m.person_id = ${personId} and m.org_id = ${project.orgId}
        and m.status = 'active') as "isOfSponsor",
      (select o.country from organisations o where o.id = ${of.orgId}) as country`);
  const spent = (await listSpentPeople(q, { projectId: project.id, personId, now })).get(personId) ?? null;
  const found = row ?? { meetsRule: false, isBarred: true, isOfSponsor: true, country: null };
  const { country } = found;
  const at = { projectId: project.id, personId, ownOrgId: of.orgId, country, today: dayOf(now) };
  return { ...found, spent, isReached: await reachesPerson(q, at) };
}

export async function insertOffer(tx: Tx, row: typeof offers.$inferInsert): Promise<void> {
  await tx.insert(offers).values(row);
}

export async function lockOffer(tx: Tx, id: string): Promise<OfferRow | null> {
  const [row] = await tx.select().from(offers).where(eq(offers.id, id)).for('update');
  return row ?? null;
}

/** The live offer or application of a person in a project, locked. Index: offers_live_key. */
export async function lockLiveOffer(
  tx: Tx,
  at: { projectId: string; personId: string },
): Promise<OfferRow | null> {
  const [row] = await tx
    .select()
    .from(offers)
    .where(
      and(
        eq(offers.projectId, at.projectId),
        eq(offers.personId, at.personId),
        inArray(offers.status, ['applied', 'offered']),
      ),
    )
    .for('update');
  return row ?? null;
}

export async function updateOffer(
  tx: Tx,
  id: string,
  set: Partial<typeof offers.$inferInsert>,
): Promise<void> {
  await tx.update(offers).set(set).where(eq(offers.id, id));
}

/** Offers nobody answered in time. */
export async function expireOffers(tx: Tx, now: Date): Promise<OfferRow[]> {
  return tx
    .update(offers)
    .set({ status: 'expired', updatedAt: now })
    .where(and(eq(offers.status, 'offered'), sql`${offers.expiresAt} <= ${now.toISOString()}::timestamptz`))
    .returning();
}

export async function listProjectOffers(
  q: Queryable,
  projectId: string,
): Promise<(OfferRow & { name: string })[]> {
  const rows = await q
    .select({ offer: offers, name: organisations.legalName })
    .from(offers)
    .innerJoin(organisations, eq(organisations.id, offers.orgId))
    .where(eq(offers.projectId, projectId))
    .orderBy(desc(offers.createdAt), desc(offers.id))
    .limit(500);
  return rows.map(({ offer, name }) => ({ ...offer, name }));
}

export async function listOwnOffers(q: Queryable, orgId: string) {
  const rows = await q
    .select({
      offer: offers,
      projectTitle: projects.title,
      modality: projects.modality,
      anatomy: projects.anatomy,
      sponsor: organisations.legalName,
    })
    .from(offers)
    .innerJoin(projects, eq(projects.id, offers.projectId))
    .innerJoin(organisations, eq(organisations.id, projects.orgId))
    .where(eq(offers.orgId, orgId))
    .orderBy(desc(offers.createdAt), desc(offers.id))
    .limit(200);
  return rows.map(({ offer, ...more }) => ({ ...offer, ...more }));
}

/** People and reads a week of a project's offers in a state; accepted ones while the person is still engaged. Index: offers_project_idx. */
export async function sumOffers(
  q: Queryable,
  of: { projectId: string; status: 'offered' | 'accepted' },
): Promise<{ people: number; readsPerWeek: number }> {
  const [row] = await q.execute<{ people: number; readsPerWeek: number }>(sql`
    select count(distinct o.person_id)::int as people, coalesce(sum(o.reads_per_week), 0)::int as "readsPerWeek"
    from offers o left join engagements e on e.id = o.engagement_id
    where o.project_id = ${of.projectId} and o.status = ${of.status} and (o.status <> 'accepted' or e.status <> 'ended')`);
  return row ?? { people: 0, readsPerWeek: 0 };
}

/**
 * Reads of a project's direct share that are placed in opened batches, and those that are read: what readers who are paid on
 * their own account have submitted there. A page of the sponsor's; one row per reader of such batches.
 */
export async function sumDirectReads(
  q: Queryable,
  projectId: string,
): Promise<{ placed: number; read: number }> {
  const [row] = await q.execute<{ placed: number; read: number }>(sql`
    with shared as (
      select b.id, sum((p.pool ->> 'slots')::int) as slots
      from batches b cross join lateral jsonb_array_elements(b.pools) as p(pool)
      where b.project_id = ${projectId} and b.opened_at is not null and jsonb_typeof(b.pools) = 'array'
        and (p.pool ->> 'isDirect')::boolean
      group by b.id
    )
    select coalesce(sum(s.slots), 0)::int as placed, coalesce(sum((
      select sum(r.submitted) from readers r
      where r.batch_id = s.id and r.tier = 'label' and exists (
        select from terms t join organisations g on g.id = t.payee_org_id and g.kind = 'independent'
        where t.batch_id = r.batch_id and t.annotator_id = r.annotator_id and t.tier = r.tier)
    )), 0)::int as read
    from shared s`);
  return row ?? { placed: 0, read: 0 };
}

/** The highest price that is offered or accepted in a project; null when none is. Index: offers_project_idx. */
export async function findHighestOffer(q: Queryable, projectId: string): Promise<bigint | null> {
  const [row] = await q
    .select({ highest: sql<string | null>`max(${offers.pricePerReadMinor})` })
    .from(offers)
    .leftJoin(engagements, eq(engagements.id, offers.engagementId))
    .where(
      and(
        eq(offers.projectId, projectId),
        inArray(offers.status, ['offered', 'accepted']),
        sql`${engagements.status} is distinct from 'ended'`,
      ),
    );
  return row?.highest == null ? null : BigInt(row.highest);
}

/** The price that an engagement was accepted at; null when it came about otherwise. Index: offers_engagement_idx. */
export async function findAcceptedPrice(
  q: Queryable,
  engagementId: string,
): Promise<{ pricePerReadMinor: bigint; currency: string } | null> {
  const [row] = await q
    .select({ pricePerReadMinor: offers.pricePerReadMinor, currency: offers.currency })
    .from(offers)
    .where(and(eq(offers.engagementId, engagementId), eq(offers.status, 'accepted')))
    .orderBy(desc(offers.updatedAt))
    .limit(1);
  if (row?.pricePerReadMinor == null || row.currency === null) return null;
  return { pricePerReadMinor: row.pricePerReadMinor, currency: row.currency };
}
