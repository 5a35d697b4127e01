import type { Queryable } from '#db/client.ts';
import { externalIdsOf } from '#server/datasets/reads.ts';
import { organisationsById } from '#server/identity/reads.ts';
import type { BatchRead } from '#server/labels/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { getBatch, listTerms, type SamplingWeight, samplingWeights } from '#server/work/reads.ts';
import type { Tier } from '#server/work/rules.ts';

/** Credentials and the gate's basis as they stood for a person when a case was claimed. */
type Standing = { credentials: unknown; gateBasis: string };

/** What the lines of an export look up; read once for the whole export. */
export type ExportSource = {
  fields: string[];
  /** Of the batch; a read names the one it was made under. */
  protocol: { version: number; sha256: string };
  protocolOf(read: Pick<BatchRead, 'protocolVersionId'>): { version: number; sha256: string };
  standingOf(personId: string, tier: Tier, termsNo: number | null): Standing | null;
  /** What kind of organisation is paid for a read: vendor, independent (R32), or the sponsor for its own staff. */
  payeeKindOf(read: Pick<BatchRead, 'viaOrgId'>): string | null;
  /** Stratum and sampling weight (population ÷ drawn) of tasks; null for a batch that is no sample. */
  weightsOf: ((taskIds: readonly string[]) => Promise<ReadonlyMap<string, SamplingWeight>>) | null;
  /** The sponsor's own ids of cases. */
  caseNames(caseIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
};

/** Reads what an export of a batch needs to know before its first line; `not_found` when there is no such batch. */
export async function readExportSource(
  q: Queryable,
  batchId: string,
  /** Whether who takes it may know which cases are gold. */
  isGoldShown: boolean,
): Promise<ExportSource> {
  const batch = await getBatch(q, batchId);
  const { labelSchema } = await getProtocolVersion(q, batch.protocolVersionId);
  const terms = await listTerms(q, batchId);
  const standings = new Map<string, Standing>(
    terms.map((row) => [
      `${row.annotatorId}|${row.tier}|${row.termsNo}`,
      { credentials: row.credentialSnapshot, gateBasis: row.gateBasis },
    ]),
  );
  const payees = await organisationsById(
    q,
    terms.map((row) => row.payeeOrgId),
  );
  const versionIds = new Set([batch.protocolVersionId, ...terms.map((row) => row.protocolVersionId)]);
  const protocols = new Map<string, { version: number; sha256: string }>();
  for (const id of versionIds) {
    const { version, contentSha256 } = await getProtocolVersion(q, id);
    protocols.set(id, { version, sha256: contentSha256 });
  }
  const protocolOf = (id: string) => protocols.get(id) ?? { version: 0, sha256: '' };
  return {
    fields: labelSchema.fields.map((field) => field.key),
    protocol: protocolOf(batch.protocolVersionId),
    protocolOf: (read) => protocolOf(read.protocolVersionId),
    standingOf: (personId, tier, termsNo) => standings.get(`${personId}|${tier}|${termsNo}`) ?? null,
    payeeKindOf: (read) => payees.get(read.viaOrgId)?.kind ?? null,
    weightsOf: await samplingWeights(q, batch, { isGoldShown }),
    caseNames: (caseIds) => externalIdsOf(q, batch.datasetId, caseIds),
  };
}

/** Columns that only the export of a sample has: without them a share of its labels is no share of the population. */
export const WEIGHTS = ['stratum', 'sampling_weight'];

/** Those columns of one case; nothing for a batch that is no sample. */
export function weightRecord(of: SamplingWeight | undefined): Record<string, unknown> {
  return of ? { stratum: of.stratum, sampling_weight: of.weight } : {};
}
