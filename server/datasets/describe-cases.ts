import { IDENTIFIER_CLASSES, identifierHints } from './identifier-hints.ts';
import type { ParsedCase } from './read-cases.ts';
import type { Composition } from './schemas.ts';

/** A class with fewer gold cases than this says little: sensitivity of 8 of 10 is anything from .49 to .94 (Wilson). */
const SMALL_CLASS = 10;
/** Share of cases below which a site or subgroup value cannot be told apart. */
const SMALL_GROUP = 10;

/** What a dataset is made of, and what about it could make its labels misleading; shown at upload and kept. */
export function describeCases(cases: readonly ParsedCase[], dataClass: string): Composition {
  const sites = countBy(cases.map((one) => one.site));
  const splits = countBy(cases.flatMap((one) => (one.split === null ? [] : [one.split])));
  const subgroupNames = Object.keys(cases[0]?.subgroups ?? {});
  const names = new Set([...subgroupNames, ...cases.flatMap((one) => Object.keys(one.subgroups))]);
  const subgroups = Object.fromEntries(
    [...names].map((name) => [name, countBy(cases.map((one) => one.subgroups[name] ?? ''))]),
  );
  const withGold = cases.filter((one) => one.gold !== null);
  const classes = classCounts(withGold);
  const assets = cases.flatMap((one) => one.assets);
  const composition = {
    cases: cases.length,
    patients: new Set(cases.map((one) => one.patientKey)).size,
    assets: {
      text: assets.filter((one) => one.kind === 'text').length,
      image: assets.filter((one) => one.kind === 'image').length,
    },
    sites,
    splits,
    subgroups,
    classes,
    goldCases: withGold.length,
  };
  const hints = IDENTIFIER_CLASSES.has(dataClass) ? identifierHints(cases) : [];
  return { ...composition, warnings: [...warningsFor(composition), ...hints] };
}

type Count = { value: string; cases: number };

/** Counts, largest first, then by name, so that the report does not depend on the order of lines. */
function countBy(values: readonly string[]): Count[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, cases]) => ({ value, cases }))
    .sort((a, b) => b.cases - a.cases || (a.value < b.value ? -1 : 1));
}

function classCounts(cases: readonly ParsedCase[]): Record<string, Count[]> {
  const values = new Map<string, string[]>();
  for (const { gold } of cases) {
    for (const [field, accepted] of Object.entries(gold?.answers ?? {})) {
      const shown = accepted.map((one) => (Array.isArray(one) ? one.join(' | ') : String(one))).join(' or ');
      const all = values.get(field) ?? [];
      all.push(shown);
      values.set(field, all);
    }
  }
  return Object.fromEntries([...values].map(([field, all]) => [field, countBy(all)]));
}

function warningsFor(made: Omit<Composition, 'warnings'>): Composition['warnings'] {
  const warnings: Composition['warnings'] = [];
  const warn = (code: string, message: string) => warnings.push({ code, message });
  if (made.sites.length === 1 && made.cases > 1) {
    warn('one_site', 'All cases come from one site. Labels and scores may not hold elsewhere.');
  }
  for (const [name, counts] of Object.entries(made.subgroups)) {
    const empty = counts.find((one) => one.value === '')?.cases ?? 0;
    if (empty > 0) {
      warn(
        'subgroup_missing',
        `"${name}" is empty for ${empty} of ${made.cases} cases, which no subgroup figure will count.`,
      );
    }
    for (const { value, cases } of counts) {
      if (value !== '' && cases < SMALL_GROUP) {
        warn(
          'subgroup_small',
          `"${name} = ${value}" has ${cases} case${cases === 1 ? '' : 's'}, too few to judge.`,
        );
      }
    }
  }
  if (Object.keys(made.subgroups).length === 0) {
    warn(
      'no_subgroups',
      'There are no subgroup columns (sex, age band, scanner …), so accuracy cannot be checked by subgroup.',
    );
  }
  for (const [field, counts] of Object.entries(made.classes)) {
    for (const { value, cases } of counts) {
      if (cases < SMALL_CLASS) {
        warn(
          'class_small',
          `Gold "${field} = ${value}" has ${cases} case${cases === 1 ? '' : 's'}; about ${SMALL_CLASS} or more are needed before its sensitivity says anything.`,
        );
      }
    }
  }
  if (made.patients < made.cases) {
    warn(
      'patients_repeat',
      `${made.cases} cases are of ${made.patients} patients; intervals will be clustered by patient.`,
    );
  }
  return warnings;
}
