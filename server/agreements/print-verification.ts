import { Text, View } from '@react-pdf/renderer';
import { createElement as h } from 'react';
import type { OrgContext } from '#server/command/context.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { printPdf, pdfRow as row, pdfStyles as styles } from '#server/files/print-pdf.ts';
import { storeFile } from '#server/files/store-file.ts';
import { findUserAgent, namesOfPeople } from '#server/identity/reads.ts';
import { authMethodOf } from '#server/identity/rules.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import type { AgreementWithParties } from './queries.ts';
import { printEvidence } from './render-pdf.ts';
import { authorityStatement, CONSENT } from './rules.ts';
import { SAFEGUARD_WORDS } from './safeguard-words.ts';
import { KIND_TITLES, SAFEGUARDS, type VerifySafeguardsInput } from './schemas.ts';
import { sealDocument } from './seal-document.ts';

const TITLE = 'Written verification of technical safeguards';

/**
 * Prints the yearly verification of a business associate and stores it with its sealed copy: the statement, the page that says who
 * signed it when and how that was proven, and the exact bytes attached. Safeguards that were not named are printed as not
 * verified, so that silence is not taken for a yes.
 */
export async function printVerification(
  ctx: OrgContext,
  tx: CommandTx,
  of: {
    id: string;
    whole: AgreementWithParties;
    statement: Omit<VerifySafeguardsInput, 'agreementId'>;
    validUntil: string;
  },
): Promise<{ fileId: string; sealedFileId: string; documentSha256: string }> {
  const { whole, id } = of;
  const { partyB } = whole;
  const frame = { title: TITLE, footer: `${TITLE}, ${id}`, createdAt: tx.now };
  const original = await printPdf({ ...frame, body: bodyOf(of, tx.now) });
  const by = { orgId: partyB.id, createdBy: ctx.actor.personId };
  const media = { mediaType: 'application/pdf' } as const;
  const file = await storeFile(tx, { bytes: original, ...media, fileName: `verification-${id}.pdf`, ...by });
  const names = await namesOfPeople(tx.db, [ctx.actor.personId]);
  const evidence = await printEvidence(
    { ...frame, reference: `${TITLE} ${id}, agreement ${whole.agreement.id}` },
    {
      documentSha256: file.sha256,
      consentText: CONSENT.text,
      signatures: [
        {
          party: partyB.legalName,
          typedName: names.get(ctx.actor.personId)?.name ?? '',
          title: 'Named signatory',
          authorityStatement: authorityStatement(partyB.legalName),
          consentVersion: CONSENT.version,
          authMethod: authMethodOf(ctx.actor),
          signedAt: tx.now,
          documentSha256: file.sha256,
          userAgent: await findUserAgent(tx.db, ctx.actor.sessionId),
          ipAddress: ctx.address ?? null,
          signatureId: id,
        },
      ],
    },
  );
  const bytes = await sealDocument({ original, evidence, sealedAt: tx.now });
  const sealed = await storeFile(tx, { bytes, ...media, fileName: `verification-${id}-sealed.pdf`, ...by });
  return { fileId: file.id, sealedFileId: sealed.id, documentSha256: file.sha256 };
}

function bodyOf({ whole, statement, validUntil }: Parameters<typeof printVerification>[2], signedAt: Date) {
  const { partyA, partyB, agreement } = whole;
  const paragraph = (key: string, text: string) => h(Text, { key, style: styles.paragraph }, text);
  const day = sayDay(signedAt.toISOString().slice(0, 10));
  return [
    h(Text, { key: 'title', style: styles.title }, TITLE),
    h(Text, { key: 'meta', style: styles.meta }, `${KIND_TITLES[agreement.kind]} ${agreement.id}`),
    paragraph(
      'who',
      `${partyB.legalName} verifies to ${partyA.legalName} that the technical safeguards named below are in place and in use, on the written analysis of a person with knowledge of them. Signed on ${day}; the next is due by ${sayDay(validUntil)}.`,
    ),
    h(
      View,
      { key: 'safeguards' },
      h(Text, { style: styles.heading }, 'Safeguards'),
      ...SAFEGUARDS.map((one) =>
        h(
          View,
          { key: one },
          row(statement.inPlace.includes(one) ? 'In place' : 'Not verified', SAFEGUARD_WORDS[one]),
        ),
      ),
    ),
    h(
      View,
      { key: 'expert' },
      h(Text, { style: styles.heading }, 'Analysis'),
      row('By', `${statement.expertName}, ${statement.expertTitle}`),
    ),
    ...statement.analysis.split(/\n{2,}/).map((text, index) => paragraph(`analysis ${index}`, text)),
  ];
}
