import { createHash } from 'node:crypto';
import type { ErrorDetail } from '#server/core/errors.ts';
import { isTestSplit } from '#server/datasets/split-rules.ts';
import type { Project } from '#server/projects/schemas.ts';
import type { CaseFilter, Sampling, Stratum } from './selection-schemas.ts';

/** How a case stands with a model: got wrong as asked for, not so, without the model's answer, without a known one. */
export type ModelState = 'failure' | 'right' | 'silent' | 'unknown';

/** A case as the choice of a batch's cases sees it. */
export type Candidate = {
  id: string;
  externalId: string;
  patientKey: string;
  site: string;
  split: string | null;
  subgroups: Record<string, string>;
  isGold: boolean;
  /** Known class per field: of the newest final label while it holds, else the gold answer. */
  classes: Record<string, string>;
  /** Of the newest final label; null when there is none, or it was contradicted and is decided anew. */
  final: { batchId: string; protocolVersionId: string; isUncertain: boolean; isDisputed: boolean } | null;
  /** `batch|alias` of everyone whose label of it is in force. Only filled when a filter asks. */
  readers: readonly string[];
  /** Whether a reader asked about it. Only filled when a filter asks for earlier work. */
  isAsked: boolean;
  /** Whether a relabel batch that is not settled has it. Only filled when a filter asks. */
  isReadAgain?: boolean;
  /** How it stands with the model and field that a filter asks for. Only filled then. */
  model?: ModelState;
};

/** Value of a dimension that a case does not have. */
export const NOT_GIVEN = 'not given';

/** True when a case fits every part of the filter that is not answered by the database already. */
export function fitsFilter(one: Candidate, filter: CaseFilter): boolean {
  if (filter.split !== undefined && one.split !== filter.split) return false;
  if (filter.sites && !filter.sites.includes(one.site)) return false;
  for (const [name, values] of Object.entries(filter.subgroups ?? {}))
    if (!values.includes(one.subgroups[name] ?? '')) return false;
  if (filter.finalLabel === 'has' && one.final === null) return false;
  if (filter.finalLabel === 'none' && one.final !== null) return false;
  if (filter.gold === 'only' && !one.isGold) return false;
  if (filter.gold === 'never' && one.isGold) return false;
  for (const { field, values } of filter.classes ?? [])
    if (!values.includes(one.classes[field] ?? '')) return false;
  if (filter.modelFailure !== undefined && one.model !== 'failure') return false;
  return filter.work === undefined || fitsWork(one, filter.work);
}

function fitsWork(one: Candidate, work: NonNullable<CaseFilter['work']>): boolean {
  const { final } = one;
  const { batchIds, readers, protocolVersionIds } = work;
  // Readers name their batch themselves; everything else is asked of the final label.
  if (readers && !readers.some((who) => one.readers.includes(`${who.batchId}|${who.alias}`))) return false;
  if (batchIds && (final === null || !batchIds.includes(final.batchId))) return false;
  if (protocolVersionIds && (final === null || !protocolVersionIds.includes(final.protocolVersionId)))
    return false;
  if (work.isUncertain !== undefined && final?.isUncertain !== work.isUncertain) return false;
  if (work.isDisputed !== undefined && final?.isDisputed !== work.isDisputed) return false;
  if (work.isAsked !== undefined && one.isAsked !== work.isAsked) return false;
  if (work.isReadAgain !== undefined && (one.isReadAgain ?? false) !== work.isReadAgain) return false;
  return work.isDoubtful === undefined || isDoubtful(one) === work.isDoubtful;
}

/** Whether a clarifying change of the protocol makes a case's label doubtful: its reads differ, or a reader asked about it. */
export function isDoubtful(one: Pick<Candidate, 'final' | 'isAsked'>): boolean {
  return one.isAsked || one.final?.isDisputed === true;
}

/** A dimension's value of a case: its site, a subgroup, or its known class. */
export function dimensionValue(one: Candidate, dimension: string): string {
  if (dimension === 'site') return one.site || NOT_GIVEN;
  const name = dimension.slice(dimension.indexOf(':') + 1);
  const value = dimension.startsWith('subgroup:') ? one.subgroups[name] : one.classes[name];
  return value || NOT_GIVEN;
}

/** The stratum of a case. */
export function stratumKey(one: Candidate, by: readonly string[]): string {
  return by.map((dimension) => dimensionValue(one, dimension)).join(' · ');
}

/** Place of a case in the draws of a seed: uniform, and the same however large the draw or the frame (permanent random numbers). */
export function drawKey(seed: number, caseId: string): number {
  const digest = createHash('sha256').update(`draw|${seed}|${caseId}`).digest();
  return digest.readUIntBE(0, 6);
}

