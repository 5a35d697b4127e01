import { and, asc, count, eq, ilike, inArray, or, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { credentials } from '#db/schema/credentials.ts';
import { users } from '#db/schema/identity.ts';
import { holding } from '#db/text-pattern.ts';
import type { CredentialRow } from './queries.ts';
import type { TeamCredentialsInput } from './view-schemas.ts';

const OPEN = sql`('claimed', 'verifying', 'verified')`;
const UNCHECKED = sql`('claimed', 'verifying')`;
/** What waits for the organisation's word comes first, so that in a large team too each comes up. */
const waitsForWord = sql<boolean>`(${credentials.level} = 'self_claimed' and ${credentials.status} in ${UNCHECKED})`;
const holderName = sql<string>`coalesce(${users.name}, '')`;

/** The claims of an organisation's active members (credentials_person_idx). */
const ofTeam = (orgId: string) =>
  sql`${credentials.personId} in (select m.person_id from memberships m where m.org_id = ${orgId} and m.status = 'active')`;

/**
 * A page of the credentials of an organisation's active members, for the person who vouches for them: what nobody has vouched for yet
 * first, each part by name; all, what waits for its word, or what a delegate may check at the source.
 */
export async function listTeamCredentials(
  q: Queryable,
  of: TeamCredentialsInput & { orgId: string },
): Promise<(CredentialRow & { personName: string })[]> {
  const { after, text, show } = of;
  const rows = await q
    .select({ credential: credentials, personName: users.name })
    .from(credentials)
    .leftJoin(users, eq(users.personId, credentials.personId))
    .where(
      and(
        ofTeam(of.orgId),
        show === 'to_attest' ? waitsForWord : undefined,
        show === 'to_check'
          ? sql`${credentials.level} <> 'primary_source' and ${credentials.status} in ${OPEN}`
          : undefined,
        text === ''
          ? undefined
          : or(
              ilike(users.name, holding(text)),
              ilike(credentials.title, holding(text)),
              ilike(credentials.issuer, holding(text)),
            ),
        after === null
          ? undefined
          : sql`(not ${waitsForWord}, ${holderName}, ${credentials.createdAt}, ${credentials.id}) > (
              select not (c.level = 'self_claimed' and c.status in ${UNCHECKED}), coalesce(u.name, ''), c.created_at, c.id
              from credentials c left join users u on u.person_id = c.person_id where c.id = ${after})`,
      ),
    )
    .orderBy(sql`not ${waitsForWord}`, holderName, asc(credentials.createdAt), asc(credentials.id))
    .limit(of.limit);
  return rows.map((row) => ({ ...row.credential, personName: row.personName ?? 'Erased account' }));
}

/** How many credentials a team has, and how many wait for its organisation's word. */
export async function countTeamCredentials(
  q: Queryable,
  orgId: string,
): Promise<{ total: number; toAttest: number }> {
  const [row] = await q
    .select({ total: count(), toAttest: sql<number>`count(*) filter (where ${waitsForWord})::int` })
    .from(credentials)
    .where(ofTeam(orgId));
  return row ?? { total: 0, toAttest: 0 };
}

/** What some of an organisation's active members claim, by title; at most 10,000. */
export async function listClaimsOf(
  q: Queryable,
  of: { orgId: string; personIds: readonly string[] },
): Promise<Pick<CredentialRow, 'personId' | 'title' | 'level'>[]> {
  if (of.personIds.length === 0) return [];
  return q
    .select({ personId: credentials.personId, title: credentials.title, level: credentials.level })
    .from(credentials)
    .where(and(ofTeam(of.orgId), inArray(credentials.personId, [...of.personIds])))
    .orderBy(asc(credentials.title), asc(credentials.id))
    .limit(10_000);
}
