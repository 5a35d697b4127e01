import { z } from 'zod';
import { ROLES } from '#server/command/capabilities.ts';
import { countryCode } from '#server/identity/schemas.ts';

/** What two organisations can agree on (facts A; R18, R20). */
export const AGREEMENT_KINDS = [
  'baa',
  'subcontractor_baa',
  'services',
  'dua',
  'dpa',
  'scc',
  'confidentiality',
  'nda',
  'no_reidentification',
  'delegation',
] as const;
export type AgreementKind = (typeof AGREEMENT_KINDS)[number];

export const KIND_TITLES: Record<AgreementKind, string> = {
  baa: 'Business associate agreement',
  subcontractor_baa: 'Subcontractor business associate agreement',
  services: 'Services agreement',
  dua: 'Data use agreement',
  dpa: 'Data processing agreement',
  scc: 'Standard contractual clauses',
  confidentiality: 'Confidentiality undertaking',
  nda: 'Non-disclosure agreement',
  no_reidentification: 'Undertaking not to re-identify',
  delegation: 'Delegation of credential checks',
};

/** Texts there are templates of: agreements, and the statement a workforce attestation makes (R19). */
export const TEMPLATE_KINDS = [...AGREEMENT_KINDS, 'workforce_attestation'] as const;
export type TemplateKind = (typeof TEMPLATE_KINDS)[number];

export const AGREEMENT_STATUSES = [
  'draft',
  'sent',
  'partially_signed',
  'signed',
  'active',
  'suspended',
  'termination_noticed',
  'terminated',
  'wound_down',
  'expired',
  'superseded',
  'declined',
  'voided',
  'lapsed',
] as const;
export type AgreementStatus = (typeof AGREEMENT_STATUSES)[number];

export const SIDES = ['a', 'b'] as const;
export type Side = (typeof SIDES)[number];

const day = z.iso.date('Give the date as year-month-day, for example 2026-03-31.');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'A SHA-256 has 64 hexadecimal digits.');
const line = (most: number) => z.string().trim().min(1, 'This is missing.').max(most);

/** One clause of a document; `key` is what the linter asks for. */
export const clause = z.object({ key: line(60), heading: line(120), text: line(4000) });
export type Clause = z.infer<typeof clause>;
export const clauses = z.array(clause).min(1).max(60);

export const createAgreementInput = z.object({
  kind: z.enum(AGREEMENT_KINDS),
  /** The organisation that contracts with the platform (R1). */
  orgId: z.uuid(),
  effectiveFrom: day.optional(),
  effectiveUntil: day.optional(),
  /** The only countries in which data it carries may be shown; empty or left out sets no limit. */
  locations: z.array(countryCode).max(60, 'At most 60 countries.').optional(),
});
export type CreateAgreementInput = z.infer<typeof createAgreementInput>;
/** As `createAgreementInput`, for one's own organisation. */
export const requestAgreementInput = createAgreementInput.omit({ orgId: true });

export const signAgreementInput = z.object({
  agreementId: z.uuid(),
  typedName: line(120),
  title: line(120),
  /** The signer says to be authorised to bind the organisation; never ticked beforehand. */
  authority: z.literal(true, 'Confirm that you are authorised to bind your organisation.'),
  /** Version of the consent to sign electronically that was shown. */
  consentVersion: line(20),
  /** SHA-256 of the bytes that were shown to the signer. */
  documentSha256: sha256,
});
export type SignAgreementInput = z.infer<typeof signAgreementInput>;

export const agreementIdInput = z.object({ agreementId: z.uuid() });
export const remarkInput = agreementIdInput.extend({
  clauseKey: line(60),
  note: z.string().trim().min(1, 'Say what it is about.').max(2000),
  /** Another wording of the clause; left out for a comment. */
  proposedText: z.string().trim().min(1, 'Write the wording you propose.').max(4000).optional(),
});
export type RemarkInput = z.infer<typeof remarkInput>;
export const remarkIdInput = z.object({ remarkId: z.uuid() });
export const decideRemarkInput = remarkIdInput.extend({
  decision: z.enum(['accepted', 'refused']),
  note: z.string().trim().max(2000).default(''),
});
export const madeRemark = z.object({ remarkId: z.uuid(), status: z.enum(AGREEMENT_STATUSES) });
export const decidedRemark = z.object({ textVersion: z.number().int() });
export const sentAgreement = z.object({ documentSha256: z.string() });

/** How data was returned or destroyed (NIST SP 800-88), or why it could not be. */
export const WIND_DOWN_METHODS = [
  'nothing_held',
  'returned',
  'clear',
  'purge',
  'destroy',
  'infeasible',
] as const;
export const windDownCertificate = z
  .object({
    method: z.enum(WIND_DOWN_METHODS),
    /** Systems and media it covers, in words. */
    systems: line(2000),
    /** The last day on which a backup still holds any of it. */
    backupsExpireOn: day.nullable(),
    infeasibleReason: z.string().trim().max(2000).nullable(),
    /** Where infeasible: the protections go on, and use is limited to the reason (164.504(e)(2)(ii)(J)). */
    continuesProtections: z.boolean(),
  })
  .superRefine((value, ctx) => {
    if (value.method !== 'infeasible') return;
    if ((value.infeasibleReason ?? '').length < 10) {
      ctx.addIssue({
        code: 'custom',
        path: ['infeasibleReason'],
        message: 'Say why return or destruction is not feasible.',
      });
    }
    if (!value.continuesProtections) {
      ctx.addIssue({
        code: 'custom',
        path: ['continuesProtections'],
        message: 'Where it is not feasible, the protections must go on.',
      });
    }
  });
