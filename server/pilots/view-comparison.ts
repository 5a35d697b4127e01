import type { OrgContext } from '#server/command/context.ts';
import { compareCards } from './compare-rules.ts';
import { compareSubgroupDetail } from './compare-subgroups.ts';
import { classLabelIn } from './rules.ts';
import { pilotDetail, pilotsOfProject } from './views.ts';

/** At most so many pilots are set beside each other; a call has no more (R15). */
const MOST = 6;

/**
 * The scorecards of a project's newest pilots side by side, as far as they may be seen (R15): every line with its interval,
 * which differences are decided, and what each class of each field came to.
 */
export async function viewComparison(ctx: OrgContext, projectId: string) {
  const listed = await pilotsOfProject(ctx, projectId);
  const details = await Promise.all(
    listed.slice(-MOST).map(async (one) => ({ ...one, detail: await pilotDetail(ctx, one.pilotId) })),
  );
  const carded = details.flatMap(({ detail, ...one }) =>
    detail.scorecard ? [{ ...one, attempt: detail.attempt, card: detail.scorecard }] : [],
  );
  return {
    pilots: carded.map(({ pilotId, vendor, attempt, card }) => ({
      pilotId,
      vendor,
      attempt,
      verdict: card.verdict,
      computedAt: card.computedAt,
      cases: card.results.measures.cases,
      reads: card.results.measures.reads,
    })),
    hidden: details.length - carded.length,
    lines: compareCards(carded.map(({ pilotId, card }) => ({ pilotId, criteria: card.results.criteria }))),
    classes: classesOf(carded),
    subgroups: compareSubgroupDetail(
      carded.map(({ pilotId, card }) => ({ pilotId, detail: card.results.measures.subgroups })),
    ),
  };
}

type Carded = {
  pilotId: string;
  card: NonNullable<Awaited<ReturnType<typeof pilotDetail>>['scorecard']>;
};

/** Sensitivity of every class of every field, pilot beside pilot. */
function classesOf(carded: readonly Carded[]) {
  const found = new Map<string, ReturnType<typeof emptyClass>>();
  for (const { pilotId, card } of carded)
    for (const field of card.results.measures.fields)
      for (const one of field.classes) {
        const key = `${field.field}.${one.className}`;
        const line =
          found.get(key) ?? emptyClass(field.label, one.className, classLabelIn(field, one.className));
        found.set(key, line);
        const { value, ci, n, reason } = one.sensitivity;
        line.cells.push({ pilotId, value, ci, n, reason });
      }
  return [...found.values()].filter((line) => line.cells.some((cell) => cell.value !== null));
}

function emptyClass(field: string, className: string, classLabel: string) {
  return {
    field,
    className,
    classLabel,
    cells: [] as {
      pilotId: string;
      value: number | null;
      ci: [number, number] | null;
      n: number;
      reason: string | null;
    }[],
  };
}
