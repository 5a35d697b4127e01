import { createHash } from 'node:crypto';
import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { externalIdsOf } from '#server/datasets/reads.ts';
import { readsOfBatch } from '#server/labels/reads.ts';
import { findWithholding, withholdingMessage } from '#server/pilots/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { findLatestProtocol, findSignedProtocol } from '#server/protocols/reads.ts';
import type { Answers } from '#server/protocols/schemas.ts';
import { listBatches, pagesOfBatches } from '#server/work/reads.ts';
import { findGoldItem, type GoldItemRow, listItemsPage, listSetItems } from './queries.ts';
import { countGold, listGoldSets } from './reads.ts';
import { caseVerdict, readsByCase } from './rules.ts';
import {
  type GoldCaseView,
  type GoldItemView,
  type GoldStatus,
  type GoldView,
  goldAnswers,
} from './schemas.ts';
import { hashGoldSet } from './sign-gold-set.ts';

/** How the project's gold stands: counts by state, sets with their hash, panel batches. */
export async function viewGold(ctx: OrgContext, input: { projectId: string }): Promise<GoldView> {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const sets = await listGoldSets(ctx.db, project.id);
  const batches = await listBatches(ctx.db, project.id);
  return {
    counts: await countGold(ctx.db, project.id),
    sets: await Promise.all(
      sets.map(async (set) => {
        const items = set.status === 'draft' ? await listSetItems(ctx.db, set.id) : [];
        return {
          id: set.id,
          version: set.version,
          status: set.status,
          contentSha256: set.contentSha256 ?? hashGoldSet(items),
          itemCount: set.status === 'draft' ? items.length : set.itemCount,
          signedAt: set.signedAt,
        };
      }),
    ),
    panelBatches: await Promise.all(
      batches
        .filter((batch) => batch.kind === 'self_label')
        .map(async ({ id, name, status, taskCount: tasks }) => {
          const held = await findWithholding(ctx.db, { batchId: id, now: ctx.clock.now() });
          return { id, name, status, tasks, reading: held && withholdingMessage(held) };
        }),
    ),
  };
}

/** Gold items of a project in the order they were made, keyset by id. */
export async function listGold(
  ctx: OrgContext,
  input: { projectId: string; status?: GoldStatus | undefined; after?: string | undefined; limit: number },
): Promise<{ items: GoldItemView[]; next: string | null }> {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const rows = await listItemsPage(ctx.db, { ...input, projectId: project.id });
  const items = await toViews(ctx, rows);
  const last = rows.length === input.limit ? rows.at(-1) : undefined;
  return { items, next: last?.id ?? null };
}

async function toViews(ctx: OrgContext, rows: readonly GoldItemRow[]): Promise<GoldItemView[]> {
  const names = new Map<string, string>();
  for (const datasetId of new Set(rows.map((row) => row.datasetId))) {
    const own = rows.filter((row) => row.datasetId === datasetId).map((row) => row.caseId);
    for (const [caseId, externalId] of await externalIdsOf(ctx.db, datasetId, own))
      names.set(caseId, externalId);
  }
  return rows.map((row) => ({
    id: row.id,
    goldSetId: row.goldSetId,
    datasetId: row.datasetId,
    caseId: row.caseId,
    externalId: names.get(row.caseId) ?? '',
    status: row.status,
    source: row.source,
    unanimous: row.unanimous,
    answers: goldAnswers.parse(row.answers),
    rationale: row.rationale,
    statusReason: row.statusReason,
  }));
}

/**
 * One case with the panel's reads side by side, without names (R21): readers are A, B, C … in an order that differs from
 * case to case, so that a letter is nobody in particular. What the case holds comes through the gate (`openOwnCase`).
 */
export async function viewGoldCase(ctx: OrgContext, input: { goldItemId: string }): Promise<GoldCaseView> {
  const row = await findGoldItem(ctx.db, input.goldItemId);
  if (!row) {
    throw new AppError({
      kind: 'not_found',
      reason: 'gold_not_found',
      message: 'There is no such gold item.',
    });
  }
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, row.projectId);
  const protocol =
    (await findSignedProtocol(ctx.db, project.id)) ?? (await findLatestProtocol(ctx.db, project.id));
  if (!protocol) {
    throw new AppError({
      kind: 'precondition',
      reason: 'protocol_missing',
      message: 'The project has no protocol yet.',
    });
  }
  const reads = await panelReads(ctx, row);
  const [item] = await toViews(ctx, [row]);
  if (!item) throw new AppError({ kind: 'bug', reason: 'gold_view', message: 'The gold item vanished.' });
  return {
    item,
    protocolVersionId: protocol.id,
    split: caseVerdict(protocol.labelSchema, reads).split,
    reads: reads.map((answers, index) => ({ reader: letter(index), answers })),
  };
}

const letter = (index: number) => (index < 26 ? String.fromCharCode(65 + index) : `R${index + 1}`);

type GoldRead = Awaited<ReturnType<typeof readsOfBatch>>[number];

/** Of a batch that is closed, whether a reader still holds a case. */
const isHeldBack = async (ctx: OrgContext, batchId: string) =>
  (await findWithholding(ctx.db, { batchId, now: ctx.clock.now() })) !== null;

async function panelReads(ctx: OrgContext, row: GoldItemRow): Promise<Answers[]> {
  const of = { projectId: row.projectId, kinds: ['self_label'], statuses: ['closing', 'settled'] } as const;
  const reads: GoldRead[] = [];
  for await (const page of pagesOfBatches(ctx.db, of))
    for (const batch of page)
      if (batch.datasetId === row.datasetId && !(await isHeldBack(ctx, batch.id)))
        for (const read of await readsOfBatch(ctx.db, batch.id))
          if (read.caseId === row.caseId) reads.push(read);
  const order = (annotatorId: string) =>
    createHash('sha256')
      .update(annotatorId + row.caseId)
      .digest('hex');
  return (readsByCase(reads)[0]?.reads ?? [])
    .map((read) => ({ answers: read.answers, order: order(read.annotatorId) }))
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .map((read) => read.answers);
}
