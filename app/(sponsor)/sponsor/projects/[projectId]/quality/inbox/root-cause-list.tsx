import { DataTable } from '#app/_ui/data-table.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import { VERDICT_WORDS } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/quality-words.ts';
import type { InboxView } from '#server/scores/governance-schemas.ts';

type RootCauseListProps = { projectId: string; causes: InboxView['rootCauses'] };

/** Root-cause cases of the project, newest first. */
export function RootCauseList({ projectId, causes }: RootCauseListProps) {
  return (
    <Section
      title="Root-cause cases"
      says="A batch out of tolerance: from its evidence over the cause to an action, and whether it worked."
    >
      <DataTable
        id="root-causes"
        caption="Root-cause cases"
        complete
        columns={[
          { key: 'field', header: 'Field', sortable: true, phone: 'main', fixed: true },
          { key: 'batch', header: 'Batch', sortable: true },
          { key: 'status', header: 'State', sortable: true, phone: 'side' },
          { key: 'owner', header: 'Owner', sortable: true },
          { key: 'due', header: 'Due', sortable: true },
          { key: 'verdict', header: 'Effect' },
          { key: 'opened', header: 'Opened', sortable: true },
        ]}
        rows={causes.map((one) => ({
          id: one.id,
          href: `/sponsor/projects/${projectId}/quality/root-causes/${one.id}`,
          name: one.fieldLabel,
          cells: {
            field: one.fieldLabel,
            batch: one.batchName,
            status: <StatusPill state={one.status} />,
            owner: one.owner ?? '–',
            due: one.dueOn === null ? '–' : <DateTime at={one.dueOn} format="day" zone="UTC" />,
            verdict: one.verdict ? VERDICT_WORDS[one.verdict] : '–',
            opened: <DateTime at={one.openedAt} />,
          },
          values: {
            field: one.fieldLabel,
            batch: one.batchName,
            status: one.status,
            owner: one.owner,
            due: one.dueOn,
            opened: one.openedAt,
          },
        }))}
        empty={
          <EmptyState title="No root-cause case yet">
            One opens when a batch crosses a bound; you can also open one from “Day by day”.
          </EmptyState>
        }
      />
    </Section>
  );
}
