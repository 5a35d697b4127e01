import type { Queryable } from '#db/client.ts';
import type { OrgContext } from '#server/command/context.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { proportion } from '#server/quality/proportion.ts';
import { type Batch, listBatches, type Reader, readersOf } from '#server/work/reads.ts';
import {
  countAdjudications,
  countReviews,
  listStandingChecks,
  type MeasuredBatch,
  type ReadCheck,
} from './check-queries.ts';
import { ALL_DAYS } from './counts.ts';
import { figureOf, storedFigure } from './figures.ts';
import { type ChecksView, readCheckEvidence } from './read-check-schemas.ts';
import { runningScoresOf } from './running-reads.ts';
import { optionsOf } from './schema-options.ts';

/** Flags on reads that stand in the acting sponsor's project, and how its reviewers and panel decide. */
export async function viewChecks(ctx: OrgContext, input: { projectId: string }): Promise<ChecksView> {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  // A pilot's reads are not looked at while bidders are judged (R15).
  const batches = (await listBatches(ctx.db, project.id)).filter(
    (batch) => batch.status !== 'draft' && batch.kind !== 'pilot',
  );
  const ids = batches.map((batch) => batch.id);
  const measured = await measuredBatches(ctx.db, batches);
  const [checks, reviews, adjudications] = await Promise.all([
    listStandingChecks(ctx.db, ids),
    countReviews(ctx.db, measured),
    countAdjudications(ctx.db, measured),
  ]);
  const named = [
    ...checks.map(({ batchId, readerId }) => ({ batchId, personId: readerId })),
    ...reviews.map(({ batchId, reviewerId }) => ({ batchId, personId: reviewerId })),
    ...adjudications.map(({ batchId, annotatorId }) => ({ batchId, personId: annotatorId })),
  ];
  const names = namesIn(batches, await readersOf(ctx.db, named));
  const share = (k: number, n: number) => figureOf(proportion(k, n, { reason: 'no_data' }));
  return {
    checks: await checkLines(ctx.db, batches, checks, names),
    reviewers: reviews.map((row) => ({
      batchId: row.batchId,
      batchName: names.batch(row.batchId),
      alias: names.alias(row.batchId, row.reviewerId, ['review', 'audit']),
      decided: row.decided,
      changed: share(row.changed, row.decided),
      overturned: share(row.overturned, row.answered),
      agreement: share(row.alike, row.shared),
      onGold: share(row.rightOnGold, row.onGold),
    })),
    adjudicators: adjudications.map((row) => ({
      batchId: row.batchId,
      batchName: names.batch(row.batchId),
      alias: names.alias(row.batchId, row.annotatorId, ['adjudicate']),
      decided: row.decided,
      againstMost: share(row.against, row.led),
    })),
  };
}

async function measuredBatches(q: Queryable, batches: readonly Batch[]): Promise<MeasuredBatch[]> {
  const versionIds = [...new Set(batches.map((batch) => batch.protocolVersionId))];
  const versions = await Promise.all(versionIds.map((id) => getProtocolVersion(q, id)));
  const keys = new Map(
    versions.map(({ id, labelSchema }) => [
      id,
      labelSchema.fields.filter((field) => field.type !== 'text').map((field) => field.key),
    ]),
  );
  return batches.map((batch) => ({ batchId: batch.id, fields: keys.get(batch.protocolVersionId) ?? [] }));
}

type Names = {
  batch(batchId: string): string;
  alias(batchId: string, personId: string, tiers: readonly Reader['tier'][]): string;
};

function namesIn(batches: readonly Batch[], readers: readonly Reader[]): Names {
  const byId = new Map(batches.map((batch) => [batch.id, batch.name]));
  const aliases = new Map(readers.map((row) => [`${row.batchId} ${row.annotatorId} ${row.tier}`, row.alias]));
  return {
    batch: (batchId) => byId.get(batchId) ?? 'Batch',
    alias: (batchId, personId, tiers) =>
      tiers.map((tier) => aliases.get(`${batchId} ${personId} ${tier}`)).find((alias) => alias) ?? 'Sponsor',
  };
}

/** Each flag with how right its reader is: in its field, or in the first that is measured. */
async function checkLines(
  q: Queryable,
  batches: readonly Batch[],
  checks: readonly ReadCheck[],
  names: Names,
): Promise<ChecksView['checks']> {
  const flagged = batches.filter((batch) => checks.some((check) => check.batchId === batch.id));
  const gathered = await Promise.all(
    flagged.map(async (batch) => {
      const of = { batchId: batch.id, day: ALL_DAYS, subjectKind: 'reader' as const };
      const { labelSchema } = await getProtocolVersion(q, batch.protocolVersionId);
      return [batch.id, { fields: labelSchema.fields, scores: await runningScoresOf(q, of) }] as const;
    }),
  );
  const known = new Map(gathered);
  return checks.map((check) => {
    const own = known.get(check.batchId);
    const field = own?.fields.find((one) => one.key === check.field);
    const evidence = readCheckEvidence.parse(check.evidence);
    const { answer } = evidence;
    const scoreOf = (metric: string) =>
      storedFigure(
        own?.scores.find(
          (row) =>
            row.subjectId === check.readerId &&
            row.metric === metric &&
            row.className === '' &&
            (check.field === '' || row.field === check.field),
        ),
      );
    return {
      batchId: check.batchId,
      batchName: names.batch(check.batchId),
      alias: names.alias(check.batchId, check.readerId, ['label']),
      kind: check.kind,
      field: check.field,
      fieldLabel: field?.label ?? '',
      answerLabel:
        answer === null ? null : (optionsOf(field).find((one) => one.value === answer)?.label ?? answer),
      evidence,
      accuracy: scoreOf('accuracy'),
      consensus: scoreOf('consensus_agreement'),
      foundAt: check.foundAt,
    };
  });
}
