import type { StoredSubgroups } from './subgroup-schema.ts';

type Figure = StoredSubgroups['groups'][number]['fields'][number]['alpha'];
type Cell = {
  pilotId: string;
  value: number | null;
  ci: [number, number] | null;
  n: number;
  reason: string | null;
};
export type ComparedSubgroup = {
  dimension: string;
  value: string;
  cases: number;
  figures: { label: string; cells: Cell[] }[];
};

/**
 * The same subgroup of several pilots beside each other, figure by figure: agreement, accuracy and each class's sensitivity and
 * specificity. Figures that nobody has are left out (all of them too small, or without a reference); one that is suppressed for
 * one pilot stays, with its reason. In the order of the first card that has the subgroup.
 */
export function compareSubgroupDetail(
  cards: readonly { pilotId: string; detail: StoredSubgroups | null }[],
): ComparedSubgroup[] {
  const found = new Map<string, ComparedSubgroup & { byLabel: Map<string, Cell[]> }>();
  for (const { pilotId, detail } of cards)
    for (const group of detail?.groups ?? []) {
      const key = JSON.stringify([group.dimension, group.value]);
      const { dimension, value, cases } = group;
      const line = found.get(key) ?? { dimension, value, cases, figures: [], byLabel: new Map() };
      found.set(key, line);
      line.cases = Math.max(line.cases, cases);
      for (const [label, figure] of figuresOf(group)) {
        const cells = line.byLabel.get(label) ?? [];
        line.byLabel.set(label, cells);
        const { value: seen, ci, n, reason } = figure;
        cells.push({ pilotId, value: seen, ci, n, reason });
      }
    }
  return [...found.values()].map(({ byLabel, ...line }) => ({
    ...line,
    figures: [...byLabel]
      .filter(([, cells]) => cells.some((cell) => cell.value !== null))
      .map(([label, cells]) => ({ label, cells })),
  }));
}

/** Every figure of a subgroup with what it is called. */
export function figuresOf(group: StoredSubgroups['groups'][number]): [string, Figure][] {
  return group.fields.flatMap((field): [string, Figure][] => [
    [`${field.label}: α`, field.alpha],
    [`${field.label}: accuracy`, field.accuracy],
    ...field.classes.flatMap((one): [string, Figure][] => [
      [`${field.label}, ${one.classLabel}: sensitivity`, one.sensitivity],
      [`${field.label}, ${one.classLabel}: specificity`, one.specificity],
    ]),
  ]);
}
