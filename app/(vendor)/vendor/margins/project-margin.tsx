import { DataTable } from '#app/_ui/data-table.tsx';
import { Duration } from '#app/_ui/duration.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { Money } from '#app/_ui/money.tsx';
import type { MarginsView } from '#server/staffing/schemas.ts';

type Project = MarginsView['projects'][number];

/** One project: earned, cost and what is left as figures and as a bar, then person by person. */
export function ProjectMargin({ project }: { project: Project }) {
  const { currency } = project;
  return (
    <section aria-label={project.title} className="flex flex-col gap-3">
      <h2 className="font-semibold text-lg">{project.title}</h2>
      <dl className="flex flex-wrap gap-x-10 gap-y-3">
        <Figure label="Earned">
          <Money amountMinor={project.earnedMinor} currency={currency} />
        </Figure>
        <Figure label="Your people cost">
          {project.staffCostMinor === null ? (
            <Unknown missing={project.missing} currency={currency} />
          ) : (
            <Money amountMinor={project.staffCostMinor} currency={currency} />
          )}
        </Figure>
        <Figure label="You keep">
          {project.marginMinor === null ? (
            <span className="font-normal text-base text-ink-3">not known until every rate is set</span>
          ) : (
            <>
              <Money amountMinor={project.marginMinor} currency={currency} />
              {project.marginShare === null ? null : (
                <span className="ml-2 font-normal text-base text-ink-3">
                  {Math.round(project.marginShare * 100)} % of what was earned
                </span>
              )}
            </>
          )}
        </Figure>
      </dl>
      <MarginBar project={project} />
      <DataTable
        id={`margins-${project.projectId}`}
        urlPrefix={project.projectId.slice(-6)}
        caption={`People in ${project.title}`}
        complete
        columns={[
          { key: 'person', header: 'Person', sortable: true, phone: 'main' },
          { key: 'reads', header: 'Accepted reads', align: 'right', sortable: true },
          {
            key: 'time',
            header: 'Active time',
            csvHeader: 'Active time (s)',
            align: 'right',
            sortable: true,
          },
          { key: 'earned', header: 'Earned', align: 'right', sortable: true },
          { key: 'cost', header: 'Cost', align: 'right', sortable: true },
          { key: 'kept', header: 'You keep', align: 'right', sortable: true, phone: 'side' },
        ]}
        rows={project.people.map((person) => {
          const activeSeconds = Math.round(person.activeMs / 1000);
          const kept = person.costMinor === null ? null : person.earnedMinor - person.costMinor;
          return {
            id: person.personId,
            cells: {
              person: person.name,
              reads: person.reads,
              time: <Duration seconds={activeSeconds} />,
              earned: <Money codeHidden amountMinor={person.earnedMinor} currency={currency} />,
              cost:
                person.costMinor === null ? (
                  <span className="text-ink-3">no rate</span>
                ) : (
                  <Money codeHidden amountMinor={person.costMinor} currency={currency} />
                ),
              kept: kept === null ? '–' : <Money codeHidden amountMinor={kept} currency={currency} />,
            },
            values: {
              person: person.name,
              reads: person.reads,
              time: activeSeconds,
              earned: { amountMinor: person.earnedMinor, currency },
              cost: person.costMinor === null ? null : { amountMinor: person.costMinor, currency },
              kept: kept === null ? null : { amountMinor: kept, currency },
            },
          };
        })}
        empty={<EmptyState title="Nobody has read yet">Each person’s part stands here.</EmptyState>}
      />
    </section>
  );
}

function Figure({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="flex flex-col">
      <dt className="text-ink-3 text-sm">{label}</dt>
      <dd className="font-semibold text-lg tabular-nums">{children}</dd>
    </div>
  );
}

function Unknown({ missing, currency }: { missing: readonly string[]; currency: string }) {
  const named = missing.slice(0, 3).join(', ');
  const more = missing.length > 3 ? ` and ${missing.length - 3} more` : '';
  return (
    <span className="font-normal text-base text-ink-3">
      no rate in {currency} for {named}
      {more}
    </span>
  );
}

/** The share of what was earned that goes to people, and the share that stays; a loss fills the bar. */
function MarginBar({ project }: { project: Project }) {
  if (project.marginShare === null) return null;
  const kept = Math.max(0, Math.min(1, project.marginShare));
  const isLoss = project.marginShare < 0;
  return (
    <div
      role="img"
      aria-label={
        isLoss
          ? `A loss: people cost ${Math.round(-project.marginShare * 100)} % more than was earned`
          : `${Math.round((1 - kept) * 100)} % goes to people, ${Math.round(kept * 100)} % stays`
      }
      className="flex h-2 max-w-xl overflow-hidden rounded-full bg-neutral-soft"
    >
      <span className={isLoss ? 'bg-critical' : 'bg-ink-3'} style={{ width: `${(1 - kept) * 100}%` }} />
      <span className="bg-good" style={{ width: `${kept * 100}%` }} />
    </div>
  );
}
