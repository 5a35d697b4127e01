import type { z } from 'zod';
import type { Queryable } from '#db/client.ts';
import { countWaiting, findWaiting, listWaiting } from './desk-queries.ts';
import { listAnswers, listDocuments } from './document-queries.ts';
import { listRivals } from './number-queries.ts';
import { type CredentialRow, lastVerifications, listCredentialsOf, listHistory } from './queries.ts';
import { listQualifications } from './reads.ts';
import type { CredentialStatus, QualificationView } from './schemas.ts';
import { countTeamCredentials, listClaimsOf, listTeamCredentials } from './team-queries.ts';
import { mayBeAnswered } from './verification-rules.ts';
import type {
  CredentialView,
  claimsOf,
  DeskInput,
  DeskItem,
  desk,
  TeamCredentialsInput,
} from './view-schemas.ts';

/** A person's own credentials and qualifications. */
export async function readWallet(
  q: Queryable,
  personId: string,
): Promise<{ credentials: CredentialView[]; qualifications: QualificationView[] }> {
  const rows = await listCredentialsOf(q, [personId]);
  const views = await withChecks(q, rows);
  return {
    credentials: views.map((view, at) => ({ ...view, status: shownStatus(rows[at], view.status) })),
    qualifications: await listQualifications(q, personId),
  };
}

/** A number that two people claim shows as being verified: nobody learns from their own page that somebody else holds it. */
function shownStatus(row: CredentialRow | undefined, status: CredentialStatus): CredentialStatus {
  return row?.deskReason === 'dispute' && status === 'discrepancy' ? 'verifying' : status;
}

/**
 * A page of the desk's queue, oldest first, with how many wait in all, and the line that was asked for; `personId` is the
 * operator, who is told which checks were their own.
 */
export async function readDesk(
  q: Queryable,
  { personId, open, ...filter }: DeskInput & { personId: string },
): Promise<z.infer<typeof desk>> {
  const found = await listWaiting(q, filter);
  const rows = found.slice(0, filter.limit);
  const isElsewhere = open !== null && !rows.some((row) => row.id === open);
  const asked = isElsewhere ? await findWaiting(q, open) : null;
  const items = await deskItems(q, asked ? [...rows, asked] : rows, personId);
  return {
    ...(await countWaiting(q)),
    items: items.slice(0, rows.length),
    next: found.length > rows.length ? (rows.at(-1)?.id ?? null) : null,
    opened: items.find((item) => item.id === open) ?? null,
  };
}

async function deskItems(
  q: Queryable,
  rows: readonly (CredentialRow & { personName: string })[],
  personId: string,
): Promise<DeskItem[]> {
  const views = await withChecks(q, rows);
  const rivals = await listRivals(
    q,
    rows.flatMap((row) => row.numberKey ?? []),
  );
  const checks = Map.groupBy(
    await listHistory(
      q,
      rows.map((row) => row.id),
    ),
    (check) => check.credentialId,
  );
  const answers = await listAnswers(
    q,
    rows.flatMap((row) => checks.get(row.id)?.[0]?.id ?? []),
  );
  return rows.flatMap((row, index) => {
    const view = views[index];
    if (view === undefined) return [];
    const history = checks.get(row.id) ?? [];
    return [
      {
        ...view,
        personId: row.personId,
        personName: row.personName,
        waitingSince: row.deskSince ?? row.createdAt,
        reason: row.deskReason ?? ('claim' as const),
        rivals: rivals
          .filter((one) => one.numberKey === row.numberKey && one.id !== row.id)
          .map(({ id: credentialId, personId: holder, personName, status, createdAt }) => ({
            credentialId,
            personName,
            isSamePerson: holder === row.personId,
            status,
            createdAt,
          })),
        history: history.map((check) => ({
          id: check.id,
          status: check.status,
          at: check.statusDate,
          primarySource: check.primarySource,
          sourceAsOf: check.sourceAsOf,
          standing: check.sourceStanding,
          effectiveOn: check.effectiveOn,
          evidenceSha256: check.evidenceSha256,
          evidenceFileId: check.evidenceFileId,
          note: check.note,
          isOwn: check.verifiedBy === personId,
        })),
        answer: answers.get(history[0]?.id ?? '') ?? null,
      },
    ];
  });
}

/** A page of what an organisation's members claim, so that it can vouch for it (R19); with how much of it waits for that. */
export async function readTeamCredentials(q: Queryable, of: TeamCredentialsInput & { orgId: string }) {
  const [counted, rows] = await Promise.all([
    countTeamCredentials(q, of.orgId),
    listTeamCredentials(q, { ...of, limit: of.limit + 1 }),
  ]);
  const shown = rows.slice(0, of.limit);
  return {
    ...counted,
    next: rows.length > shown.length ? (shown.at(-1)?.id ?? null) : null,
    items: shown.map((row) => ({
      credentialId: row.id,
      personId: row.personId,
      personName: row.personName,
      title: row.title,
      issuer: row.issuer,
      specialty: row.specialty,
      expiresOn: row.expiresOn,
      status: shownStatus(row, row.status),
      level: row.level,
    })),
  };
}

/** What some of an organisation's people claim: for whom it names in a bid. */
export async function readClaims(
  q: Queryable,
  of: { orgId: string; personIds: readonly string[] },
): Promise<z.infer<typeof claimsOf>> {
  return listClaimsOf(q, of);
}

async function withChecks(q: Queryable, rows: readonly CredentialRow[]): Promise<CredentialView[]> {
  const ids = rows.map((row) => row.id);
  const checks = await lastVerifications(q, ids);
  const documents = await listDocuments(q, ids);
  const answers = await listAnswers(
    q,
    [...checks.values()].map((check) => check.id),
  );
  return rows.map((row) => {
    const check = checks.get(row.id);
    const answer = answers.get(check?.id ?? '') ?? null;
    return {
      id: row.id,
      kind: row.kind,
      title: row.title,
      issuer: row.issuer,
      jurisdiction: row.jurisdiction,
      scheme: row.scheme,
      region: row.region,
      proficiency: row.proficiency,
      identifier: row.identifier,
      specialty: row.specialty,
      taxonomyCode: row.taxonomyCode,
      issuedOn: row.issuedOn,
      expiresOn: row.expiresOn,
      status: row.status,
      level: row.level,
      createdAt: row.createdAt,
      lastCheck:
        check === undefined
          ? null
          : {
              id: check.id,
              status: check.status,
              primarySource: check.primarySource,
              at: check.statusDate,
              note: check.note,
              standing: check.sourceStanding,
              effectiveOn: check.effectiveOn,
              answer: answer?.statement ?? null,
            },
      mayAnswer: check !== undefined && answer === null && mayBeAnswered(row.status),
      documents: (documents.get(row.id) ?? []).map(({ credentialId: _, ...document }) => document),
    };
  });
}
