import { EmptyState } from '#app/_ui/empty-state.tsx';
import type { RelabelView } from '#server/scores/relabel-schemas.ts';

type Changed = RelabelView['changes']['cases'];
type ChangedCasesProps = { cases: Changed; words: (value: string) => string };

/** The cases whose label changed: value and votes then, beside value and votes now. */
export function ChangedCases({ cases, words }: ChangedCasesProps) {
  if (cases.length === 0)
    return (
      <EmptyState title="No label changed">
        Every case that was settled again has its earlier value.
      </EmptyState>
    );
  return (
    <ul className="divide-y divide-line border-line border-y">
      {cases.map((one) => (
        <li
          key={one.taskId}
          className="grid gap-2 py-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_minmax(0,1fr)] sm:gap-6"
        >
          <p className="truncate font-medium font-mono text-sm" title={one.externalId}>
            {one.externalId}
          </p>
          <Side name={`Then, in ${one.before.batchName}`} of={one.before} words={words} />
          <Side name="Now" of={one.after} words={words} isNew />
        </li>
      ))}
    </ul>
  );
}

type SideProps = {
  name: string;
  of: Changed[number]['after'];
  words: (value: string) => string;
  isNew?: boolean;
};

function Side({ name, of, words, isNew = false }: SideProps) {
  return (
    <div className="min-w-0">
      <p className="truncate text-ink-3 text-xs" title={name}>
        {name}
      </p>
      <p className={isNew ? 'font-medium' : ''}>{of.value === null ? 'Undecided' : words(of.value)}</p>
      <p className="text-ink-3 text-sm">
        {of.votes.length === 0
          ? 'No votes: decided by a person.'
          : of.votes.map(({ value, n }) => `${words(value)} ${n}`).join(' · ')}
      </p>
    </div>
  );
}
