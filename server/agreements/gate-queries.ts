import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Queryable } from '#db/client.ts';
import { executePrepared } from '#db/execute-prepared.ts';
import { ORG_KINDS } from '#server/command/actor.ts';
import { isInEea } from './adequate-countries.ts';
import type { GateFacts, GateHop, GatePurpose } from './gate-facts.ts';
import { EU_ESTABLISHED, EU_SUBJECTS, PERSONAL_CLASSES } from './gate-requirements.ts';
import { AGREEMENT_KINDS, AGREEMENT_STATUSES } from './schemas.ts';

const org = z.object({
  id: z.uuid(),
  kind: z.enum(ORG_KINDS),
  verified: z.boolean(),
  country: z.string(),
});
const agreement = z.object({
  id: z.uuid(),
  kind: z.enum(AGREEMENT_KINDS),
  status: z.enum(AGREEMENT_STATUSES),
  partyAOrgId: z.uuid(),
  partyBOrgId: z.uuid(),
  effectiveFrom: z.string(),
  effectiveUntil: z.string().nullable(),
  suspendedByOrgId: z.uuid().nullable(),
  clauses: z.array(z.string()),
  locations: z.array(z.string()),
});
const factsRow = z.object({
  data_class: z.string(),
  legal_basis: z.string().nullable(),
  evidence: z
    .object({
      kind: z.string(),
      issuer: z.string().default(''),
      reference: z.string().default(''),
      issuedOn: z.string().nullable().default(null),
    })
    .nullable()
    .catch(null),
  evidence_expires_on: z.string().nullable(),
  allowed_countries: z.array(z.string()),
  sponsor: org,
  via: org,
  platform: org,
  agreements: z.array(agreement),
  is_member: z.boolean(),
  own_org_id: z.uuid().nullable(),
  transfer_assessment: z
    .object({ outcome: z.enum(['permitted', 'not_permitted']), validUntil: z.string() })
    .nullable(),
  subject_region: z.string().nullable(),
  is_excluded: z.boolean(),
  has_second_factor: z.boolean(),
  attestation: z.object({ confirmed: z.boolean(), validUntil: z.string() }).nullable(),
  requirements: z.array(
    z.object({
      dataClass: z.string(),
      appliesTo: z.enum(['hop', 'person', 'dataset']),
      requirement: z.string(),
      basis: z.string(),
    }),
  ),
});

const orgJson = (alias: string) =>
  sql.raw(`json_build_object('id', ${alias}.id, 'kind', ${alias}.kind,
    'verified', ${alias}.status = 'verified' or ${alias}.kind = 'platform', 'country', ${alias}.country)`);

/** The person's own organisation of one (memberships_person_idx), whose agreements may stand in for an attestation. */
const ownOrgOf = (at: { personId: string | null }) =>
  sql`(select mo.org_id from memberships mo join organisations oo on oo.id = mo.org_id and oo.kind = 'independent'
    and oo.status = 'verified' where mo.person_id = ${at.personId} and mo.status = 'active' limit 1)`;

/** Given in the session at the door (its key), or set up at all (users_person_key, authenticators' key). */
const secondFactorOf = (at: { personId: string | null; sessionId?: string | undefined }) =>
  at.sessionId === undefined
    ? sql`exists (select 1 from users u join authenticators au on au.user_id = u.id
        where u.person_id = ${at.personId} and au.confirmed_at is not null)`
    : sql`exists (select 1 from sessions se join users u on u.id = se.user_id
        where se.id = ${at.sessionId} and u.person_id = ${at.personId} and se.second_factor_at is not null)`;

/**
 * All facts of one decision in one statement, read at one moment. Keys of datasets, projects and organisations;
 * agreements by agreements_party_a_idx, the transfer by
 * transfer_assessments_org_idx, the attestation by workforce_attestations_person_idx, the exclusion by
 * screening_hits_confirmed_idx, the rules by gate_requirements_class_idx. It reads across domains on purpose: a gate put together from several reads could see
 * a chain that never was. Null when the dataset, the organisation or the platform does not exist.
 */
