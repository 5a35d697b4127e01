import { PDFDocument } from '@cantoo/pdf-lib';

/**
 * The sealed copy: the signed pages, the evidence pages behind them, and the exact signed bytes as an attachment, so
 * that anyone can check their SHA-256 against the evidence without Readroom.
 */
export async function sealDocument(input: {
  original: Uint8Array;
  evidence: Uint8Array;
  sealedAt: Date;
}): Promise<Uint8Array> {
  const sealed = await PDFDocument.load(input.original, { updateMetadata: false });
  const evidence = await PDFDocument.load(input.evidence, { updateMetadata: false });
  for (const page of await sealed.copyPages(evidence, evidence.getPageIndices())) sealed.addPage(page);
  await sealed.attach(input.original, 'agreement.pdf', {
    mimeType: 'application/pdf',
    description: 'The exact bytes that were signed',
    creationDate: input.sealedAt,
    modificationDate: input.sealedAt,
  });
  sealed.setModificationDate(input.sealedAt);
  return sealed.save();
}