export const certifyWindDownInput = z.object({ dutyId: z.uuid(), certificate: windDownCertificate });
export type CertifyWindDownInput = z.infer<typeof certifyWindDownInput>;

/** The safeguards that a business associate's yearly verification speaks of (45 CFR 164.308, 310, 312). */
export const SAFEGUARDS = [
  'risk_analysis',
  'access_control',
  'second_factor',
  'encryption',
  'audit_controls',
  'contingency_plan',
  'training',
  'subcontractors',
] as const;
export const verifySafeguardsInput = agreementIdInput.extend({
  expertName: line(120),
  expertTitle: line(120),
  /** The expert's written analysis. */
  analysis: z.string().trim().min(40, 'The analysis says what was looked at and found.').max(8000),
  inPlace: z.array(z.enum(SAFEGUARDS)).min(1, 'Name the safeguards that are in place.'),
});
export const verificationStatement = verifySafeguardsInput.omit({ agreementId: true });
export type VerifySafeguardsInput = z.infer<typeof verifySafeguardsInput>;
export const verifiedSafeguards = z.object({ id: z.uuid(), validUntil: z.string() });

export const declineAgreementInput = agreementIdInput.extend({ reason: line(500) });
export const terminateAgreementInput = agreementIdInput.extend({
  reason: line(500),
  /** The first day on which it no longer holds; today or left out ends it at once. */
  effectiveOn: day.optional(),
});
export type TerminateAgreementInput = z.infer<typeof terminateAgreementInput>;

/** For suspending as for resuming: both sides read the reason. */
export const suspendAgreementInput = agreementIdInput.extend({ reason: line(500) });
export type SuspendAgreementInput = z.infer<typeof suspendAgreementInput>;

export const attestPersonInput = z.object({
  personId: z.uuid(),
  relation: z.enum(['employed', 'direct_control']),
  privacyTrainingOn: day,
});
export type AttestPersonInput = z.infer<typeof attestPersonInput>;
export const attestationIdInput = z.object({ attestationId: z.uuid() });

export const documentCopy = z.enum(['original', 'sealed']);
export const documentCopyInput = agreementIdInput.extend({ copy: documentCopy });

export const verificationCopyInput = z.object({ verificationId: z.uuid(), copy: documentCopy });

const party = z.object({ orgId: z.uuid(), legalName: z.string(), side: z.enum(SIDES) });

export const agreementView = z.object({
  id: z.uuid(),
  kind: z.enum(AGREEMENT_KINDS),
  title: z.string(),
  status: z.enum(AGREEMENT_STATUSES),
  statusReason: z.string().nullable(),
  parties: z.tuple([party, party]),
  /** Which side the viewer's organisation is, or null for neither. */
  ownSide: z.enum(SIDES).nullable(),
  signedSides: z.array(z.enum(SIDES)),
  effectiveFrom: z.string(),
  effectiveUntil: z.string().nullable(),
  createdAt: z.date(),
  activatedAt: z.date().nullable(),
  endedAt: z.date().nullable(),
  hasSealedCopy: z.boolean(),
  locations: z.array(z.string()),
  /** Until when the yearly verification of safeguards is due; null where none is asked for. */
  verificationDueOn: z.string().nullable(),
  /** Certificates of return or destruction that organisations still owe after its end. */
  openDuties: z.number().int(),
  /** Which side suspended it; null while it is not suspended. */
  suspendedBy: z.enum(SIDES).nullable(),
  retainUntil: z.string().nullable(),
});
export type AgreementView = z.infer<typeof agreementView>;

