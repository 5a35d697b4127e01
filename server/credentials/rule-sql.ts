import { type SQL, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { dayOf, foldCase } from './rules.ts';
import {
  CREDENTIAL_LEVELS,
  type CredentialRequirement,
  type CredentialRule,
  PROFICIENCIES,
  type RuleNode,
} from './schemas.ts';

/**
 * A rule as a condition on the person that `personId` names, on a day: for whoever grants something, on the facts of their own
 * transaction. It says what `evaluateCredentialRule` says (property-tested). Index: credentials_person_idx.
 */
export function ruleCondition(rule: CredentialRule, of: { personId: SQL; now: Date }): SQL {
  if (rule.anyOf.length === 0) return sql`true`;
  return condition(rule, { personId: of.personId, today: dayOf(of.now) });
}

/** Which of these people meet the rule now. */
export async function listMeeting(
  q: Queryable,
  of: { personIds: readonly string[]; rule: CredentialRule; now: Date },
): Promise<Set<string>> {
  if (of.personIds.length === 0) return new Set();
  const rows = await q.execute<{ id: string }>(sql`
    select p.id from unnest(${sql.param([...of.personIds])}::uuid[]) as p (id)
    where ${ruleCondition(of.rule, { personId: sql`p.id`, now: of.now })}`);
  return new Set([...rows].map((row) => row.id));
}

type At = { personId: SQL; today: string };

function condition(node: RuleNode, at: At): SQL {
  if ('allOf' in node)
    return sql`(${sql.join(
      node.allOf.map((part) => condition(part, at)),
      sql` and `,
    )})`;
  if ('anyOf' in node)
    return sql`(${sql.join(
      node.anyOf.map((part) => condition(part, at)),
      sql` or `,
    )})`;
  return held(node, at);
}

/** As `isAlike` and `fault` of rules.ts. Days compare as numbers, so that 29 February needs no calendar. */
function held(wanted: CredentialRequirement, { personId, today }: At): SQL {
  const parts: SQL[] = [
    sql`c.person_id = ${personId}`,
    sql`c.kind = ${wanted.kind}`,
    sql`c.status in ('claimed', 'verifying', 'verified')`,
    sql`(c.expires_on is null or c.expires_on >= ${today}::date)`,
  ];
  const { specialty, taxonomyCode, jurisdiction, region, minYears, minProficiency, minLevel } = wanted;
  const levels = CREDENTIAL_LEVELS.slice(CREDENTIAL_LEVELS.indexOf(minLevel));
  if (levels.length < CREDENTIAL_LEVELS.length) parts.push(sql`c.level in ${[...levels]}`);
  if (specialty !== undefined)
    parts.push(sql`lower(c.specialty collate "C") = ${foldCase(specialty)} collate "C"`);
  if (taxonomyCode !== undefined) parts.push(sql`c.taxonomy_code = ${taxonomyCode}`);
  if (jurisdiction !== undefined) parts.push(sql`c.jurisdiction = ${jurisdiction}`);
  if (region !== undefined) parts.push(sql`c.region = ${region}`);
  if (minYears !== undefined && minYears > 0) {
    const latest = Number(today.replaceAll('-', '')) - minYears * 10_000;
    parts.push(sql`to_char(c.issued_on, 'YYYYMMDD')::int <= ${latest}`);
  }
  if (minProficiency !== undefined) {
    const enough = PROFICIENCIES.slice(PROFICIENCIES.indexOf(minProficiency));
    parts.push(sql`c.proficiency in ${[...enough]}`);
  }
  return sql`exists (select from credentials c where ${sql.join(parts, sql` and `)})`;
}