export async function loadGateFacts(
  q: Queryable,
  at: {
    /** Null for the organisation's part of the chain alone. */
    personId: string | null;
    viaOrgId: string;
    /** A data set, or a project by its newest data set and, before there is one, by its class. */
    of: { datasetId: string } | { projectId: string };
    purpose: GatePurpose;
    today: string;
    country: string | null;
    /** The session at the door; without one an account that has a second factor is enough. */
    sessionId?: string | undefined;
    /** Says it of whoever is asked about, where nobody is yet; else it follows from the organisation's country and the person's. */
    isEstablishedInEu?: boolean;
  },
): Promise<GateFacts | null> {
  const source =
    'datasetId' in at.of
      ? sql`datasets d join projects p on p.id = d.project_id and d.id = ${at.of.datasetId}`
      : sql`projects p left join lateral (
          select d0.* from datasets d0 where d0.project_id = p.id order by d0.created_at desc limit 1) d on true`;
  const isAsked = 'datasetId' in at.of ? sql`true` : sql`p.id = ${at.of.projectId}`;
  const [row] = await executePrepared(
    q,
    sql`
    select coalesce(d.data_class, p.data_class) as data_class, d.legal_basis, d.subject_region, d.evidence, d.evidence_expires_on::text,
      coalesce(p.location_policy -> 'allowedCountries', '[]'::jsonb) as allowed_countries,
      ${orgJson('s')} as sponsor, ${orgJson('v')} as via, ${orgJson('pl')} as platform,
      coalesce((
        select json_agg(json_build_object('id', a.id, 'kind', a.kind, 'status', a.status,
          'partyAOrgId', a.party_a_org_id, 'partyBOrgId', a.party_b_org_id,
          'effectiveFrom', a.effective_from::text, 'effectiveUntil', a.effective_until::text,
          'suspendedByOrgId', a.suspended_by_org_id,
          'clauses', jsonb_path_query_array(coalesce(a.clauses, t.clauses), '$[*].key'),
          'locations', a.locations) order by a.created_at desc)
        from agreements a join agreement_templates t on t.id = a.template_id
        where (a.party_a_org_id = s.id and a.party_b_org_id = pl.id)
           or (a.party_a_org_id = pl.id and (a.party_b_org_id = v.id
             or a.party_b_org_id = ${ownOrgOf(at)}))), '[]'::json) as agreements,
      ${ownOrgOf(at)} as own_org_id,
      (select json_build_object('outcome', ta.outcome, 'validUntil', ta.valid_until::text)
        from transfer_assessments ta where ta.org_id = s.id and ta.country = ${at.country}
        order by ta.assessed_at desc limit 1) as transfer_assessment,
      exists (select 1 from memberships m where m.org_id = v.id and m.person_id = ${at.personId}
        and m.status = 'active') as is_member,
      exists (select 1 from screening_hits h where h.person_id = ${at.personId}
        and h.status = 'confirmed') as is_excluded,
      ${secondFactorOf(at)} as has_second_factor,
      (select json_build_object('confirmed', w.confirmed_at is not null, 'validUntil', w.valid_until::text)
        from workforce_attestations w
        where w.person_id = ${at.personId} and w.org_id = v.id and w.revoked_at is null
        order by w.valid_until >= ${at.today}::date desc, w.confirmed_at is not null desc, w.valid_until desc
        limit 1) as attestation,
      coalesce((
        select json_agg(json_build_object('dataClass', g.data_class, 'appliesTo', g.applies_to,
          'requirement', g.requirement, 'basis', g.basis) order by g.data_class, g.id)
        from gate_requirements g
        where g.data_class in (coalesce(d.data_class, p.data_class), ${EU_ESTABLISHED}, ${EU_SUBJECTS}) and g.valid_from <= ${at.today}::date
          and (g.valid_until is null or g.valid_until > ${at.today}::date)), '[]'::json) as requirements
    from ${source}
    join organisations s on s.id = p.org_id
    join organisations v on v.id = ${at.viaOrgId}
    join organisations pl on pl.kind = 'platform'
    where ${isAsked}`,
  );
  return row === undefined ? null : factsOf(factsRow.parse(row), at);
}

function factsOf(
  row: z.infer<typeof factsRow>,
  at: { today: string; purpose: GatePurpose; country: string | null; isEstablishedInEu?: boolean },
): GateFacts {
  const isEstablishedInEu = at.isEstablishedInEu ?? (isInEea(row.via.country) || isInEea(at.country));
  const isPersonal = PERSONAL_CLASSES.includes(row.data_class);
  const further = new Set([
    ...(isPersonal && isEstablishedInEu ? [EU_ESTABLISHED] : []),
    ...(isPersonal && isInEea(row.subject_region) ? [EU_SUBJECTS] : []),
  ]);
  return {
    today: at.today,
    purpose: at.purpose,
    dataClass: row.data_class,
    requirements: row.requirements.filter(
      (one) => one.dataClass === row.data_class || further.has(one.dataClass),
    ),
    dataset: {
      legalBasis: row.legal_basis ?? '',
      evidence: row.evidence,
      evidenceExpiresOn: row.evidence_expires_on,
    },
    sponsor: row.sponsor,
    via: row.via,
    hops: hopsOf(row),
    person: {
      isMember: row.is_member,
      isExcluded: row.is_excluded,
      hasSecondFactor: row.has_second_factor,
      country: at.country,
      attestation: row.attestation,
      ownAgreements: row.agreements.filter(
        (one) => row.own_org_id !== null && one.partyBOrgId === row.own_org_id,
      ),
    },
    transferAssessment: row.transfer_assessment,
    allowedCountries: row.allowed_countries,
  };
}

