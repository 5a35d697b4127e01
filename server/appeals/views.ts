import type { OrgContext, UserContext } from '#server/command/context.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import type { AnswerValue, LabelField } from '#server/protocols/schemas.ts';
import {
  countOwnRejections,
  countWaiting,
  listOwnRejections,
  listWaiting,
  type RejectionRow,
} from './queries.ts';
import { appealableSince, appealState, appealUntil } from './rules.ts';
import type { AppealDesk, DeskInput, OwnRejections, RejectionsInput } from './schemas.ts';

/** The place behind an item, as `inboxPlace` reads it. */
const placeOf = (rank: 0 | 1, at: Date, labelId: string) => `${rank}~${at.getTime()}~${labelId}`;

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

/**
 * A person's own rejected reads: why, whether and until when they can be appealed, and what came of it (R31). Those that can still be
 * appealed come first, so that none of them runs out of time behind a long list; each the newest first.
 */
export async function viewOwnRejections(ctx: UserContext, input: RejectionsInput): Promise<OwnRejections> {
  const now = ctx.clock.now();
  const of = { personId: ctx.actor.personId, since: appealableSince(now) };
  const found = await listOwnRejections(ctx.db, {
    ...of,
    limit: input.limit + 1,
    after: input.after ?? null,
  });
  const rows = found.slice(0, input.limit);
  const last = found.length > rows.length ? rows.at(-1) : undefined;
  const items = rows.map((row) => ({
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
  const next = last ? placeOf(last.isOpen ? 0 : 1, last.rejectedAt, last.labelId) : null;
  return { ...(await countOwnRejections(ctx.db, of)), items, next };
}

/** The appeals that wait for an operator, longest waiting first, with what there is to decide them by. Their cases come through the gate (agreements: `openAppealedCase`). */
export async function viewAppealDesk(ctx: OrgContext, input: DeskInput): Promise<AppealDesk> {
  const now = ctx.clock.now();
  const counted = await countWaiting(ctx.db, now);
  const found = await listWaiting(ctx.db, { limit: input.limit + 1, after: input.after ?? null });
  const rows = found.slice(0, input.limit);
  const last = found.length > rows.length ? rows.at(-1) : undefined;
  const versions = new Map<string, readonly LabelField[]>();
  for (const { protocolVersionId: id } of rows)
    if (!versions.has(id)) versions.set(id, (await getProtocolVersion(ctx.db, id)).labelSchema.fields);
  return {
    ...counted,
    next: last?.dueAt ? placeOf(0, last.dueAt, last.labelId) : null,
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
