import { createHash } from 'node:crypto';
import { z } from 'zod';
import { termNames } from '#server/bids/term-names.ts';
import { canonicalJson } from '#server/protocols/content-hash.ts';
import { criterionResult } from './schemas.ts';
import { subgroupDetail } from './subgroup-schema.ts';

const party = z.object({ orgId: z.uuid(), legalName: z.string() });
/** Amounts are text, because JSON has no whole numbers of any size; instants are ISO 8601 in UTC. */
const minorText = z.string().regex(/^-?\d+$/);
const instant = z.iso.datetime();
const hash = z.string().length(64);

/**
 * The signed record of a decision on a pilot: what was agreed, what was measured, what was decided and who signed. It is the
 * contract's annex; its canonical JSON is what the signature's row keeps the hash of, and the PDF prints it.
 */
export const annexDocument = z.strictObject({
  format: z.literal('readroom.pilot-annex'),
  version: z.literal(1),
  pilot: z.object({
    pilotId: z.uuid(),
    /** 2 for the one retry on other cases (R16). */
    attempt: z.int().min(1),
    callId: z.uuid(),
    bidId: z.uuid(),
    orderContractId: z.uuid(),
    projectId: z.uuid(),
    projectTitle: z.string(),
    abandonedAt: instant.nullable(),
  }),
  parties: z.object({ sponsor: party, platform: party, vendor: party }),
  price: z.object({ perReadMinor: minorText, currency: z.string(), feeBasisPoints: z.int() }),
  /** As every bidder of the call has agreed to them. */
  terms: z.unknown(),
  /** What the terms’ fields and classes are called; not in records from before it was kept. */
  termNames: termNames.optional(),
  batches: z.array(
    z.object({
      batchId: z.uuid(),
      sequence: z.int(),
      orderedAt: instant,
      cases: z.int(),
      overlap: z.int(),
      protocolVersion: z.int(),
      protocolSha256: hash,
    }),
  ),
  goldSets: z.array(z.object({ version: z.int(), contentSha256: hash })),
  scorecard: z.object({
    scorecardId: z.uuid(),
    computedAt: instant,
    methodVersion: z.string(),
    contentSha256: hash,
    verdict: z.enum(['pass', 'inconclusive', 'fail']),
    cases: z.int(),
    reads: z.int(),
    readers: z.int(),
    assisted: z.boolean(),
    criteria: z.array(criterionResult),
    /** By site and subgroup column; not in records from before they were measured. */
    subgroups: subgroupDetail.optional(),
    costs: z.object({
      currency: z.string(),
      totalMinor: minorText,
      feeMinor: minorText,
      perReadMinor: z.number().nullable(),
      perFinalLabelMinor: z.number().nullable(),
      perCorrectLabelMinor: z.number().nullable(),
    }),
  }),
  decision: z.object({
    decision: z.enum(['award', 'extend', 'retry', 'decline']),
    /** Of the work, when awarded. */
    shareBasisPoints: z.int().nullable(),
    awardContractId: z.uuid().nullable(),
    reason: z.string(),
  }),
  signature: z.object({
    signatureId: z.uuid(),
    personId: z.uuid(),
    orgId: z.uuid(),
    role: z.string(),
    typedName: z.string(),
    meaning: z.string(),
    /** The card that was on the screen. */
    contentSha256: hash,
    authMethod: z.string(),
    signedAt: instant,
  }),
});
export type AnnexDocument = z.infer<typeof annexDocument>;

/** The annex as it is kept and hashed: canonical JSON and a newline. Equal records give equal bytes. */
export function annexBytes(document: AnnexDocument): Uint8Array {
  return new TextEncoder().encode(`${canonicalJson(annexDocument.parse(document))}\n`);
}

/** Lower-case hex SHA-256. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What the database holds of a signature, for comparing an annex with it. */
export type AnnexRecord = {
  recordSha256: string | null;
  pdfSha256: string | null;
  contentSha256: string;
  typedName: string;
  signedAt: Date;
  /** Of the scorecard's row as it is stored now. */
  storedCardSha256: string | null;
};

export type AnnexCheck = { says: string; holds: boolean };

/** What the JSON file says of itself, or why it is no annex. */
export function readAnnex(bytes: Uint8Array): { document: AnnexDocument } | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return { problem: 'This file is not JSON. Give the annex’s .json file.' };
  }
  const parsed = annexDocument.safeParse(value);
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    return {
      problem: `This is no annex of a pilot: ${first?.path.join('.') || 'the file'}: ${first?.message ?? 'unknown'}.`,
    };
  }
  return { document: parsed.data };
}

/** Every claim of an annex's files against the database, in words; the files are the record when all hold. */
export function checkAnnex(input: {
  json: Uint8Array;
  pdf: Uint8Array | null;
  document: AnnexDocument;
  record: AnnexRecord | null;
}): AnnexCheck[] {
  const { document, record } = input;
  const { signature, scorecard } = document;
  if (record === null)
    return [{ says: `Signature ${signature.signatureId} is in this installation's records`, holds: false }];
  const checks = [
    {
      says: `The JSON file has the hash that signature ${signature.signatureId} keeps`,
      holds: sha256Of(input.json) === record.recordSha256,
    },
    {
      says: `It was signed by ${record.typedName} on ${record.signedAt.toISOString()}`,
      holds: signature.typedName === record.typedName && signature.signedAt === record.signedAt.toISOString(),
    },
    {
      says: 'The signature is over the scorecard that the annex names',
      holds: record.contentSha256 === scorecard.contentSha256,
    },
    {
      says: 'The stored scorecard still has that hash',
      holds: record.storedCardSha256 === scorecard.contentSha256,
    },
  ];
  if (input.pdf !== null)
    checks.push({
      says: 'The PDF file is the one that was kept with it',
      holds: sha256Of(input.pdf) === record.pdfSha256,
    });
  return checks;
}