function hopsOf({ sponsor, platform, via, agreements }: z.infer<typeof factsRow>): GateHop[] {
  const hop = (upper: GateHop['upper'], lower: GateHop['lower']): GateHop => ({
    upper,
    lower,
    agreements: agreements.filter((a) => a.partyAOrgId === upper.id && a.partyBOrgId === lower.id),
  });
  // The platform's own data (its exams) has no hop to the platform.
  const first = sponsor.id === platform.id ? [] : [hop(sponsor, platform)];
  return via.id === sponsor.id || via.id === platform.id ? first : [...first, hop(platform, via)];
}

export type WorkingPair = { datasetId: string; viaOrgId: string };

/** Pairs of a data set and an organisation with people at work on it, where either party is involved; a page in their order. */
export async function listWorkingPairs(
  q: Queryable,
  of: { orgIds: readonly string[]; after: WorkingPair | null; limit: number },
): Promise<WorkingPair[]> {
  const ids = sql.param([...of.orgIds]);
  const isNext =
    of.after === null
      ? sql`true`
      : sql`(d.id, e.via_org_id) > (${of.after.datasetId}::uuid, ${of.after.viaOrgId}::uuid)`;
  const rows = await q.execute<{ dataset_id: string; via_org_id: string }>(sql`
    select distinct d.id as dataset_id, e.via_org_id
    from engagements e join datasets d on d.project_id = e.project_id
    where e.status = 'active' and (e.via_org_id = any(${ids}::uuid[]) or d.org_id = any(${ids}::uuid[])) and ${isNext}
    order by 1, 2 limit ${of.limit}`);
  return rows.map((row) => ({ datasetId: row.dataset_id, viaOrgId: row.via_org_id }));
}

/** Projects that concern an organisation: its own, or those it bids, works or holds an order for; newest first. */
export async function listConcernedProjects(
  q: Queryable,
  orgId: string,
): Promise<{ projectId: string; title: string; dataClass: string }[]> {
  const rows = await q.execute<{ id: string; title: string; data_class: string }>(sql`
    select p.id, p.title, p.data_class from projects p
    where p.status not in ('completed', 'archived') and (
      p.org_id = ${orgId}
      or exists (select 1 from contracts c where c.project_id = p.id and c.vendor_org_id = ${orgId} and c.status = 'active')
      or exists (select 1 from bids b where b.project_id = p.id and b.vendor_org_id = ${orgId}
        and b.status in ('draft', 'submitted', 'shortlisted', 'piloting', 'awarded'))
      or exists (select 1 from engagements e where e.project_id = p.id and e.via_org_id = ${orgId} and e.status = 'active'))
    order by p.created_at desc limit 50`);
  return rows.map((row) => ({ projectId: row.id, title: row.title, dataClass: row.data_class }));
}

/** Where a live lease stands: its case and through whom the person reads. */
export type LeaseContext = {
  batchId: string;
  batchKind: string;
  tier: string;
  datasetId: string;
  caseId: string;
  viaOrgId: string;
  leaseUntil: Date;
};

const leaseRow = z.object({
  batch_id: z.uuid(),
  batch_kind: z.string(),
  tier: z.string(),
  dataset_id: z.uuid(),
  case_id: z.uuid(),
  via_org_id: z.uuid(),
  lease_until: z.coerce.date(),
});

/**
 * The lease as its holder's, or null: unknown, someone else's, or given back. With `batchId` one shard is asked; without it the batches the
 * person reads in. Indexes: readers_person_idx, slots_person_task_key.
 */
export async function findLease(
  q: Queryable,
  at: { personId: string; leaseId: string; batchId: string | null },
): Promise<LeaseContext | null> {
  const inBatch = at.batchId === null ? sql`true` : sql`r.batch_id = ${at.batchId}`;
  const [row] = await executePrepared(
    q,
    sql`
    select s.batch_id, b.kind as batch_kind, s.tier, b.dataset_id, t.case_id, e.via_org_id, s.lease_until
    from readers r
    cross join lateral (select s.* from slots s where s.batch_id = r.batch_id and s.annotator_id = r.annotator_id
      and s.task_id = any (r.held) and s.tier = r.tier and s.lease_id = ${at.leaseId} and s.status = 'leased' limit 1) s
    join tasks t on t.batch_id = s.batch_id and t.id = s.task_id
    join batches b on b.id = s.batch_id
    join engagements e on e.id = r.engagement_id
    where ${inBatch} and r.annotator_id = ${at.personId}`,
  );
  if (row === undefined) return null;
  const lease = leaseRow.parse(row);
  return {
    batchId: lease.batch_id,
    batchKind: lease.batch_kind,
    tier: lease.tier,
    datasetId: lease.dataset_id,
    caseId: lease.case_id,
    viaOrgId: lease.via_org_id,
    leaseUntil: lease.lease_until,
  };
}
