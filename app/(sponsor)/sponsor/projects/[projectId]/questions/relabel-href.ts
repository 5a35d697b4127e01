/** Cases of one dataset and split that a change of the protocol made doubtful. */
export type RelabelPart = { datasetId: string; split: string | null };

type Relabel = {
  /** The version that their final labels are of. */
  protocolVersionId: string;
  scope: 'all' | 'disputed';
  part: RelabelPart;
};

/** The form of a relabel batch, filled in with exactly the cases that were counted for the part. */
export function relabelHref(projectId: string, { protocolVersionId, scope, part }: Relabel): string {
  const asked = new URLSearchParams({
    kind: 'relabel',
    dataset: part.datasetId,
    // Empty is the cases without a split, where the dataset has some.
    split: part.split ?? '',
    version: protocolVersionId,
    again: 'left_out',
    ...(scope === 'disputed' ? { doubt: 'doubtful' } : {}),
  });
  return `/sponsor/projects/${projectId}/batches/new?${asked}`;
}
