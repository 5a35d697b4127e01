'use client';

import { Download } from 'lucide-react';
import { Button } from '#app/_ui/button.tsx';
import { DropdownMenu } from '#app/_ui/dropdown-menu.tsx';

/** What can be taken away: final labels, reads with provenance, and plain reads of a field. */
export function ExportLinks({
  batchId,
  fields,
}: {
  batchId: string;
  fields: readonly { key: string; label: string; type: string }[];
}) {
  const take = (query: Record<string, string>) => () =>
    window.location.assign(`/api/exports/${batchId}?${new URLSearchParams(query)}`);
  return (
    <DropdownMenu
      align="end"
      trigger={<Button icon={<Download aria-hidden />}>Export batch</Button>}
      entries={[
        { kind: 'heading', label: 'Final labels' },
        { label: 'CSV', onSelect: take({ what: 'final_labels', format: 'csv' }) },
        { label: 'JSON Lines', onSelect: take({ what: 'final_labels', format: 'jsonl' }) },
        { kind: 'heading', label: 'All reads with provenance' },
        { label: 'CSV', onSelect: take({ what: 'reads_provenance', format: 'csv' }) },
        { label: 'JSON Lines', onSelect: take({ what: 'reads_provenance', format: 'jsonl' }) },
        { kind: 'heading', label: 'Reads as task, worker, label' },
        ...fields
          .filter((field) => field.type !== 'text')
          .map((field) => ({
            label: field.label,
            onSelect: take({ what: 'reads', format: 'csv', field: field.key }),
          })),
      ]}
    />
  );
}
