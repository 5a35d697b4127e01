import type { ModelLine } from '#server/models/schemas.ts';
import { type CaseChoice, type DatasetChoice, DOUBTS, NO_SPLIT } from './case-choice.ts';
import { modelFromUrl } from './model-choice.ts';

/** What a link can ask the form to begin with. */
export type StartChoice = { datasetId: string | null; choice: Partial<CaseChoice> };

/** What the form can be given: whatever a link names beyond it is passed over. */
export type Startable = {
  datasets: readonly DatasetChoice[];
  fields: readonly { key: string }[];
  batches: readonly { id: string; datasetId: string; split: string | null }[];
  protocols: readonly { id: string }[];
  models: readonly ModelLine[];
};

const MOST_IDS = 2000;

/**
 * The choice of cases that a link carries: `from` (a batch, with its dataset and split), `reader` (an alias in it), `version`
 * (protocol version), `doubt` (one of `DOUBTS`), `only` (`site=…`, `sex=…`, repeated), `field` with `values`, `ids` (with commas
 * between), `model` with `modelField`, `missed` and `claimed` (what it got wrong), `dataset`, `split` (empty: the cases without one), `again` (`left_out`: not what is in a relabel batch
 * under way). So that "relabel" opens with its filter filled in wherever it is found. No case
 * content is in it: the values are those of columns that the sponsor named.
 */
export function startFromUrl(
  asked: Record<string, string | string[] | undefined>,
  known: Startable,
): StartChoice {
  const one = (name: string) => [asked[name]].flat()[0] ?? '';
  const from = known.batches.find((batch) => batch.id === one('from'));
  const { model, choice: ofModel } = modelFromUrl(one, known.models);
  const datasetId = from?.datasetId ?? model?.datasetId ?? one('dataset');
  const dataset = known.datasets.find((found) => found.id === datasetId) ?? known.datasets[0];
  const isNoSplit = from ? from.split === null : asked.split !== undefined && one('split') === '';
  const hasSplits = dataset !== undefined && dataset.splits.length > 0;
  const split = from?.split ?? one('split');
  const only = [asked.only].flat().flatMap((text) => tickOf(text ?? '', dataset));
  const doubt = DOUBTS.find((found) => found === one('doubt'));
  const field = known.fields.find((found) => found.key === one('field'))?.key ?? '';
  const values = one('values').trim();
  const ids = one('ids')
    .split(',')
    .filter((id) => id.trim() !== '')
    .slice(0, MOST_IDS);
  const version = known.protocols.find((found) => found.id === one('version'))?.id ?? '';
  return {
    datasetId: dataset?.id ?? null,
    choice: {
      ...(split !== '' && dataset?.splits.includes(split) ? { split } : {}),
      ...(isNoSplit && hasSplits ? { split: NO_SPLIT } : {}),
      ...(only.length > 0 ? { only } : {}),
      ...(field !== '' && values !== '' ? { classField: field, classValues: values } : {}),
      ...(ids.length > 0 ? { ids: ids.join('\n') } : {}),
      ...(from ? { fromBatch: from.id } : {}),
      ...(from && one('reader') !== '' ? { reader: one('reader').slice(0, 12) } : {}),
      ...(doubt === undefined ? {} : { doubt }),
      ...(version === '' ? {} : { protocolVersionId: version }),
      ...(model?.datasetId === dataset?.id ? ofModel : {}),
      ...(one('again') === 'left_out' ? { again: 'left_out' as const } : {}),
    },
  };
}

/** `sex=F` as the key of its tick, where the dataset has such a column and value. */
function tickOf(text: string, dataset: DatasetChoice | undefined): string[] {
  const at = text.indexOf('=');
  if (at < 1 || dataset === undefined) return [];
  const [name, value] = [text.slice(0, at), text.slice(at + 1)];
  if (name === 'site') return dataset.sites.includes(value) ? [`site=${value}`] : [];
  return dataset.subgroups[name]?.includes(value) ? [`subgroup:${name}=${value}`] : [];
}
