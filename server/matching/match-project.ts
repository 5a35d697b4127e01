import type { Queryable } from '#db/client.ts';
import { findProjectCall } from '#server/bids/reads.ts';
import { pilotTerms } from '#server/bids/schemas.ts';
import { snapshotCredentials } from '#server/credentials/reads.ts';
import { evaluateCredentialRule } from '#server/credentials/rules.ts';
import type { Project } from '#server/projects/schemas.ts';
import { type CandidateRow, findLowestMedianPrice, listCandidates } from './queries.ts';
import { type CandidateFacts, type RankedCandidate, rankCandidates } from './rules.ts';

/**
 * Ranks vendors and independents for a project, each with its gates and score parts; at most 500 organisations are
 * looked at. With `orgId` only that one, to answer "why (not) me".
 */
export async function matchProject(
  q: Queryable,
  project: Project,
  input: { now: Date; limit?: number; orgId?: string },
): Promise<RankedCandidate[]> {
  const rows = await listCandidates(q, {
    limit: 500,
    ...(input.orgId === undefined ? {} : { orgId: input.orgId }),
  });
  const snapshots = await snapshotCredentials(
    q,
    rows.flatMap((row) => row.personIds),
    input.now,
  );
  const call = await findProjectCall(q, project.id);
  const overlap = call ? pilotTerms.parse(call.pilotTerms).overlap : project.qualityPolicy.overlap;
  const ranked = rankCandidates(
    rows.map((row) => factsOf(row, project, snapshots, overlap, input.now)),
    await findLowestMedianPrice(q),
  );
  return ranked.slice(0, input.limit ?? 100);
}

function factsOf(
  row: CandidateRow,
  project: Project,
  snapshots: Awaited<ReturnType<typeof snapshotCredentials>>,
  overlap: number,
  now: Date,
): CandidateFacts {
  const allowedCountries = project.locationPolicy.allowedCountries;
  let qualifiedPeople = 0;
  let credentialGap: string | null = null;
  for (const personId of row.personIds) {
    const snapshot = snapshots.get(personId);
    if (!snapshot) continue;
    const decision = evaluateCredentialRule(project.credentialRule, snapshot, now);
    if (decision.allowed) qualifiedPeople += 1;
    else credentialGap ??= decision.reasons[0]?.message ?? null;
  }
  return {
    orgId: row.orgId,
    name: row.name,
    kind: row.kind,
    country: row.country,
    verified: row.status === 'verified',
    people: row.personIds.length,
    qualifiedPeople,
    credentialGap,
    locationAllowed: allowedCountries.length === 0 || allowedCountries.includes(row.country),
    allowedCountries,
    overlap,
    accuracyLower: row.accuracyLower,
    accuracyN: row.accuracyN,
    reliability: row.reliability,
    readsPerActiveHour: row.readsPerActiveHour,
    medianPriceMinor: row.medianPriceMinor,
  };
}
