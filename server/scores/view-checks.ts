import type { OrgContext } from '#server/command/context.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { proportion } from '#server/quality/proportion.ts';
import { listBatches, listReaders, type Reader } from '#server/work/reads.ts';
import { countAdjudications, countReviews, listStandingChecks } from './check-queries.ts';
import { figureOf, storedFigure } from './figures.ts';
import { type ChecksView, readCheckEvidence } from './read-check-schemas.ts';
import { runningScoresOf } from './running-reads.ts';
import { optionsOf } from './schema-options.ts';
import { ALL_DAYS } from './task-counts.ts';

/** Flags on reads that stand in the acting sponsor's project, and how its reviewers and panel decide. */
export async function viewChecks(ctx: OrgContext, input: { projectId: string }): Promise<ChecksView> {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  // A pilot's reads are not looked at while bidders are judged (R15).
  const batches = (await listBatches(ctx.db, project.id)).filter(
    (batch) => batch.status !== 'draft' && batch.kind !== 'pilot',
  );
  const byId = new Map(batches.map((batch) => [batch.id, batch]));
  const ids = [...byId.keys()];
  const [checks, reviews, adjudications, lists] = await Promise.all([
    listStandingChecks(ctx.db, ids),
    countReviews(ctx.db, ids),
    countAdjudications(ctx.db, ids),
    Promise.all(ids.map((batchId) => listReaders(ctx.db, batchId))),
  ]);
  const readers = new Map(lists.flat().map((row) => [keyOf(row), row]));
  const aliasOf = (batchId: string, personId: string, tiers: readonly Reader['tier'][]) =>
    tiers.map((tier) => readers.get(`${batchId} ${personId} ${tier}`)?.alias).find((alias) => alias) ??
    'Sponsor';
  const flagged = [...new Set(checks.map((check) => check.batchId))];
  const [scores, schemas] = await Promise.all([
    Promise.all(
      flagged.map((batchId) => runningScoresOf(ctx.db, { batchId, day: ALL_DAYS, subjectKind: 'reader' })),
    ),
    Promise.all(
      flagged.map(async (batchId) => {
        const version = byId.get(batchId)?.protocolVersionId ?? '';
        return [batchId, (await getProtocolVersion(ctx.db, version)).labelSchema] as const;
      }),
    ),
  ]);
  const schemaOf = new Map(schemas);
  const scoreOf = (check: { batchId: string; readerId: string; field: string }, metric: string) =>
    storedFigure(
      scores
        .flat()
        .find(
          (row) =>
            row.batchId === check.batchId &&
            row.subjectId === check.readerId &&
            row.metric === metric &&
            row.className === '' &&
            (check.field === '' || row.field === check.field),
        ),
    );
  const share = (k: number, n: number) => figureOf(proportion(k, n, { reason: 'no_data' }));
  const nameOf = (batchId: string) => byId.get(batchId)?.name ?? 'Batch';
  return {
    checks: checks.map((check) => {
      const field = schemaOf.get(check.batchId)?.fields.find((one) => one.key === check.field);
      const evidence = readCheckEvidence.parse(check.evidence);
      return {
        batchId: check.batchId,
        batchName: nameOf(check.batchId),
        alias: aliasOf(check.batchId, check.readerId, ['label']),
        kind: check.kind,
        field: check.field,
        fieldLabel: field?.label ?? '',
        answerLabel:
          evidence.answer === null
            ? null
            : (optionsOf(field).find((option) => option.value === evidence.answer)?.label ?? evidence.answer),
        evidence,
        accuracy: scoreOf(check, 'accuracy'),
        consensus: scoreOf(check, 'consensus_agreement'),
        foundAt: check.foundAt,
      };
    }),
    reviewers: reviews.map((row) => ({
      batchId: row.batchId,
      batchName: nameOf(row.batchId),
      alias: aliasOf(row.batchId, row.reviewerId, ['review', 'audit']),
      decided: row.decided,
      changed: share(row.changed, row.decided),
      overturned: share(row.overturned, row.answered),
      agreement: share(row.alike, row.shared),
    })),
    adjudicators: adjudications.map((row) => ({
      batchId: row.batchId,
      batchName: nameOf(row.batchId),
      alias: aliasOf(row.batchId, row.annotatorId, ['adjudicate']),
      decided: row.decided,
      againstMost: share(row.against, row.led),
    })),
  };
}

const keyOf = (row: Reader) => `${row.batchId} ${row.annotatorId} ${row.tier}`;
