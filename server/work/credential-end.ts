import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { dayOf, ruleHoldsUntil } from '#server/credentials/rules.ts';
import { credentialSnapshot } from '#server/credentials/schemas.ts';
import { credentialRulesOf } from './eligibility.ts';
import { isHeldBy } from './held-slots.ts';
import { getBatch } from './reads.ts';
import type { Tier } from './rules.ts';

/**
 * R27: until when leases may be prolonged, at most `until`. The claim looks at a credential's last day for the first end of a lease;
 * a heartbeat does not carry the lease beyond it. By the terms that the reader has now, so that a renewal counts as soon as a claim
 * has seen it.
 */
export async function credentialsHoldUntil(
  q: Queryable,
  of: { batchId: string; annotatorId: string; leaseIds: readonly string[]; now: Date; until: Date },
): Promise<Date> {
  const expiring = await listExpiringTerms(q, of);
  if (expiring.length === 0) return of.until;
  const batch = await getBatch(q, of.batchId);
  let until = of.until;
  for (const { tier, snapshot } of expiring) {
    for (const rule of await credentialRulesOf(q, batch, tier)) {
      const end = ruleHoldsUntil(rule, snapshot, of.now);
      if (end !== null && end < until) until = end;
    }
  }
  return until;
}

/**
 * Current terms of a person at the tiers of these leases where a day of a credential is over before `until`: of nobody, on most days.
 * Indexes: the primary keys of readers and terms, slots_person_task_key.
 */
async function listExpiringTerms(
  q: Queryable,
  of: { batchId: string; annotatorId: string; leaseIds: readonly string[]; until: Date },
) {
  const rows = await q.execute<{ tier: Tier; snapshot: unknown }>(sql`
    select r.tier, t.credential_snapshot as snapshot from readers r
    cross join lateral (
      select t.credential_snapshot from terms t where t.batch_id = ${of.batchId} and t.annotator_id = ${of.annotatorId}
        and t.tier = r.tier and t.terms_no = r.terms_no limit 1) t
    where r.batch_id = ${of.batchId} and r.annotator_id = ${of.annotatorId}
      and r.tier = any (array(select s.tier from slots s where ${isHeldBy(of)}
        and s.lease_id = any (${sql.param([...of.leaseIds])}::uuid[])))
      and exists (select from jsonb_array_elements(t.credential_snapshot -> 'credentials') c
        where c ->> 'expiresOn' < ${dayOf(of.until)})`);
  return [...rows].map((row) => ({ tier: row.tier, snapshot: credentialSnapshot.parse(row.snapshot) }));
}
