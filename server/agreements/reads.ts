import type { Queryable } from '#db/client.ts';
import type { UserActor } from '#server/command/actor.ts';
import { assert } from '#server/core/assert.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { findOrganisation, listOrgMembers, namesOfPeople } from '#server/identity/reads.ts';
import { readTransfers } from './assess-transfer.ts';
import { listAttestationsOf, newestAttestations } from './attestation-queries.ts';
import { CONSENT } from './consent.ts';
import { decideOrgAccess } from './decide-access.ts';
import { documentOf, preamble, termSentence } from './document.ts';
import { findForParty } from './find-for-party.ts';
import { isEffective, meetsRule } from './gate-facts.ts';
import { listConcernedProjects } from './gate-queries.ts';
import { stateOf } from './gate-words.ts';
import { listRemarks } from './negotiation-queries.ts';
import {
  type AgreementRow,
  type AgreementWithParties,
  findNewestTemplate,
  listAgreementsOf,
  listAgreementsOfKind,
  listGateRequirements,
  listSignatures,
  type SignatureRow,
} from './queries.ts';
import {
  addMonths,
  asksVerification,
  authorityStatement,
  hasAuthority,
  isPending,
  kindsFor,
  sideOf,
  VERIFICATION_MONTHS,
} from './rules.ts';
import {
  type AgreementDetail,
  type AgreementKind,
  type AgreementStatus,
  type AgreementView,
  type Clause,
  clauses,
  KIND_TITLES,
  verificationStatement,
} from './schemas.ts';
import {
  type DutyRow,
  listDuties,
  listOpenDutiesOf,
  listVerifications,
  type VerificationRow,
} from './term-queries.ts';

type OrgActor = UserActor & { orgId: string };

const STANDING: ReadonlySet<AgreementStatus> = new Set(['active', 'suspended', 'termination_noticed']);

/** An organisation's agreements, what they allow on each of its projects, and what it can ask for. */
export async function readAgreementCentre(q: Queryable, at: { orgId: string; now: Date }) {
  const org = await findOrganisation(q, at.orgId);
  assert(org !== null, 'The organisation of the session does not exist');
  const agreements = await viewsOf(q, await listAgreementsOf(q, at.orgId), at.orgId);
  const projects = await Promise.all(
    (await listConcernedProjects(q, at.orgId)).map(async (project) => ({
      ...project,
      decision: await decideOrgAccess(q, {
        viaOrgId: at.orgId,
        of: { projectId: project.projectId },
        now: at.now,
      }),
    })),
  );
  const kindsOf = (is: (one: AgreementView) => boolean) =>
    new Set(agreements.filter(is).map((one) => one.kind));
  const open = kindsOf((one) => isPending(one.status));
  const standing = kindsOf((one) => STANDING.has(one.status));
  const signed = agreements.filter((one) => one.status === 'signed');
  // Where nothing is in force until its day, an interim one can be asked for (`interim.ts`).
  const interims = signed.filter((one) => !standing.has(one.kind) && !open.has(one.kind));
  const closed = new Set(signed.filter((one) => !interims.includes(one)).map((one) => one.kind));
  return {
    agreements,
    projects,
    requestable: kindsFor(org.kind).filter((kind) => !open.has(kind) && !closed.has(kind)),
    interimUntil: Object.fromEntries(interims.map((one) => [one.kind, one.effectiveFrom])),
    carries: await readCarried(q, { agreements, projects, today: at.now.toISOString().slice(0, 10) }),
    transfers: await readTransfers(q, at),
    duties: await listOpenDutiesOf(q, at.orgId),
  };
}

/** Which projects each agreement in force is asked for by, as the access rules stand. */
async function readCarried(
  q: Queryable,
  at: {
    agreements: readonly AgreementView[];
    projects: readonly { title: string; dataClass: string }[];
    today: string;
  },
): Promise<Record<string, string[]>> {
  const rules = (await listGateRequirements(q)).filter(
    (rule) => rule.validFrom <= at.today && (rule.validUntil === null || at.today < rule.validUntil),
  );
  const asksFor = (dataClass: string, kind: AgreementKind) =>
    rules.some((rule) => rule.dataClass === dataClass && meetsRule(kind, rule.requirement));
  return Object.fromEntries(
    at.agreements
      .filter((one) => one.suspendedBy === null && isEffective(one, at.today))
      .map((one) => [
        one.id,
        at.projects
          .filter((project) => one.kind === 'services' || asksFor(project.dataClass, one.kind))
          .map((project) => project.title),
      ]),
  );
}

