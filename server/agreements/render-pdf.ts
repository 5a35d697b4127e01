import { Text, View } from '@react-pdf/renderer';
import { createElement as h } from 'react';
import { printPdf, pdfRow as row, pdfStyles as styles } from '#server/files/print-pdf.ts';
import { type AgreementDocument, preamble, termSentence } from './document.ts';

/** The agreement as PDF bytes, ready to be stored, hashed and signed. */
export function renderAgreement(document: AgreementDocument): Promise<Uint8Array> {
  return printPdf({
    ...frameOf(document),
    body: [
      h(Text, { key: 'title', style: styles.title }, document.title),
      h(Text, { key: 'meta', style: styles.meta }, `Agreement ${document.agreementId}`),
      h(Text, { key: 'preamble', style: styles.paragraph }, preamble(document)),
      h(Text, { key: 'term', style: styles.paragraph }, termSentence(document)),
      ...document.clauses.map((clause, index) =>
        h(
          View,
          { key: `clause ${clause.key}`, wrap: false },
          h(Text, { style: styles.heading }, `${index + 1}. ${clause.heading}`),
          h(Text, { style: styles.paragraph }, clause.text),
        ),
      ),
      h(View, { key: 'rule', style: styles.rule }),
      h(
        Text,
        { key: 'how', style: styles.paragraph },
        'Signed electronically by both parties. The signatures, the times and the SHA-256 of this document are on the evidence page of the sealed copy.',
      ),
    ],
  });
}

/** One signature as it is printed on the evidence page. */
export type SignatureEvidence = {
  party: string;
  typedName: string;
  title: string;
  authorityStatement: string;
  consentVersion: string;
  authMethod: string;
  signedAt: Date;
  documentSha256: string;
  userAgent: string | null;
  ipAddress: string | null;
  signatureId: string;
};

export type Evidence = {
  documentSha256: string;
  consentText: string;
  signatures: readonly SignatureEvidence[];
};

/** The page that is added to the sealed copy: what was signed, by whom, when and how it was proven. */
export function renderEvidence(document: AgreementDocument, evidence: Evidence): Promise<Uint8Array> {
  return printEvidence(
    { ...frameOf(document), reference: `${document.title}, agreement ${document.agreementId}` },
    evidence,
  );
}

/** What stands around a printed text: its title, the line at the foot, and when it was made. */
export type PrintFrame = { title: string; footer: string; createdAt: Date };

/** As `renderEvidence`, for any printed and signed document. */
export function printEvidence(
  document: PrintFrame & { reference: string },
  evidence: Evidence,
): Promise<Uint8Array> {
  const { footer, createdAt } = document;
  const body = [
    h(Text, { key: 'title', style: styles.title }, 'Evidence of signature'),
    h(Text, { key: 'meta', style: styles.meta }, document.reference),
    row('Document SHA-256', evidence.documentSha256),
    row('Exact bytes', 'attached to this copy as agreement.pdf'),
    ...evidence.signatures.map((signature, index) =>
      h(
        View,
        { key: signature.signatureId, wrap: false },
        h(View, { style: styles.rule }),
        h(Text, { style: styles.heading }, `Signature ${index + 1}: for ${signature.party}`),
        row('Name as typed', signature.typedName),
        row('Title', signature.title),
        row('Statement', signature.authorityStatement),
        row('Time (UTC)', signature.signedAt.toISOString()),
        row('Signed SHA-256', signature.documentSha256),
        row('Identity proven by', signature.authMethod),
        row('Consent version', signature.consentVersion),
        row('Browser', signature.userAgent ?? 'not known'),
        row('Network address', signature.ipAddress ?? 'not known'),
        row('Signature id', signature.signatureId),
      ),
    ),
    h(View, { key: 'rule', style: styles.rule }),
    h(Text, { key: 'consent', style: styles.paragraph }, `Consent: ${evidence.consentText}`),
  ];
  return printPdf({ title: `${document.title}: evidence of signature`, footer, createdAt, body });
}

function frameOf(document: AgreementDocument): PrintFrame {
  const negotiated = document.textVersion > 1 ? `, as negotiated (${document.textVersion})` : '';
  return {
    title: document.title,
    footer: `${document.title}, text version ${document.templateVersion}${negotiated}`,
    createdAt: document.createdAt,
  };
}
