import type { PilotTerms } from '#server/bids/schemas.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { type Candidate, stratumKey } from '#server/work/selection-rules.ts';

type Terms = Pick<PilotTerms, 'cases' | 'strata' | 'goldPerClass' | 'goldMode'>;

/** What a pilot would be made of: the cases of the terms, or why they can't be had. */
export type ChosenCases = { caseIds: string[]; faults: ErrorDetail[] };

/**
 * Chooses a pilot's cases from the dataset's in their order, the same for the same question: so many of each stratum where
 * the terms say so; where gold is among the cases, first as many known cases of each named class as agreed, then the other
 * known ones, then the rest. What is agreed and can't be had is refused in words, all of it at once.
 *
 * `goldCases` are the known cases that would be dealt on top where the terms deal gold; else those in `frame`.
 */
export function choosePilotCases(
  terms: Terms,
  frame: readonly Candidate[],
  dealt: readonly Candidate[] = [],
): ChosenCases {
  const faults: ErrorDetail[] = [];
  const groups = terms.strata
    ? Map.groupBy(frame, (one) => stratumKey(one, terms.strata?.by ?? []))
    : new Map([['', [...frame]]]);
  const wanted = terms.strata ? Object.entries(terms.strata.counts) : [['', terms.cases] as const];
  const isEmbedded = terms.goldMode === 'embedded';
  const need = new Map(isEmbedded ? terms.goldPerClass.map((one) => [goldKey(one), one.cases]) : []);
  const chosen = new Set<string>();
  for (const [key, count] of wanted) {
    const group = groups.get(key) ?? [];
    if (terms.strata && group.length < count)
      faults.push({
        code: 'pilot.stratum_small',
        message: `The terms ask for ${count.toLocaleString('en')} cases of ${key} and the dataset has ${group.length.toLocaleString('en')}.`,
      });
    for (const one of takeFrom(group, count, isEmbedded, need)) chosen.add(one.id);
  }
  const known = isEmbedded ? frame.filter((one) => chosen.has(one.id)) : dealt;
  faults.push(...goldFaults(terms, known));
  return { caseIds: frame.filter((one) => chosen.has(one.id)).map((one) => one.id), faults };
}

/** The first `count` of a group; with embedded gold the classes that are still needed first. Counts `need` down. */
function takeFrom(
  group: readonly Candidate[],
  count: number,
  isEmbedded: boolean,
  need: Map<string, number>,
): Candidate[] {
  if (!isEmbedded) return group.slice(0, count);
  const needed: Candidate[] = [];
  for (const one of group) {
    if (needed.length >= count || !one.isGold) continue;
    const open = keysOf(one).filter((key) => (need.get(key) ?? 0) > 0);
    if (open.length === 0) continue;
    for (const key of open) need.set(key, (need.get(key) ?? 0) - 1);
    needed.push(one);
  }
  const has = new Set(needed.map((one) => one.id));
  const rest = group.filter((one) => !has.has(one.id));
  return [...needed, ...rest.filter((one) => one.isGold), ...rest.filter((one) => !one.isGold)].slice(
    0,
    count,
  );
}

function goldFaults(terms: Terms, known: readonly Candidate[]): ErrorDetail[] {
  return terms.goldPerClass.flatMap((asked) => {
    const n = known.filter((one) => one.isGold && keysOf(one).includes(goldKey(asked))).length;
    if (n >= asked.cases) return [];
    return [
      {
        code: 'pilot.gold_short',
        message: `The terms ask for ${asked.cases.toLocaleString('en')} gold cases of ${asked.field} “${asked.className}” and only ${n.toLocaleString('en')} can be in this pilot. Sign more gold of that class.`,
      },
    ];
  });
}

const goldKey = ({ field, className }: { field: string; className: string }) => `${field}=${className}`;
const keysOf = (one: Candidate) =>
  Object.entries(one.classes).map(([field, className]) => goldKey({ field, className }));
