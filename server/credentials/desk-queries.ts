import { and, asc, count, eq, ilike, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { credentials } from '#db/schema/credentials.ts';
import { users } from '#db/schema/identity.ts';
import type { CredentialRow } from './queries.ts';
import type { DeskReason } from './view-schemas.ts';

/** What waits at the desk: first checks, and what came back for another reason. */
const isWaiting = or(
  inArray(credentials.status, ['claimed', 'verifying', 'unable']),
  isNotNull(credentials.deskSince),
);
const waitingSince = sql<Date>`coalesce(${credentials.deskSince}, ${credentials.createdAt})`;

export type DeskFilter = {
  text: string;
  reason: DeskReason | null;
  /** The line after which the page begins. */
  after: string | null;
  limit: number;
};

const withName = (q: Queryable) =>
  q
    .select({ credential: credentials, personName: users.name })
    .from(credentials)
    .leftJoin(users, eq(users.personId, credentials.personId));

const named = (row: { credential: CredentialRow; personName: string | null }) => ({
  ...row.credential,
  personName: row.personName ?? 'Erased account',
});

/**
 * A page of the verification desk: what waits, oldest first (credentials_status_created_idx, credentials_desk_idx), with who
 * claims it; one line more than asked for tells whether there is a next page.
 */
export async function listWaiting(
  q: Queryable,
  { text, reason, after, limit }: DeskFilter,
): Promise<(CredentialRow & { personName: string })[]> {
  const like = `%${text.replaceAll(/[\\%_]/g, (one) => `\\${one}`)}%`;
  const last = sql`(select coalesce(c.desk_since, c.created_at), c.id from credentials c where c.id = ${after})`;
  const rows = await withName(q)
    .where(
      and(
        isWaiting,
        text === ''
          ? undefined
          : or(
              ilike(users.name, like),
              ilike(credentials.title, like),
              ilike(credentials.issuer, like),
              ilike(credentials.identifier, like),
            ),
        reason === null
          ? undefined
          : reason === 'claim'
            ? isNull(credentials.deskReason)
            : eq(credentials.deskReason, reason),
        after === null ? undefined : sql`(${waitingSince}, ${credentials.id}) > ${last}`,
      ),
    )
    .orderBy(asc(waitingSince), asc(credentials.id))
    .limit(limit + 1);
  return rows.map(named);
}

/** How many wait at the desk in all, and since when the oldest does. */
export async function countWaiting(q: Queryable): Promise<{ waiting: number; oldest: Date | null }> {
  const [row] = await q
    .select({ waiting: count(), oldest: sql<string | null>`min(${waitingSince})` })
    .from(credentials)
    .where(isWaiting);
  return { waiting: row?.waiting ?? 0, oldest: row?.oldest ? new Date(row.oldest) : null };
}

/** One line of the desk, wherever in line it stands; null when it does not wait. */
export async function findWaiting(
  q: Queryable,
  id: string,
): Promise<(CredentialRow & { personName: string }) | null> {
  const [row] = await withName(q)
    .where(and(eq(credentials.id, id), isWaiting))
    .limit(1);
  return row ? named(row) : null;
}
