import type { z } from 'zod';
import { DataTable } from '#app/_ui/data-table.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import type { screeningRunView } from '#server/registers/schemas.ts';
import { LISTS } from './screening-words.ts';

type Run = z.infer<typeof screeningRunView>;

const CAUSES: Record<Run['cause'], string> = {
  list_imported: 'New list',
  monthly: 'Monthly',
  person_changed: 'Person changed',
  operator: 'Asked for',
};
const count = (n: number) => n.toLocaleString('en-GB');

/** Every screening of everybody: against which files, of how many, with what result. */
export function ScreeningRuns({ runs }: { runs: readonly Run[] }) {
  return (
    <section aria-label="Screenings" className="flex flex-col gap-3">
      <h2 className="font-semibold text-lg">Screenings of everybody</h2>
      <DataTable
        id="screenings"
        caption="Screenings of everybody"
        complete
        columns={[
          { key: 'at', header: 'When', phone: 'main', fixed: true },
          { key: 'cause', header: 'Why' },
          { key: 'lists', header: 'Against' },
          { key: 'people', header: 'People', align: 'right', phone: 'side' },
          { key: 'fresh', header: 'New hits', align: 'right' },
          { key: 'known', header: 'Known hits', align: 'right' },
          { key: 'aside', header: 'Set aside', align: 'right' },
          { key: 'state', header: 'State' },
        ]}
        rows={runs.map((run) => ({
          id: run.id,
          cells: {
            at: <DateTime at={run.startedAt} />,
            cause: CAUSES[run.cause],
            lists: (
              <span>
                {run.lists.map((list) => (
                  <span key={list.importId} className="block" title={`SHA-256 ${list.fileSha256}`}>
                    {LISTS[list.source]} of {list.asOf}, {count(list.rows)} rows{' '}
                    <span className="font-mono text-ink-3 text-xs">{list.fileSha256.slice(0, 8)}</span>
                  </span>
                ))}
              </span>
            ),
            people: count(run.peopleScreened),
            fresh: count(run.hitsNew),
            known: count(run.hitsKnown),
            aside: count(run.setAside),
            state: (
              <StatusPill state={run.status} tone={run.status === 'done' ? 'good' : 'information'}>
                {run.status === 'done' ? 'Done' : 'Running'}
              </StatusPill>
            ),
          },
        }))}
        note="Set aside: records of a common name that another birth date or NPI rules out."
        empty={
          <EmptyState title="No screening yet">
            Everybody is screened when a list is imported, and again every month.
          </EmptyState>
        }
      />
    </section>
  );
}