/** Agreements as an organisation sees them, in the order given. */
export async function viewsOf(
  q: Queryable,
  rows: readonly AgreementWithParties[],
  orgId: string,
): Promise<AgreementView[]> {
  const ids = rows.map((row) => row.agreement.id);
  const facts = {
    signatures: await listSignatures(q, ids),
    duties: await listDuties(q, ids),
    verifications: await listVerifications(q, ids),
  };
  return rows.map((row) => viewOf(row, facts, orgId));
}

/** One agreement with its text, signatures and whether the viewer may sign; only for its parties. */
export async function readAgreement(
  q: Queryable,
  at: { agreementId: string; actor: OrgActor },
): Promise<AgreementDetail> {
  const whole = await findForParty(q, at);
  const ids = [whole.agreement.id];
  const signatures = await listSignatures(q, ids);
  const duties = await listDuties(q, ids);
  const verifications = await listVerifications(q, ids);
  const view = viewOf(whole, { signatures, duties, verifications }, at.actor.orgId);
  const remarks = await listRemarks(q, whole.agreement.id);
  const own = view.ownSide === 'a' ? whole.partyA : whole.partyB;
  const document = documentOf(whole);
  const names = await namesOfPeople(q, [at.actor.personId]);
  return {
    ...view,
    templateVersion: whole.template.version,
    documentSha256: whole.agreement.documentSha256,
    preamble: preamble(document),
    term: termSentence(document),
    clauses: [...document.clauses],
    signatures: signatures.map(({ side, typedName, title, signedAt, documentSha256 }) => ({
      side,
      typedName,
      title,
      signedAt,
      documentSha256,
    })),
    textVersion: whole.agreement.textVersion,
    remarks: remarks.map((one) => ({
      id: one.id,
      clauseKey: one.clauseKey,
      side: one.side,
      isOwn: one.side === view.ownSide,
      note: one.note,
      proposedText: one.proposedText,
      status: one.status,
      decisionNote: one.decisionNote,
      createdAt: one.createdAt,
      textVersion: one.textVersion,
    })),
    isNegotiable: view.status === 'draft' || view.status === 'sent',
    duties: duties.map(({ id, orgId, orgName, dueOn, certifiedAt, certificate, certificateSha256 }) => ({
      id,
      orgName,
      isOwn: orgId === at.actor.orgId,
      dueOn,
      certifiedAt,
      certificate,
      certificateSha256,
    })),
    verifications: verifications.map((one) => ({
      id: one.id,
      ...verificationStatement.parse(one.statement),
      signedAt: one.signedAt,
      validUntil: one.validUntil,
      statementSha256: one.statementSha256,
      hasSealedCopy: one.sealedFileId !== null,
    })),
    verifiesSafeguards: asksVerification(view.kind) && view.ownSide === 'b',
    consent: CONSENT,
    authorityStatement: authorityStatement(own.legalName),
    signerName: names.get(at.actor.personId)?.name ?? '',
    maySign: maySign(view, at.actor, own),
  };
}

function maySign(
  view: AgreementView,
  actor: OrgActor,
  own: AgreementWithParties['partyA'],
): { allowed: boolean; reason: string | null } {
  if (!isPending(view.status) || view.status === 'draft') return { allowed: false, reason: null };
  if (view.ownSide !== null && view.signedSides.includes(view.ownSide)) {
    return { allowed: false, reason: 'Your side has signed. It waits for the other side.' };
  }
  if (!actor.orgVerified) {
    return { allowed: false, reason: 'Your organisation can sign once an operator has verified it.' };
  }
  const authority = hasAuthority(actor, own);
  return authority.allowed
    ? { allowed: true, reason: null }
    : { allowed: false, reason: authority.reasons[0]?.message ?? null };
}

function viewOf(
  { agreement, template, partyA, partyB }: AgreementWithParties,
  facts: {
    signatures: readonly SignatureRow[];
    duties: readonly DutyRow[];
    verifications: readonly VerificationRow[];
  },
  orgId: string,
): AgreementView {
  return {
    id: agreement.id,
    kind: agreement.kind,
    title: template.title,
    status: agreement.status,
    statusReason: agreement.statusReason,
    parties: [
      { orgId: partyA.id, legalName: partyA.legalName, side: 'a' },
      { orgId: partyB.id, legalName: partyB.legalName, side: 'b' },
    ],
    ownSide: sideOf(agreement, orgId),
    signedSides: facts.signatures.filter((one) => one.agreementId === agreement.id).map((one) => one.side),
    effectiveFrom: agreement.effectiveFrom,
    effectiveUntil: agreement.effectiveUntil,
    createdAt: agreement.createdAt,
    activatedAt: agreement.activatedAt,
    endedAt: agreement.endedAt,
    hasSealedCopy: agreement.sealedFileId !== null,
    locations: agreement.locations,
    verificationDueOn: verificationDueOn(agreement, facts.verifications),
    openDuties: facts.duties.filter((one) => one.agreementId === agreement.id && one.certifiedAt === null)
      .length,
    suspendedBy: sideOf(agreement, agreement.suspendedByOrgId),
    retainUntil: agreement.retainUntil,
  };
}

