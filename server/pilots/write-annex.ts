import { eq } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import type { signatures } from '#db/schema/audit.ts';
import { pilotAnnexes } from '#db/schema/pilots.ts';
import { getContract, termNamesOf } from '#server/bids/reads.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { storeFile } from '#server/files/store-file.ts';
import { listGoldSets } from '#server/gold/reads.ts';
import { getPlatformOrg, organisationsById } from '#server/identity/reads.ts';
import { getProject } from '#server/projects/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { getBatch } from '#server/work/reads.ts';
import { type AnnexDocument, annexBytes } from './annex.ts';
import type { PilotRow, ScorecardRow } from './compute-scorecard.ts';
import { listPilotBatches } from './reads.ts';
import { renderAnnex } from './render-annex.ts';
import { scorecardResults } from './view-schemas.ts';

type SignatureRow = typeof signatures.$inferInsert;

export type Decided = {
  pilot: PilotRow;
  card: ScorecardRow;
  decision: AnnexDocument['decision'];
  signature: SignatureRow;
};

/** An annex before its row: the PDF is printed and both files are kept. */
export type KeptAnnex = Omit<typeof pilotAnnexes.$inferInsert, 'createdAt'>;

/**
 * Puts the signed record together and keeps it as canonical JSON and as PDF, in the transaction of the signature. The
 * signature's row is written after it, with the hash of the JSON that is returned here.
 */
export async function keepAnnex(tx: CommandTx, decided: Decided): Promise<KeptAnnex> {
  const document = await annexOf(tx.db, decided);
  const { pilot, decision } = decided;
  const orgId = decided.signature.orgId;
  const fileName = `pilot-annex-${decided.signature.id}`;
  const json = await storeFile(tx, {
    bytes: annexBytes(document),
    mediaType: 'application/json',
    fileName: `${fileName}.json`,
    orgId,
  });
  const pdf = await storeFile(tx, {
    bytes: await renderAnnex(document, json.sha256),
    mediaType: 'application/pdf',
    fileName: `${fileName}.pdf`,
    orgId,
  });
  return {
    signatureId: decided.signature.id,
    pilotId: pilot.id,
    contractId: decision.awardContractId ?? pilot.contractId,
    jsonFileId: json.id,
    jsonSha256: json.sha256,
    pdfFileId: pdf.id,
    pdfSha256: pdf.sha256,
  };
}

/** Notes the annex of a signature that has just been written. */
export async function noteAnnex(tx: CommandTx, kept: KeptAnnex): Promise<void> {
  await tx.db.insert(pilotAnnexes).values({ ...kept, createdAt: tx.now });
}

/** The annexes of a pilot, oldest first; at most 50. Index: pilot_annexes_pilot_idx. */
export async function listAnnexes(q: Queryable, pilotId: string) {
  return q
    .select({
      signatureId: pilotAnnexes.signatureId,
      contractId: pilotAnnexes.contractId,
      jsonSha256: pilotAnnexes.jsonSha256,
      pdfSha256: pilotAnnexes.pdfSha256,
      createdAt: pilotAnnexes.createdAt,
    })
    .from(pilotAnnexes)
    .where(eq(pilotAnnexes.pilotId, pilotId))
    .orderBy(pilotAnnexes.createdAt, pilotAnnexes.signatureId)
    .limit(50);
}

async function annexOf(q: Queryable, decided: Decided): Promise<AnnexDocument> {
  const { pilot, card, decision, signature } = decided;
  const order = await getContract(q, pilot.contractId);
  const project = await getProject(q, pilot.projectId);
  const platform = await getPlatformOrg(q);
  const orgs = await organisationsById(q, [project.orgId, order.vendorOrgId]);
  const nameOf = (orgId: string) => ({
    orgId,
    legalName: present(orgs.get(orgId), 'A party of the order').legalName,
  });
  const batches = await batchesOf(q, pilot.id);
  const attempt = Math.max(1, ...batches.map((one) => one.attempt));
  return {
    format: 'readroom.pilot-annex',
    version: 1,
    pilot: {
      pilotId: pilot.id,
      attempt,
      callId: pilot.callId,
      bidId: pilot.bidId,
      orderContractId: order.id,
      projectId: project.id,
      projectTitle: project.title,
      abandonedAt: pilot.abandonedAt?.toISOString() ?? null,
    },
    parties: {
      sponsor: nameOf(project.orgId),
      platform: { orgId: platform.id, legalName: platform.legalName },
      vendor: nameOf(order.vendorOrgId),
    },
    price: {
      perReadMinor: order.pricePerReadMinor.toString(),
      currency: order.currency,
      feeBasisPoints: order.feeBasisPoints,
    },
    terms: pilot.terms,
    termNames: await termNamesOf(q, pilot.projectId),
    batches: batches.filter((one) => one.attempt === attempt).map(({ attempt: _attempt, ...batch }) => batch),
    goldSets: (await listGoldSets(q, pilot.projectId)).flatMap(({ version, contentSha256, signedAt }) =>
      signedAt === null || contentSha256 === null ? [] : [{ version, contentSha256 }],
    ),
    scorecard: cardOf(card),
    decision,
    signature: {
      signatureId: signature.id,
      personId: signature.personId,
      orgId: signature.orgId,
      role: signature.role,
      typedName: signature.typedName,
      meaning: signature.meaning,
      contentSha256: signature.contentSha256,
      authMethod: signature.authMethod,
      signedAt: signature.signedAt.toISOString(),
    },
  };
}

async function batchesOf(q: Queryable, pilotId: string) {
  return Promise.all(
    (await listPilotBatches(q, pilotId)).map(async ({ batchId, sequence, attempt, orderedAt }) => {
      const batch = await getBatch(q, batchId);
      const protocol = await getProtocolVersion(q, batch.protocolVersionId);
      return {
        batchId,
        sequence,
        attempt,
        orderedAt: orderedAt.toISOString(),
        cases: batch.taskCount,
        overlap: batch.overlap,
        protocolVersion: protocol.version,
        protocolSha256: protocol.contentSha256,
      };
    }),
  );
}

function cardOf(card: ScorecardRow): AnnexDocument['scorecard'] {
  const { criteria, measures, assisted } = scorecardResults.parse(card.results);
  const { costs } = measures;
  return {
    scorecardId: card.id,
    computedAt: card.computedAt.toISOString(),
    methodVersion: card.methodVersion,
    contentSha256: card.contentSha256,
    verdict: card.verdict,
    cases: measures.cases,
    reads: measures.reads,
    readers: measures.readers.length,
    assisted,
    criteria,
    ...(measures.subgroups === null ? {} : { subgroups: measures.subgroups }),
    costs: {
      currency: costs.currency,
      totalMinor: costs.totalMinor.toString(),
      feeMinor: costs.feeMinor.toString(),
      perReadMinor: costs.perReadMinor,
      perFinalLabelMinor: costs.perFinalLabelMinor,
      perCorrectLabelMinor: costs.perCorrectLabelMinor,
    },
  };
}
