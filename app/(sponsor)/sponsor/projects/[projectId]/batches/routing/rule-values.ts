import type { DataClass } from '#server/projects/schemas.ts';
import type { RoutingRule, RoutingView } from '#server/routing/schemas.ts';

/** A condition as the form holds it: a site or subgroup column, or the known class of a field, and its values. */
export type Condition = { key: string; values: string[] };

export type RuleValues = {
  dataClasses: DataClass[];
  conditions: Condition[];
  whenLate: boolean;
  whenBeyondHours: boolean;
};

type Filter = RoutingRule['keepInside']['filters'][number];

/** The rule as the form shows it: each filter that names one thing; what the form cannot show is kept beside. */
export function valuesOf(rule: RoutingRule | null): { values: RuleValues; others: Filter[] } {
  const filters = rule?.keepInside.filters ?? [];
  const shown = filters.map((one) => conditionOf(one));
  return {
    values: {
      dataClasses: rule?.keepInside.dataClasses ?? [],
      conditions: shown.filter((one) => one !== null),
      whenLate: rule?.overflow.whenLate ?? true,
      whenBeyondHours: rule?.overflow.whenBeyondHours ?? true,
    },
    others: filters.filter((_, i) => shown[i] === null),
  };
}

function conditionOf(filter: Filter): Condition | null {
  const subgroups = Object.entries(filter.subgroups ?? {});
  const classes = filter.classes ?? [];
  const parts = (filter.sites ? 1 : 0) + subgroups.length + classes.length + (filter.context?.length ?? 0);
  if (parts !== 1) return null;
  if (filter.sites) return { key: 'site', values: filter.sites };
  const [subgroup] = subgroups;
  if (subgroup) return { key: `subgroup:${subgroup[0]}`, values: subgroup[1] };
  const [known] = classes;
  return known ? { key: `class:${known.field}`, values: known.values } : null;
}

/** What the form says as a rule. */
export function ruleOf(values: RuleValues, others: readonly Filter[]): RoutingRule {
  const filters = values.conditions
    .filter((one) => one.values.length > 0)
    .map(({ key, values: chosen }): Filter => {
      if (key === 'site') return { sites: chosen };
      const name = key.slice(key.indexOf(':') + 1);
      return key.startsWith('class:')
        ? { classes: [{ field: name, values: chosen }] }
        : { subgroups: { [name]: chosen } };
    });
  return {
    keepInside: { dataClasses: values.dataClasses, filters: [...filters, ...others] },
    overflow: { whenLate: values.whenLate, whenBeyondHours: values.whenBeyondHours },
  };
}

export type Dimension = { key: string; label: string; values: string[] };

/** Everything that the project's datasets can be told apart by, values of all together. */
export function dimensionsOf(datasets: RoutingView['datasets']): Dimension[] {
  const all = new Map<string, Dimension>();
  for (const one of datasets.flatMap((dataset) => dataset.dimensions)) {
    const known = all.get(one.key)?.values ?? [];
    all.set(one.key, { ...one, values: [...new Set([...known, ...one.values])].sort() });
  }
  return [...all.values()];
}