/** A year after it began, and then after each verification; while the agreement is in force. */
function verificationDueOn(agreement: AgreementRow, all: readonly VerificationRow[]): string | null {
  const isStanding = ['active', 'suspended', 'termination_noticed'].includes(agreement.status);
  if (!asksVerification(agreement.kind) || !isStanding) return null;
  const newest = all.find((one) => one.agreementId === agreement.id);
  return newest?.validUntil ?? addMonths(agreement.effectiveFrom, VERIFICATION_MONTHS);
}

/** The statement that an organisation attests of a person and the person confirms, in its newest version (R19). */
export async function readAttestationText(q: Queryable): Promise<{ version: number; clauses: Clause[] }> {
  const template = await findNewestTemplate(q, 'workforce_attestation');
  assert(template !== null, 'The text of the workforce attestation is missing');
  return { version: template.version, clauses: clauses.parse(template.clauses) };
}

/** The agreement of a kind that an organisation has with the platform in force on the day of `now`, or why it has none. */
export async function findEffectiveAgreement(
  q: Queryable,
  at: { orgId: string; kind: AgreementKind; now: Date },
): Promise<{ id: string } | { gap: ErrorDetail }> {
  const today = at.now.toISOString().slice(0, 10);
  const own = (await listAgreementsOf(q, at.orgId))
    .map(({ agreement }) => agreement)
    .filter((one) => one.kind === at.kind);
  const found = own.find((one) => isEffective(one, today));
  if (found !== undefined) return { id: found.id };
  const { state, change } = stateOf(own, today);
  const title = KIND_TITLES[at.kind].toLowerCase();
  return {
    gap: { code: `${at.kind}_missing`, message: `The ${title} with the platform ${state}. ${change}` },
  };
}

/** Organisations below the platform with an agreement of a kind in force. */
export async function listEffectivePartners(
  q: Queryable,
  at: { kind: AgreementKind; now: Date },
): Promise<string[]> {
  const today = at.now.toISOString().slice(0, 10);
  const rows = await listAgreementsOfKind(q, at.kind);
  return [...new Set(rows.filter((one) => isEffective(one, today)).map((one) => one.partyBOrgId))];
}

/**
 * R1: why no services agreement between this organisation and the platform is in force, in words that name its state;
 * null when there is one. An award is an order under it, so no work starts without it.
 */
export async function findServicesGap(
  q: Queryable,
  at: { orgId: string; now: Date },
): Promise<ErrorDetail | null> {
  const found = await findEffectiveAgreement(q, { ...at, kind: 'services' });
  return 'gap' in found ? found.gap : null;
}

/** What organisations attest of a person, for the person to confirm. */
export async function readOwnAttestations(q: Queryable, personId: string) {
  const rows = await listAttestationsOf(q, personId);
  return rows.map(
    ({ id, orgId, orgName, relation, privacyTrainingOn, attestedAt, confirmedAt, validUntil }) => ({
      id,
      orgId,
      orgName,
      relation,
      privacyTrainingOn,
      attestedAt,
      confirmedAt,
      validUntil,
    }),
  );
}

/** An organisation's people with the newest attestation of each, those who read first. */
export async function readTeamAttestations(q: Queryable, orgId: string) {
  const members = await listOrgMembers(q, orgId);
  const newest = await newestAttestations(q, { orgId, personIds: members.map((one) => one.personId) });
  return members.map(({ personId, name, roles }) => {
    const row = newest.get(personId);
    return {
      personId,
      name,
      roles: [...roles],
      attestation:
        row === undefined
          ? null
          : {
              id: row.id,
              relation: row.relation,
              privacyTrainingOn: row.privacyTrainingOn,
              attestedAt: row.attestedAt,
              confirmedAt: row.confirmedAt,
              validUntil: row.validUntil,
            },
    };
  });
}
