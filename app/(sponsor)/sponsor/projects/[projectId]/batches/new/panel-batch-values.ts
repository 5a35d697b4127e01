import { requiredNumber } from '#app/(sponsor)/sponsor/_parts/number-field.tsx';
import { NO_SPLIT } from './case-choice.ts';

/** A panel batch as its form holds it. */
export type PanelBatchValues = {
  name: string;
  datasetId: string;
  /** Empty while none is chosen; `NO_SPLIT` for the cases that have none. */
  split: string;
  /** At most so many; empty is all. */
  cases: string;
  overlap: string;
  /** Batches whose people are others than here (R23). */
  apartFromBatchIds: readonly string[];
};

/** What the form asks the server for, before the input's own schema has looked at it: read blind and paid to nobody (R7). */
export function toPanelBatchInput(projectId: string, values: PanelBatchValues): Record<string, unknown> {
  const { name, datasetId, split, cases, overlap, apartFromBatchIds } = values;
  return {
    projectId,
    datasetId,
    name,
    kind: 'self_label',
    ...(split === '' ? {} : { filter: { split: split === NO_SPLIT ? null : split } }),
    ...(cases.trim() === '' ? {} : { caseLimit: Number(cases) }),
    ...(apartFromBatchIds.length > 0 ? { apartFromBatchIds: [...apartFromBatchIds] } : {}),
    overlap: requiredNumber(overlap),
    goldMode: 'none',
    reviewShareBasisPoints: 0,
    pricePerReadMinor: 0n,
  };
}
