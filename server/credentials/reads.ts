import type { Queryable } from '#db/client.ts';
import {
  type CredentialRow,
  findHolderOf,
  lastVerifications,
  listCredentialsOf,
  listHoldersInDate,
  listHoldersOfKind,
  listQualificationsOf,
  type VerificationRow,
} from './queries.ts';
import { dayOf, yearsSince } from './rules.ts';
import type { CredentialSnapshot, QualificationView, SnapshotEntry } from './schemas.ts';

/**
 * What each person holds at `now`, with level, years and expiry, for terms, rules and provenance (design rule 10).
 * Every asked person is in the map; someone without credentials has an empty list.
 */
export async function snapshotCredentials(
  q: Queryable,
  personIds: readonly string[],
  now: Date,
): Promise<Map<string, CredentialSnapshot>> {
  const rows = await listCredentialsOf(q, personIds);
  const checks = await lastVerifications(
    q,
    rows.map((row) => row.id),
  );
  const takenAt = now.toISOString();
  const snapshots = new Map<string, CredentialSnapshot>(
    personIds.map((personId) => [personId, { takenAt, credentials: [] }]),
  );
  for (const row of rows) {
    snapshots.get(row.personId)?.credentials.push(snapshotOf(row, checks.get(row.id), now));
  }
  return snapshots;
}

function snapshotOf(row: CredentialRow, check: VerificationRow | undefined, now: Date): SnapshotEntry {
  return {
    credentialId: row.id,
    kind: row.kind,
    title: row.title,
    issuer: row.issuer,
    jurisdiction: row.jurisdiction,
    specialty: row.specialty,
    taxonomyCode: row.taxonomyCode,
    region: row.region,
    proficiency: row.proficiency,
    level: row.level,
    status: row.status,
    issuedOn: row.issuedOn,
    expiresOn: row.expiresOn,
    years: yearsSince(row.issuedOn, now),
    verificationId: check?.id ?? null,
    verifiedOn: check === undefined ? null : dayOf(check.statusDate),
  };
}

/** Those among some people who hold a verified credential that is in date at `now`, for counts over a whole team. */
export function withVerifiedCredential(
  q: Queryable,
  personIds: readonly string[],
  now: Date,
): Promise<Set<string>> {
  return listHoldersInDate(q, { personIds, today: dayOf(now) });
}

/** What a person has learned and passed here, newest first. */
export async function listQualifications(q: Queryable, personId: string): Promise<QualificationView[]> {
  const rows = await listQualificationsOf(q, personId);
  return rows.map(({ id, kind, protocolVersionId, passedAt, validUntil }) => ({
    id,
    kind,
    protocolVersionId,
    passedAt,
    validUntil,
  }));
}

/** True when the person holds a qualification of the kind (for the protocol version, when given) that is in date. */
export async function hasQualification(
  q: Queryable,
  at: { personId: string; kind: QualificationView['kind']; protocolVersionId?: string; now: Date },
): Promise<boolean> {
  const held = await listQualifications(q, at.personId);
  return held.some(
    (one) =>
      one.kind === at.kind &&
      (at.protocolVersionId === undefined || one.protocolVersionId === at.protocolVersionId) &&
      (one.validUntil === null || one.validUntil > at.now),
  );
}

/** A claim with its number, for the checks against public registers; revoked and refused ones are left out. */
export type NumberedClaim = {
  credentialId: string;
  kind: string;
  title: string;
  issuer: string;
  jurisdiction: string | null;
  region: string | null;
  identifier: string | null;
  specialty: string | null;
  taxonomyCode: string | null;
  status: CredentialRow['status'];
};

/** What people claim, with numbers; for the registers' checks, never for terms or the screens of others. */
export async function numberedClaims(
  q: Queryable,
  personIds: readonly string[],
): Promise<Map<string, NumberedClaim[]>> {
  const found = new Map<string, NumberedClaim[]>(personIds.map((personId) => [personId, []]));
  for (const row of await listCredentialsOf(q, personIds)) {
    if (row.status === 'revoked' || row.status === 'adverse') continue;
    const { id: credentialId, kind, title, issuer, jurisdiction, region, identifier, status } = row;
    const { specialty, taxonomyCode } = row;
    const what = { credentialId, kind, title, issuer, jurisdiction, region, identifier, status };
    found.get(row.personId)?.push({ ...what, specialty, taxonomyCode });
  }
  return found;
}

/** People who claim an NPI, page by page in the order of their ids. */
export function listNpiHolders(q: Queryable, at: { after: string | null; limit: number }): Promise<string[]> {
  return listHoldersOfKind(q, { kind: 'npi', ...at });
}

/** Who claims this NPI credential; null when it is none. */
export function findNpiHolder(q: Queryable, credentialId: string): Promise<string | null> {
  return findHolderOf(q, { id: credentialId, kind: 'npi' });
}