export const agreementDetail = agreementView.extend({
  templateVersion: z.number().int(),
  documentSha256: z.string().nullable(),
  /** The opening sentences of the document: who the parties are, from when until when it holds. */
  preamble: z.string(),
  term: z.string(),
  clauses,
  signatures: z.array(
    z.object({
      side: z.enum(SIDES),
      typedName: z.string(),
      title: z.string(),
      signedAt: z.date(),
      documentSha256: z.string(),
    }),
  ),
  textVersion: z.number().int(),
  remarks: z.array(
    z.object({
      id: z.uuid(),
      clauseKey: z.string(),
      side: z.enum(SIDES),
      isOwn: z.boolean(),
      note: z.string(),
      proposedText: z.string().nullable(),
      status: z.enum(['said', 'open', 'accepted', 'refused', 'withdrawn']),
      decisionNote: z.string().nullable(),
      createdAt: z.date(),
      textVersion: z.number().int(),
    }),
  ),
  /** May the viewer's side comment and propose wordings now, and send the settled text to be signed. */
  isNegotiable: z.boolean(),
  duties: z.array(
    z.object({
      id: z.uuid(),
      orgName: z.string(),
      isOwn: z.boolean(),
      dueOn: z.string(),
      certifiedAt: z.date().nullable(),
      certificate: z.unknown(),
      certificateSha256: z.string().nullable(),
    }),
  ),
  verifications: z.array(
    z.object({
      id: z.uuid(),
      expertName: z.string(),
      expertTitle: z.string(),
      analysis: z.string(),
      inPlace: z.array(z.enum(SAFEGUARDS)),
      signedAt: z.date(),
      validUntil: z.string(),
      statementSha256: z.string(),
      /** The signed document with its evidence page; false for those from before there was one. */
      hasSealedCopy: z.boolean(),
    }),
  ),
  /** The viewer's side is the one that verifies its safeguards each year. */
  verifiesSafeguards: z.boolean(),
  consent: z.object({ version: z.string(), text: z.string() }),
  authorityStatement: z.string(),
  signerName: z.string(),
  /** May the viewer sign now, and if not, why. */
  maySign: z.object({ allowed: z.boolean(), reason: z.string().nullable() }),
});
export type AgreementDetail = z.infer<typeof agreementDetail>;

const errorDetail = z.object({
  code: z.string(),
  message: z.string(),
  path: z.string().optional(),
  line: z.number().optional(),
  href: z.string().optional(),
});
export const decisionView = z.discriminatedUnion('allowed', [
  z.object({ allowed: z.literal(true), basis: z.string() }),
  z.object({ allowed: z.literal(false), reasons: z.array(errorDetail).readonly() }),
]);

export const transferFindings = z.object({
  /** Law and practice of the country as they bear on the data (SCC clause 14(b)). */
  law: line(4000),
  /** What is done about it, beyond the clauses. */
  measures: line(4000),
  conclusion: line(2000),
});
export const assessTransferInput = z.object({
  country: countryCode,
  outcome: z.enum(['permitted', 'not_permitted']),
  findings: transferFindings,
  validUntil: day,
});
export type AssessTransferInput = z.infer<typeof assessTransferInput>;
export const assessedTransfer = z.object({ id: z.uuid() });
export const transferView = z.object({
  id: z.uuid(),
  country: z.string(),
  outcome: z.enum(['permitted', 'not_permitted']),
  findings: transferFindings,
  assessedAt: z.date(),
  validUntil: z.string(),
  /** The gate counts it: the newest of its country, in date, and it permits the transfer. */
  isCounted: z.boolean(),
});
export type TransferView = z.infer<typeof transferView>;

/** The text that an organisation attests and the person confirms (R19). */
export const attestationText = z.object({ version: z.number().int(), clauses });

/** What an organisation's agreements allow on one of its projects. */
export const projectAccess = z.object({
  projectId: z.uuid(),
  title: z.string(),
  dataClass: z.string(),
  decision: decisionView,
});

export const agreementCentre = z.object({
  agreements: z.array(agreementView),
  projects: z.array(projectAccess),
  /** Kinds this organisation can ask for now. */
  requestable: z.array(z.enum(AGREEMENT_KINDS)),
  /** Of those, where one is signed for a day to come and nothing is in force: until that day the one asked for would hold. */
  interimUntil: z.partialRecord(z.enum(AGREEMENT_KINDS), z.string()),
  /** By agreement in force: the projects whose data asks for one of its kind. */
  carries: z.record(z.uuid(), z.array(z.string())),
  transfers: z.array(transferView),
  /** Returns and destructions that this organisation still has to certify. */
  duties: z.array(
    z.object({
      id: z.uuid(),
      agreementId: z.uuid(),
      kind: z.enum(AGREEMENT_KINDS),
      dueOn: z.string(),
    }),
  ),
});

export const attestationView = z.object({
  id: z.uuid(),
  orgId: z.uuid(),
  orgName: z.string(),
  relation: z.enum(['employed', 'direct_control']),
  privacyTrainingOn: z.string(),
  attestedAt: z.date(),
  confirmedAt: z.date().nullable(),
  validUntil: z.string(),
});
export const memberAttestation = z.object({
  personId: z.uuid(),
  name: z.string(),
  roles: z.array(z.enum(ROLES)),
  attestation: attestationView.omit({ orgId: true, orgName: true }).nullable(),
});

export const createdAgreement = z.object({ id: z.uuid(), documentSha256: z.string() });
export const signedAgreement = z.object({
  agreementId: z.uuid(),
  status: z.enum(AGREEMENT_STATUSES),
  sealedFileId: z.uuid().nullable(),
});
export const endedAgreement = z.object({ status: z.enum(AGREEMENT_STATUSES) });
export const attestedPerson = z.object({ id: z.uuid(), validUntil: z.string() });
export const confirmedAttestation = z.object({ confirmedAt: z.date() });
