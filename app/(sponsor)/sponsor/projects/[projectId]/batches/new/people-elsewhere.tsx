'use client';

import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { type ChoiceElsewhere, type Elsewhere, shownElsewhere } from './batch-line.ts';
import { ChooseBatches, type ChooseBatchesProps } from './choose-batches.tsx';

/** As many lines are looked through by eye. */
const BY_EYE = 8;

export type PeopleElsewhereProps = Omit<ChooseBatchesProps, 'batches'> & {
  projectId: string;
  /** The newest, before anything is searched. */
  first: Elsewhere;
  /** Those that are not offered. */
  without?: readonly string[] | undefined;
};

/** Batches of the sponsor's other projects, found by project and name; what is chosen stays in sight. */
export function PeopleElsewhere({ projectId, first, without = [], ...choice }: PeopleElsewhereProps) {
  const trpc = useTRPC();
  const [words, setWords] = useState('');
  const text = useDeferredValue(words.trim());
  const search = useQuery(
    trpc.work.batchesElsewhere.queryOptions(
      { projectId, text },
      { enabled: text !== '', placeholderData: (before) => before },
    ),
  );
  const { batches, isCut } = text === '' ? first : (search.data ?? first);
  const found = { isCut, batches: batches.filter((one) => !without.includes(one.id)) };
  return (
    <ElsewhereChoice
      found={found}
      named={first.named}
      words={words}
      onWords={first.isCut || first.batches.length > BY_EYE ? setWords : null}
      refusal={search.error?.message}
      {...choice}
    />
  );
}

export type ElsewhereChoiceProps = Omit<ChooseBatchesProps, 'batches'> & {
  found: Omit<Elsewhere, 'named'>;
  /** Chosen before this was opened. */
  named: Elsewhere['named'];
  words: string;
  /** Null where there is nothing to search. */
  onWords: ((words: string) => void) | null;
  refusal?: string | undefined;
};

/** What a search shows: what is chosen, what is found, and that there is more of it. */
export function ElsewhereChoice({
  found,
  named,
  words,
  onWords,
  refusal,
  chosen,
  onChange,
}: ElsewhereChoiceProps) {
  const [picked, setPicked] = useState(named);
  // Opened where something is chosen, and left as it is from then on.
  const [isOpen] = useState(named.some((one) => chosen.includes(one.id)));
  const shown = shownElsewhere({ found: found.batches, picked, chosen });
  function choose(ids: string[]) {
    const isNew = (one: ChoiceElsewhere) => ids.includes(one.id) && !picked.some(({ id }) => id === one.id);
    setPicked([...picked, ...shown.filter(isNew)]);
    onChange(ids);
  }
  return (
    <details open={isOpen || undefined}>
      <summary className="cursor-pointer py-1 text-accent-ink text-sm">
        Batches of your other projects
      </summary>
      <div className="flex flex-col gap-2 pt-1">
        {onWords === null ? null : (
          // Always one line, so that nothing moves while somebody types.
          <Field label="Find by project and batch" hint={refusal ?? foundWords(found, words)}>
            <Input
              type="search"
              value={words}
              onChange={(event) => onWords(event.target.value)}
              // It searches by itself; the form around it is not to be sent by it.
              onKeyDown={(event) => {
                if (event.key === 'Enter') event.preventDefault();
              }}
            />
          </Field>
        )}
        <div className="max-h-72 overflow-y-auto">
          <ChooseBatches
            batches={shown.map((one) => ({ ...one, name: `${one.projectTitle}: ${one.name}` }))}
            chosen={chosen}
            onChange={choose}
          />
        </div>
      </div>
    </details>
  );
}

function foundWords({ batches, isCut }: ElsewhereChoiceProps['found'], words: string): string {
  if (batches.length === 0) return 'No batch of another project is called so.';
  if (isCut) return `The ${batches.length} newest are below; type to narrow.`;
  return words.trim() === '' ? `All ${batches.length} are below.` : `${batches.length} found.`;
}
