import path from 'node:path';
import { Document, Font, Page, renderToBuffer, StyleSheet, Text, View } from '@react-pdf/renderer';
import { createElement as h, type ReactElement, type ReactNode } from 'react';
import { type AgreementDocument, preamble, termSentence } from './document.ts';

const FONT_FOLDER = path.join(process.cwd(), 'node_modules/@fontsource/inter/files');
/** One file per script; the renderer takes each letter from the first that has it, so names print as they are spelt. */
const SCRIPTS = ['latin', 'latin-ext', 'vietnamese', 'greek', 'cyrillic'] as const;
const FAMILIES = SCRIPTS.map((script) => `Inter ${script}`);

let registered = false;

function registerFonts(): void {
  if (registered) return;
  for (const script of SCRIPTS) {
    Font.register({
      family: `Inter ${script}`,
      fonts: [400, 600].map((fontWeight) => ({
        src: path.join(FONT_FOLDER, `inter-${script}-${fontWeight}-normal.woff`),
        fontWeight,
      })),
    });
  }
  // Legal text is not hyphenated.
  Font.registerHyphenationCallback((word) => [word]);
  registered = true;
}

const styles = StyleSheet.create({
  page: {
    // No line height here: the renderer applies an inherited one twice to page numbers and then leaves them out. Where
    // it stands, the size stands beside it, because it is taken of the element's own size.
    fontFamily: FAMILIES,
    fontSize: 10,
    color: '#16191b',
    paddingTop: 56,
    paddingBottom: 64,
    paddingHorizontal: 64,
  },
  title: { fontSize: 18, fontWeight: 600, lineHeight: 1.2, marginBottom: 6 },
  meta: { fontSize: 8, color: '#626a6e', marginTop: 4, marginBottom: 20 },
  heading: { fontSize: 10, fontWeight: 600, marginTop: 12, marginBottom: 3 },
  paragraph: { marginBottom: 6, fontSize: 10, lineHeight: 1.5, textAlign: 'left' },
  rule: { borderTopWidth: 0.5, borderTopColor: '#cdd2d4', marginVertical: 12 },
  row: { flexDirection: 'row', marginBottom: 3 },
  label: { width: 110, fontSize: 9, lineHeight: 1.5, color: '#626a6e' },
  value: { flex: 1, fontSize: 9, lineHeight: 1.5 },
  footer: {
    position: 'absolute',
    bottom: 32,
    left: 64,
    right: 64,
    fontSize: 8,
    color: '#626a6e',
  },
  pageNumber: { textAlign: 'right' },
});

/** The agreement as PDF bytes, ready to be stored, hashed and signed. */
export function renderAgreement(document: AgreementDocument): Promise<Uint8Array> {
  return print(document, document.title, [
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
  ]);
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
  signatureId: string;
};

/** The page that is added to the sealed copy: what was signed, by whom, when and how it was proven. */
export function renderEvidence(
  document: AgreementDocument,
  evidence: { documentSha256: string; consentText: string; signatures: readonly SignatureEvidence[] },
): Promise<Uint8Array> {
  return print(document, `${document.title}: evidence of signature`, [
    h(Text, { key: 'title', style: styles.title }, 'Evidence of signature'),
    h(Text, { key: 'meta', style: styles.meta }, `${document.title}, agreement ${document.agreementId}`),
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
        row('Signature id', signature.signatureId),
      ),
    ),
    h(View, { key: 'rule', style: styles.rule }),
    h(Text, { key: 'consent', style: styles.paragraph }, `Consent: ${evidence.consentText}`),
  ]);
}

function row(label: string, value: string): ReactElement {
  return h(
    View,
    { key: label, style: styles.row },
    h(Text, { style: styles.label }, label),
    h(Text, { style: styles.value }, value),
  );
}

async function print(document: AgreementDocument, title: string, body: ReactNode[]): Promise<Uint8Array> {
  registerFonts();
  const footer = [
    h(
      Text,
      { key: 'version', style: styles.footer, fixed: true },
      `${document.title}, text version ${document.templateVersion}${document.textVersion > 1 ? `, as negotiated (${document.textVersion})` : ''}`,
    ),
    h(Text, {
      key: 'page',
      style: [styles.footer, styles.pageNumber],
      fixed: true,
      render: ({ pageNumber, totalPages }: { pageNumber: number; totalPages: number }) =>
        `Page ${pageNumber} of ${totalPages}`,
    }),
  ];
  const buffer = await renderToBuffer(
    h(
      Document,
      {
        title,
        producer: 'Readroom',
        creator: 'Readroom',
        language: 'en',
        creationDate: document.createdAt,
        modificationDate: document.createdAt,
      },
      h(Page, { size: 'LETTER', style: styles.page }, ...body, ...footer),
    ),
  );
  return new Uint8Array(buffer);
}
