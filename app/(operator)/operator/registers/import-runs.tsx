import { DataTable } from '#app/_ui/data-table.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import type { ImportView } from '#server/registers/schemas.ts';

const STATES: Record<
  ImportView['status'],
  { words: string; tone: 'good' | 'critical' | 'information' | 'neutral' }
> = {
  staging: { words: 'Under way', tone: 'information' },
  current: { words: 'In use', tone: 'good' },
  replaced: { words: 'Replaced', tone: 'neutral' },
  refused: { words: 'Refused', tone: 'critical' },
  abandoned: { words: 'Given up', tone: 'neutral' },
};
const MODES = { full: 'whole', delta: 'weekly changes', deactivated: 'deactivations' } as const;

/** The last imports of a register, with what was wrong with those that were refused. */
export function ImportRuns({
  source,
  title,
  runs,
}: {
  source: string;
  title: string;
  runs: readonly ImportView[];
}) {
  if (runs.length === 0) return null;
  return (
    <DataTable
      id={`imports-${source}`}
      caption={`Imports of ${title}`}
      complete
      urlPrefix={source}
      columns={[
        { key: 'file', header: 'File', phone: 'main', fixed: true },
        { key: 'asOf', header: 'As of' },
        { key: 'rows', header: 'Rows', align: 'right' },
        { key: 'state', header: 'State', phone: 'side' },
        { key: 'at', header: 'When' },
      ]}
      rows={runs.map((run) => ({
        id: run.id,
        name: run.fileName,
        cells: {
          file: (
            <span className="whitespace-normal break-all">
              {run.fileName} <span className="text-ink-3">{MODES[run.mode]}</span>
              <Problems run={run} />
            </span>
          ),
          asOf: run.asOf,
          rows: run.rows.toLocaleString('en-GB'),
          state: (
            <StatusPill state={run.status} tone={STATES[run.status].tone}>
              {STATES[run.status].words}
            </StatusPill>
          ),
          at: <DateTime at={run.endedAt ?? run.startedAt} />,
        },
      }))}
      empty={null}
    />
  );
}

function Problems({ run }: { run: ImportView }) {
  if (run.problems.length === 0) return null;
  const [first] = run.problems;
  const more = run.problems.length - 1;
  return (
    <span className="block whitespace-normal text-critical-ink text-xs">
      {first === undefined ? '' : sentence(first)}
      {more > 0 ? (
        <details>
          <summary className="cursor-pointer">and {more} more</summary>
          <ul>
            {run.problems.slice(1).map((problem) => (
              <li key={`${problem.line} ${problem.column} ${problem.message}`}>{sentence(problem)}</li>
            ))}
          </ul>
        </details>
      ) : null}
    </span>
  );
}

function sentence({ line, column, message }: ImportView['problems'][number]): string {
  return `${line === null ? '' : `Line ${line}: `}${column === null ? '' : `${column} `}${message}`;
}
