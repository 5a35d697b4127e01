import { eq } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { signatures } from '#db/schema/audit.ts';
import { pilotAnnexes, scorecards } from '#db/schema/pilots.ts';
import { hashContent } from '#server/protocols/content-hash.ts';
import type { AnnexRecord } from './annex.ts';

/**
 * What is kept of a signature on a pilot, for comparing an annex with it; the scorecard's hash is computed again from its
 * stored row. Null when there is no such signature.
 */
export async function findAnnexRecord(q: Queryable, signatureId: string): Promise<AnnexRecord | null> {
  const [row] = await q
    .select({ signature: signatures, pdfSha256: pilotAnnexes.pdfSha256 })
    .from(signatures)
    .leftJoin(pilotAnnexes, eq(pilotAnnexes.signatureId, signatures.id))
    .where(eq(signatures.id, signatureId));
  if (row?.signature.subjectKind !== 'pilot_verdict') return null;
  const { signature, pdfSha256 } = row;
  const cards = await q
    .select({ results: scorecards.results, contentSha256: scorecards.contentSha256 })
    .from(scorecards)
    .where(eq(scorecards.pilotId, signature.subjectId));
  const card = cards.find((one) => one.contentSha256 === signature.contentSha256);
  return {
    recordSha256: signature.recordSha256,
    pdfSha256,
    contentSha256: signature.contentSha256,
    typedName: signature.typedName,
    signedAt: signature.signedAt,
    storedCardSha256: card ? hashContent(card.results) : null,
  };
}
