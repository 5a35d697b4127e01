import { and, asc, countDistinct, eq, ilike, inArray, or, type SQL, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { memberships, users } from '#db/schema/identity.ts';
import { holding } from '#db/text-pattern.ts';
import type { OrgMember } from './reads.ts';
import { isRole } from './rules.ts';

const isMemberOf = (orgId: string): SQL | undefined =>
  and(eq(memberships.orgId, orgId), eq(memberships.status, 'active'));

/**
 * A page of an organisation's active people by name, from after a person on: all of them, or those among some ids; whose name or
 * address holds the text. Index: memberships_org_person_role_key.
 */
export async function listMembersPage(
  q: Queryable,
  of: {
    orgId: string;
    text: string;
    after: string | null;
    limit: number;
    among?: readonly string[] | undefined;
  },
): Promise<OrgMember[]> {
  const rows = await q
    .select({
      personId: users.personId,
      name: users.name,
      email: users.email,
      roles: sql<string[]>`array_agg(${memberships.role} order by ${memberships.role})`,
      since: sql<Date>`min(${memberships.createdAt})`.mapWith(memberships.createdAt),
    })
    .from(memberships)
    .innerJoin(users, eq(users.personId, memberships.personId))
    .where(
      and(
        isMemberOf(of.orgId),
        of.among === undefined
          ? undefined
          : sql`${users.personId} = any (${sql.param([...of.among])}::uuid[])`,
        of.text === ''
          ? undefined
          : or(ilike(users.name, holding(of.text)), ilike(users.email, holding(of.text))),
        of.after === null
          ? undefined
          : sql`(${users.name}, ${users.personId}) > (select u.name, u.person_id from users u where u.person_id = ${of.after})`,
      ),
    )
    .groupBy(users.personId, users.name, users.email)
    .orderBy(asc(users.name), asc(users.personId))
    .limit(of.limit);
  return rows.map((row) => ({ ...row, roles: row.roles.filter(isRole) }));
}

/** How many active people an organisation has, and every role that one of them holds (memberships_org_person_role_key). */
export async function countMembers(
  q: Queryable,
  orgId: string,
): Promise<{ people: number; roles: string[] }> {
  const [row] = await q
    .select({
      people: countDistinct(memberships.personId),
      roles: sql<string[]>`coalesce(array_agg(distinct ${memberships.role}), '{}')`,
    })
    .from(memberships)
    .where(isMemberOf(orgId));
  return row ?? { people: 0, roles: [] };
}

/** Ids of an organisation's active people in some roles; at most 20,000 (memberships_org_person_role_key). */
export async function listMemberIds(
  q: Queryable,
  of: { orgId: string; roles: readonly string[] },
): Promise<string[]> {
  const rows = await q
    .selectDistinct({ personId: memberships.personId })
    .from(memberships)
    .where(and(isMemberOf(of.orgId), inArray(memberships.role, [...of.roles])))
    .limit(20_000);
  return rows.map((row) => row.personId);
}
