import { printEvidence } from '#server/agreements/render-pdf.ts';
import { CONSENT } from '#server/agreements/rules.ts';
import { sealDocument } from '#server/agreements/seal-document.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { readStoredFile } from '#server/files/read-file.ts';
import { storeFile } from '#server/files/store-file.ts';
import { organisationsById } from '#server/identity/reads.ts';
import { listSignatures, type VersionRow } from './queries.ts';

/** Stores the sealed copy of a version that both sides have signed: its pages, the evidence, the exact bytes. */
export async function sealVersion(tx: CommandTx, version: VersionRow): Promise<string> {
  const signatures = await listSignatures(tx.db, [version.id]);
  const original = await readStoredFile(tx.db, version.fileId);
  const names = await organisationsById(
    tx.db,
    signatures.map((one) => one.orgId),
  );
  const title = `Order under contract, version ${version.version}`;
  const evidence = await printEvidence(
    {
      title,
      footer: `${title}, ${version.contractId}`,
      reference: `${title}, contract ${version.contractId}`,
      createdAt: tx.now,
    },
    {
      documentSha256: version.documentSha256,
      consentText: CONSENT.text,
      signatures: signatures.map((one) => ({
        party: names.get(one.orgId)?.legalName ?? '',
        typedName: one.typedName,
        title: one.title,
        authorityStatement: one.authorityStatement,
        consentVersion: one.consentVersion,
        authMethod: one.authMethod,
        signedAt: one.signedAt,
        documentSha256: one.documentSha256,
        userAgent: one.userAgent,
        ipAddress: one.ipAddress,
        signatureId: one.id,
      })),
    },
  );
  const bytes = await sealDocument({ original: original.bytes, evidence, sealedAt: tx.now });
  const file = await storeFile(tx, {
    bytes,
    mediaType: 'application/pdf',
    fileName: `contract-${version.contractId}-v${version.version}-sealed.pdf`,
  });
  return file.id;
}
