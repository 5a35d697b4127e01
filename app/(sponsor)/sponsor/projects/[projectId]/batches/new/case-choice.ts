import type { CreateBatchInput } from '#server/work/schemas.ts';
import { type ModelChoice, noModel, toModelFailure } from './model-choice.ts';

/** What a form lets one choose from, of one dataset. */
export type DatasetChoice = {
  id: string;
  name: string;
  caseCount: number;
  excludedCount: number;
  intakeStatus: 'open' | 'frozen';
  splits: readonly string[];
  sites: readonly string[];
  subgroups: Record<string, readonly string[]>;
};

/** What can be doubtful about a case's earlier work, as links and the form name it. */
export const DOUBTS = ['disputed', 'asked', 'doubtful', 'uncertain'] as const;
export type Doubt = (typeof DOUBTS)[number];

const WORK_OF: Record<Doubt, { isDisputed?: true; isAsked?: true; isDoubtful?: true; isUncertain?: true }> = {
  disputed: { isDisputed: true },
  asked: { isAsked: true },
  doubtful: { isDoubtful: true },
  uncertain: { isUncertain: true },
};

/** Of a split: the cases that have none, in a dataset where others have. No split is named so, as names are trimmed. */
export const NO_SPLIT = ' ';

/** The part of a batch form that chooses its cases, as its fields hold it. */
export type CaseChoice = ModelChoice & {
  split: string;
  /** `dimension=value` of everything that is ticked. */
  only: readonly string[];
  classField: string;
  classValues: string;
  finalLabel: 'any' | 'has' | 'none';
  gold: 'any' | 'only' | 'never';
  ids: string;
  sample: 'all' | 'first' | 'random' | 'stratified';
  count: string;
  by: readonly string[];
  allocation: 'proportional' | 'equal';
  takeAll: boolean;
  /** Of a relabel: what earlier batches made of the case. */
  fromBatch: string;
  reader: string;
  doubt: '' | Doubt;
  protocolVersionId: string;
  /** What a relabel batch under way has already. */
  again: '' | 'left_out';
};

export const allCases: CaseChoice = {
  ...noModel,
  split: '',
  only: [],
  classField: '',
  classValues: '',
  finalLabel: 'any',
  gold: 'any',
  ids: '',
  sample: 'all',
  count: '',
  by: [],
  allocation: 'proportional',
  takeAll: false,
  fromBatch: '',
  reader: '',
  doubt: '',
  protocolVersionId: '',
  again: '',
};

/** Case ids out of a pasted list or a CSV column: one a line, or parted by commas; a header and repeats are left out. */
export function readIds(text: string): string[] {
  const cells = text
    .split(/[\n,;\t]/)
    .map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
    .filter((cell) => cell !== '');
  const [first, ...rest] = cells;
  const ids = first?.toLowerCase() === 'case_id' ? rest : cells;
  return [...new Set(ids)];
}

/** Values of a field as the form holds them, with commas between. */
export const listedValues = (text: string): string[] =>
  text
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');

/** The filter and sampling that the fields ask for; what is not a number fails in the input's own schema. */
export function toSelection(choice: CaseChoice): Pick<CreateBatchInput, 'filter' | 'sampling'> {
  const of = (prefix: string) =>
    choice.only.filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length));
  const subgroups: Record<string, string[]> = {};
  for (const one of of('subgroup:')) {
    const at = one.indexOf('=');
    const name = one.slice(0, at);
    subgroups[name] = [...(subgroups[name] ?? []), one.slice(at + 1)];
  }
  const sites = of('site=');
  const ids = readIds(choice.ids);
  const values = listedValues(choice.classValues);
  const work = toEarlierWork(choice);
  const modelFailure = toModelFailure(choice);
  return {
    filter: {
      ...(choice.split === '' ? {} : { split: choice.split === NO_SPLIT ? null : choice.split }),
      ...(sites.length === 0 ? {} : { sites }),
      ...(Object.keys(subgroups).length === 0 ? {} : { subgroups }),
      ...(choice.classField === '' || values.length === 0
        ? {}
        : { classes: [{ field: choice.classField, values }] }),
      ...(choice.finalLabel === 'any' ? {} : { finalLabel: choice.finalLabel }),
      ...(choice.gold === 'any' ? {} : { gold: choice.gold }),
      ...(ids.length === 0 ? {} : { externalIds: ids }),
      ...(work === null ? {} : { work }),
      ...(modelFailure === null ? {} : { modelFailure }),
    },
    sampling: toSampling(choice),
  };
}

function toSampling(choice: CaseChoice): NonNullable<CreateBatchInput['sampling']> {
  const count = choice.count.trim() === '' ? Number.NaN : Number(choice.count);
  if (choice.sample === 'all') return { kind: 'all' };
  if (choice.sample === 'first') return { kind: 'first', count };
  if (choice.sample === 'random') return { kind: 'random', count };
  return {
    kind: 'stratified',
    by: [...choice.by],
    allocation: { kind: choice.allocation, count },
    whenShort: choice.takeAll ? 'take_all' : 'refuse',
  };
}

function toEarlierWork(choice: CaseChoice) {
  const { fromBatch, reader, doubt, protocolVersionId, again } = choice;
  const work = {
    ...(fromBatch === '' ? {} : { batchIds: [fromBatch] }),
    ...(reader === '' || fromBatch === '' ? {} : { readers: [{ batchId: fromBatch, alias: reader }] }),
    ...(doubt === '' ? {} : WORK_OF[doubt]),
    ...(protocolVersionId === '' ? {} : { protocolVersionIds: [protocolVersionId] }),
    ...(again === '' ? {} : { isReadAgain: false }),
  };
  return Object.keys(work).length === 0 ? null : work;
}
