'use client';

import { type ReactNode, useState } from 'react';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';

/** How many lines stand there before somebody asks for more; a list up to here is shown as it is. */
const AT_ONCE = 25;

export type LongListProps<T> = {
  /** Tells the fields of one list from those of another on the page. */
  name: string;
  items: readonly T[];
  keyOf: (item: T) => string;
  /** What is searched in. */
  textOf: (item: T) => string;
  /** Which lines ask for something; with the words of the choice to see these alone. */
  asks: { label: string; of: (item: T) => boolean };
  children: (item: T) => ReactNode;
};

/** The people of a small team one below the other; of a large one by search, by what is left to do, and 25 at a time. */
export function LongList<T>({ name, items, keyOf, textOf, asks, children }: LongListProps<T>) {
  const isLong = items.length > AT_ONCE;
  const [text, setText] = useState('');
  const [onlyAsking, setOnlyAsking] = useState(isLong && items.some(asks.of));
  const [shown, setShown] = useState(AT_ONCE);
  const wanted = text.trim().toLowerCase();
  const found = isLong
    ? items.filter((item) => (!onlyAsking || asks.of(item)) && textOf(item).toLowerCase().includes(wanted))
    : items;
  const rest = found.length - shown;
  return (
    <>
      {isLong ? (
        <div className="flex flex-wrap items-end gap-x-6 gap-y-2">
          <Field label="Find" name={`${name}-find`} className="w-full sm:w-72">
            <Input
              type="search"
              value={text}
              onChange={(event) => {
                setText(event.target.value);
                setShown(AT_ONCE);
              }}
            />
          </Field>
          <Checkbox
            label={`${asks.label} (${items.filter(asks.of).length.toLocaleString('en')})`}
            checked={onlyAsking}
            onCheckedChange={(checked) => {
              setOnlyAsking(checked === true);
              setShown(AT_ONCE);
            }}
          />
        </div>
      ) : null}
      {found.length === 0 ? (
        <p className="border-line border-y py-3 text-ink-2 text-sm">
          {onlyAsking && wanted === '' ? 'Nothing is left to do here.' : 'Nobody matches.'}
        </p>
      ) : (
        <ul className="divide-y divide-line border-line border-y">
          {(isLong ? found.slice(0, shown) : found).map((item) => (
            <li key={keyOf(item)} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-2">
              {children(item)}
            </li>
          ))}
        </ul>
      )}
      {isLong && rest > 0 ? (
        <div className="flex items-center gap-3">
          <Button size="sm" onClick={() => setShown(shown + AT_ONCE)}>
            Show {Math.min(AT_ONCE, rest)} more
          </Button>
          <span className="text-ink-3 text-sm">
            {shown.toLocaleString('en')} of {found.length.toLocaleString('en')}
          </span>
        </div>
      ) : null}
    </>
  );
}