export type Draw = {
  chosen: Candidate[];
  strata: Stratum[] | null;
  stratumOf: number[];
  faults: ErrorDetail[];
  warnings: ErrorDetail[];
};

/**
 * Takes a sample of `frame` (in the dataset's order; kept in the result). Faults say what cannot be taken; then nothing is
 * chosen.
 */
export function drawSample(frame: readonly Candidate[], how: Sampling, seed: number): Draw {
  const plain = (chosen: Candidate[]): Draw => ({
    chosen,
    strata: null,
    stratumOf: [],
    faults: [],
    warnings: [],
  });
  if (how.kind === 'all') return plain([...frame]);
  if (how.kind === 'first') return plain(frame.slice(0, how.count));
  const by = how.kind === 'stratified' ? how.by : [];
  const groups = Map.groupBy(frame, (one) => (by.length === 0 ? 'all' : stratumKey(one, by)));
  const keys = [...groups.keys()].sort((a, b) => (a < b ? -1 : 1));
  const sizes = keys.map((key) => ({ key, population: groups.get(key)?.length ?? 0 }));
  const { drawn, faults, warnings } = allocateDraw(sizes, how);
  if (faults.length > 0) return { ...plain([]), faults, warnings };
  const stratumOfCase = new Map<string, number>();
  for (const [place, key] of keys.entries()) {
    const drawnOfIt = inDrawOrder(groups.get(key) ?? [], seed).slice(0, drawn[place]);
    for (const { id } of drawnOfIt) stratumOfCase.set(id, place);
  }
  const chosen = frame.filter((one) => stratumOfCase.has(one.id));
  return {
    chosen,
    strata: sizes.map((size, place) => ({ ...size, drawn: drawn[place] ?? 0 })),
    stratumOf: chosen.map((one) => stratumOfCase.get(one.id) ?? 0),
    faults,
    warnings,
  };
}

type Size = { key: string; population: number };
type Drawn = { drawn: number[]; faults: ErrorDetail[]; warnings: ErrorDetail[] };

/**
 * How many cases of each stratum: in proportion (largest remainder, at least one of each so that every stratum has a
 * weight), equally, or as given. A stratum that has fewer is a fault that says so, or is taken whole when asked.
 */
export function allocateDraw(
  sizes: readonly Size[],
  how: Exclude<Sampling, { kind: 'all' | 'first' }>,
): Drawn {
  const { wanted, faults } = wantedOf(sizes, how);
  const warnings: ErrorDetail[] = [];
  const takesAll = how.kind === 'stratified' && how.whenShort === 'take_all';
  const drawn = sizes.map(({ key, population }, i) => {
    const asked = wanted[i] ?? 0;
    if (asked <= population) return asked;
    const says = `“${key}” has ${population.toLocaleString('en')} of the ${asked.toLocaleString('en')} cases asked for`;
    if (takesAll) warnings.push({ code: 'stratum_short', message: `${says}; all of them are taken.` });
    else
      faults.push({
        code: 'batch.stratum_small',
        path: 'sampling',
        message: `${says}. Ask for fewer, or take all that such strata have.`,
      });
    return population;
  });
  const missed = sizes.filter((_, i) => drawn[i] === 0 && faults.length === 0);
  if (missed.length > 0)
    warnings.push({
      code: 'stratum_not_drawn',
      message: `Nothing is drawn from ${missed.map(({ key }) => `“${key}”`).join(', ')}: estimates from this batch do not speak for ${missed.length === 1 ? 'it' : 'them'}.`,
    });
  return { drawn, faults, warnings };
}

function wantedOf(
  sizes: readonly Size[],
  how: Exclude<Sampling, { kind: 'all' | 'first' }>,
): { wanted: number[]; faults: ErrorDetail[] } {
  const fault = (code: string, message: string) => [{ code: `batch.${code}`, path: 'sampling', message }];
  if (how.kind === 'random') return { wanted: sizes.map(() => how.count), faults: [] };
  const { allocation } = how;
  if (allocation.kind === 'counts') {
    const unknown = Object.keys(allocation.counts).filter((key) => !sizes.some((size) => size.key === key));
    const wanted = sizes.map(({ key }) => allocation.counts[key] ?? 0);
    if (unknown.length === 0) return { wanted, faults: [] };
    return {
      wanted,
      faults: fault(
        'stratum_unknown',
        `No case that fits is in ${unknown.map((key) => `“${key}”`).join(', ')}.`,
      ),
    };
  }
  if (sizes.length > 200)
    return {
      wanted: [],
      faults: fault(
        'strata_many',
        `That makes ${sizes.length} strata; at most 200 are drawn from. Choose fewer columns.`,
      ),
    };
  if (allocation.count < sizes.length)
    return {
      wanted: [],
      faults: fault(
        'sample_small',
        `There are ${sizes.length} strata, so at least ${sizes.length} cases are needed for one of each.`,
      ),
    };
  const weights = sizes.map((size) => (allocation.kind === 'equal' ? 1 : size.population));
  return { wanted: atLeastOne(spread(allocation.count, weights)), faults: [] };
}

