import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { organisations } from '#db/schema/identity.ts';
import { projects } from '#db/schema/projects.ts';
import { offers } from '#db/schema/staffing.ts';
import { ruleCondition } from '#server/credentials/rule-sql.ts';
import type { Project } from '#server/projects/schemas.ts';

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
};

/** What stands between a person and a project, on the facts of the caller's transaction; matching only proposes. */
export async function readGates(
  q: Queryable,
  of: { project: Project; personId: string; orgId: string; now: Date },
): Promise<GateFacts> {
  const { project, personId, now } = of;
  const meetsRule = ruleCondition(project.credentialRule, { personId: sql`${personId}::uuid`, now });
  const [row] = await q.execute<GateFacts>(sql`
    select ${meetsRule} as "meetsRule",
      exists (select from screening_hits h where h.person_id = ${personId} and h.status = 'confirmed') as "isBarred",
      exists (select from memberships m where m.person_id = ${personId} and m.org_id = ${project.orgId}
        and m.status = 'active') as "isOfSponsor",
      (select o.country from organisations o where o.id = ${of.orgId}) as country`);
  return row ?? { meetsRule: false, isBarred: true, isOfSponsor: true, country: null };
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
