import { DotPlotIntervals } from '#app/_ui/charts/dot-plot-intervals.tsx';
import { HeatMap } from '#app/_ui/charts/heat-map.tsx';
import { DataTable } from '#app/_ui/data-table.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import { dotRow, FigureCell } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/figure-parts.tsx';
import type { ContinuousView } from '#server/scores/view-schemas.ts';

type PeoplePartProps = {
  view: ContinuousView;
  /** Where a batch is made that reads this one again; null where it cannot be, or this person may not. */
  relabelHref: string | null;
};

/** Readers by alias, their teams, and every two of them. */
export function PeoplePart({ view, relabelHref }: PeoplePartProps) {
  const { readers, bounds } = view;
  const hasGold = readers.some((reader) => reader.accuracy.value !== null);
  const threshold =
    bounds.accuracy === null || !hasGold
      ? {}
      : { threshold: { value: bounds.accuracy, label: `${bounds.accuracy} asked` } };
  return (
    <>
      <Section title="Readers" says="By alias; a wide interval means that little can be said yet.">
        <div className="grid items-start gap-x-8 gap-y-8 xl:grid-cols-2">
          <DotPlotIntervals
            title={hasGold ? 'Accuracy on gold' : 'Agreement with the others'}
            says={
              hasGold
                ? 'Reads on gold that are right, with the 95 % interval.'
                : 'Without gold accuracy can’t be said; this is agreement with what most others gave.'
            }
            rows={readers.map((reader) => dotRow(reader.alias, hasGold ? reader.accuracy : reader.consensus))}
            ends={[0, 1]}
            {...threshold}
          />
          <Pairs view={view} />
        </div>
        <ReaderTable readers={readers} relabelHref={relabelHref} />
        {relabelHref === null || view.pairs.length === 0 ? null : (
          <p className="mt-3 text-sm">
            <TextLink href={`${relabelHref}&doubt=disputed`}>
              Have the cases whose readers disagreed read again
            </TextLink>
          </p>
        )}
      </Section>
      {view.teams.length > 1 ? (
        <Section title="Teams" says="The people of one organisation in this batch.">
          <DotPlotIntervals
            title="Reliability within each team"
            says="Krippendorff’s α among the team’s own readers."
            rows={view.teams.map((team) => dotRow(team.team, team.alpha))}
          />
        </Section>
      ) : null}
    </>
  );
}

function ReaderTable({
  readers,
  relabelHref,
}: {
  readers: ContinuousView['readers'];
  relabelHref: string | null;
}) {
  return (
    <DataTable
      id="running-readers"
      caption="Readers with their running scores"
      complete
      columns={[
        { key: 'alias', header: 'Reader', sortable: true, phone: 'main', fixed: true },
        { key: 'status', header: 'Standing', sortable: true },
        { key: 'reads', header: 'Reads', align: 'right', sortable: true },
        { key: 'accuracy', header: 'Accuracy on gold', sortable: true, phone: 'side' },
        { key: 'consensus', header: 'Agreement with the others', sortable: true },
        { key: 'days', header: 'Days', align: 'right', sortable: true },
        ...(relabelHref === null ? [] : [{ key: 'again', header: 'Read again', isAction: true }]),
      ]}
      rows={readers.map((reader) => ({
        id: reader.alias,
        name: reader.alias,
        cells: {
          alias: reader.alias,
          status: <StatusPill state={reader.status} />,
          reads: reader.reads.toLocaleString('en'),
          accuracy: <FigureCell label="Accuracy on gold" figure={reader.accuracy} />,
          consensus: <FigureCell label="Agreement with the others" figure={reader.consensus} />,
          days: reader.days.length,
          again:
            relabelHref !== null && reader.reads > 0 ? (
              <TextLink href={`${relabelHref}&reader=${reader.alias}`}>
                Relabel {reader.alias}’s cases
              </TextLink>
            ) : null,
        },
        values: {
          alias: reader.alias,
          status: reader.status,
          reads: reader.reads,
          accuracy: reader.accuracy.value,
          consensus: reader.consensus.value,
          days: reader.days.length,
        },
      }))}
      empty={<EmptyState title="Nobody has joined yet">Readers appear when they join.</EmptyState>}
    />
  );
}

function Pairs({ view }: { view: ContinuousView }) {
  const names = view.readers.map((reader) => reader.alias).sort();
  const kappa = new Map(view.pairs.map((pair) => [`${pair.first} ${pair.second}`, pair.kappa.value]));
  if (view.pairs.length === 0)
    return (
      <EmptyState title="No pairs yet">Two readers must have read the same cases to be compared.</EmptyState>
    );
  if (names.length > 24)
    return (
      <DotPlotIntervals
        title="Pairs that agree least"
        says="Cohen’s kappa of two readers on the cases they share; the 15 lowest."
        rows={[...view.pairs]
          .filter((pair) => pair.kappa.value !== null)
          .sort((a, b) => (a.kappa.value ?? 2) - (b.kappa.value ?? 2))
          .slice(0, 15)
          .map((pair) => dotRow(`${pair.first} and ${pair.second}`, pair.kappa))}
      />
    );
  return (
    <HeatMap
      title="Agreement of each pair of readers"
      says="Cohen’s kappa of each pair, weighted when the answers have an order."
      rowNames={names}
      columnNames={names}
      rowTitle="Reader"
      columnTitle="Reader"
      format="score"
      full={1}
      {...(view.bounds.reliability === null
        ? {}
        : { threshold: { value: view.bounds.reliability, label: `the ${view.bounds.reliability} asked` } })}
      cells={names.map((row) =>
        names.map((column) => kappa.get(`${row} ${column}`) ?? kappa.get(`${column} ${row}`) ?? null),
      )}
    />
  );
}