/** `total` in whole parts by weight, by largest remainder; ties go to the first. */
function spread(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  const exact = weights.map((weight) => (sum === 0 ? 0 : (total * weight) / sum));
  const parts = exact.map(Math.floor);
  const left = total - parts.reduce((a, b) => a + b, 0);
  const byRest = exact
    .map((value, i) => ({ i, rest: value - Math.floor(value) }))
    .sort((a, b) => b.rest - a.rest || a.i - b.i);
  for (const { i } of byRest.slice(0, left)) parts[i] = (parts[i] ?? 0) + 1;
  return parts;
}

/** Gives every part that came out as 0 a 1, taken from the largest. Their sum is at least their number. */
function atLeastOne(parts: readonly number[]): number[] {
  const out = [...parts];
  for (let i = 0; i < out.length; i += 1) {
    if (out[i] !== 0) continue;
    const largest = out.indexOf(Math.max(...out));
    out[largest] = (out[largest] ?? 1) - 1;
    out[i] = 1;
  }
  return out;
}

/**
 * `more` cases of a draw that was made before, behind those drawn then: shared out over the strata in proportion to what was
 * drawn of each, so that an oversampled draw stays one. `rest` is what fits and was not drawn. Refused in words when a
 * stratum has not so many left.
 */
export function drawMore(
  rest: readonly Candidate[],
  input: { by: readonly string[]; strata: readonly Stratum[]; more: number; seed: number },
): { chosen: { one: Candidate; stratum: number }[]; faults: ErrorDetail[] } {
  const groups = Map.groupBy(rest, (one) => (input.by.length === 0 ? 'all' : stratumKey(one, input.by)));
  const wanted = spread(
    input.more,
    input.strata.map((one) => one.drawn),
  );
  const faults: ErrorDetail[] = [];
  const chosen = input.strata.flatMap(({ key, population, drawn }, place) => {
    const left = inDrawOrder(groups.get(key) ?? [], input.seed);
    const most = Math.min(left.length, population - drawn);
    const asked = wanted[place] ?? 0;
    if (asked > most)
      faults.push({
        code: 'batch.stratum_small',
        path: 'more',
        message: `“${key}” has ${most.toLocaleString('en')} cases left of the ${asked.toLocaleString('en')} that its part of ${input.more.toLocaleString('en')} would be. Ask for fewer.`,
      });
    return left.slice(0, asked).map((one) => ({ one, stratum: place }));
  });
  return { chosen: faults.length > 0 ? [] : chosen, faults };
}

function inDrawOrder(group: readonly Candidate[], seed: number): Candidate[] {
  return group
    .map((one) => ({ one, at: drawKey(seed, one.id) }))
    .sort((a, b) => a.at - b.at || (a.one.id < b.one.id ? -1 : 1))
    .map(({ one }) => one);
}

/** Whether the names of a draw's strata say known classes, which gold has too. */
export const isByClass = (drawn: Sampling): boolean =>
  drawn.kind === 'stratified' && drawn.by.some((dimension) => dimension.startsWith('class:'));

/** Population ÷ drawn of a stratum; null where nothing was drawn. */
export function weightOf(stratum: Stratum): number | null {
  return stratum.drawn === 0 ? null : stratum.population / stratum.drawn;
}

/**
 * Whether cases are what a model is tested on, so that only named people may read them: by their split, or because the project makes
 * a test reference (R5), whose cases are test data wherever their split does not say that they are for training. What people qualify
 * on there is none: an exam or a training can have no other cases, and whoever takes it cannot be named before (R17).
 */
export function isTestData(
  { split, kind }: { split: string | null; kind: string },
  intendedUse: Project['intendedUse'],
): boolean {
  if (intendedUse === 'test_reference' && (kind === 'exam' || kind === 'training')) return false;
  return isTestSplit(split, intendedUse);
}

/** Why these cases may not be in one batch together: they are of several splits. */
export function splitFaults(splits: ReadonlyMap<string | null, number>): ErrorDetail[] {
  if (splits.size <= 1) return [];
  const named = [...splits]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 8)
    .map(([split, cases]) => `${split ?? 'no split'} (${cases.toLocaleString('en')})`);
  return [
    {
      code: 'batch.splits_mixed',
      path: 'split',
      message: `A batch draws from one split. These cases are in ${named.join(', ')}: choose one.`,
    },
  ];
}
