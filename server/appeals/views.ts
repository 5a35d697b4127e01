import type { OrgContext, UserContext } from '#server/command/context.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import type { AnswerValue, LabelField } from '#server/protocols/schemas.ts';
import { countWaiting, listOwnRejections, listWaiting, type RejectionRow } from './queries.ts';
import { appealState, appealUntil } from './rules.ts';
import type { AppealDesk, OwnRejection } from './schemas.ts';

const MOST_REJECTIONS = 100;

const factsOf = (row: RejectionRow) => ({
  batchId: row.batchId,
  labelId: row.labelId,
  project: row.project,
  batch: row.batch,
  sponsor: row.sponsor,
  reason: row.reason,
  evidence: row.evidence,
  submittedAt: row.submittedAt,
  rejectedAt: row.rejectedAt,
  priceMinor: row.priceMinor,
  currency: row.currency,
});

/** A person's own rejected reads, newest first: why, whether and until when they can be appealed, and what came of it (R31). */
export async function viewOwnRejections(ctx: UserContext): Promise<OwnRejection[]> {
  const rows = await listOwnRejections(ctx.db, { personId: ctx.actor.personId, limit: MOST_REJECTIONS });
  const now = ctx.clock.now();
  return rows.map((row) => ({
    ...factsOf(row),
    state: appealState(row, now),
    appealUntil: appealUntil(row.rejectedAt),
    appeal:
      row.appealReason === null || row.appealedAt === null || row.dueAt === null
        ? null
        : { reason: row.appealReason, createdAt: row.appealedAt, dueAt: row.dueAt },
    decision:
      row.decisionReason === null || row.decidedAt === null
        ? null
        : { reason: row.decisionReason, decidedAt: row.decidedAt },
  }));
}

/** The appeals that wait for an operator, longest waiting first, with what there is to decide them by. No case is opened for it. */
export async function viewAppealDesk(ctx: OrgContext, input: { limit: number }): Promise<AppealDesk> {
  const now = ctx.clock.now();
  const [counted, rows] = [await countWaiting(ctx.db, now), await listWaiting(ctx.db, input.limit)];
  const versions = new Map<string, readonly LabelField[]>();
  for (const { protocolVersionId: id } of rows)
    if (!versions.has(id)) versions.set(id, (await getProtocolVersion(ctx.db, id)).labelSchema.fields);
  return {
    ...counted,
    items: rows.flatMap((row) => {
      if (row.appealReason === null || row.appealedAt === null || row.dueAt === null) return [];
      return [
        {
          ...factsOf(row),
          feeMinor: row.feeMinor,
          author: row.author,
          rejectedBy: row.rejectedBy,
          answers: (versions.get(row.protocolVersionId) ?? []).map((field) => ({
            label: field.label,
            value: inWords(field, row.answers[field.key]),
          })),
          rationale: row.rationale,
          activeMs: row.activeMs,
          medianActiveMs: row.medianActiveMs,
          appeal: { reason: row.appealReason, createdAt: row.appealedAt, dueAt: row.dueAt },
          isOverdue: row.dueAt <= now,
        },
      ];
    }),
  };
}

function inWords(field: LabelField, value: AnswerValue | undefined): string {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  const named = (one: unknown) =>
    field.options?.find((option) => option.value === String(one))?.label ?? String(one);
  return Array.isArray(value) ? value.map(named).join(', ') || 'none' : named(value);
}
