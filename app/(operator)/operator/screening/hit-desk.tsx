'use client';

import { useState } from 'react';
import { Badge } from '#app/_ui/badge.tsx';
import { Kbd } from '#app/_ui/kbd.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { useHotkey } from '#app/_ui/use-hotkey.ts';
import type { HitView, ScreenedPerson } from '#server/registers/schemas.ts';
import { DecisionForm } from './decision-form.tsx';
import { BASIS_WORDS, LISTS, recordName } from './screening-words.ts';
import { SideBySide } from './side-by-side.tsx';

export type HitDeskProps = { person: ScreenedPerson; hits: readonly HitView[] };

/**
 * One person and the records they may be: J and K go through the records, N says they are none of those shown, C that they
 * are the one in view.
 */
export function HitDesk({ person, hits }: HitDeskProps) {
  const open = hits.filter((hit) => hit.status === 'open');
  const decided = hits.filter((hit) => hit.status !== 'open');
  const [at, setAt] = useState(0);
  const [decision, setDecision] = useState<'not_same' | 'confirmed'>();
  const move = (by: number) => setAt((now) => Math.min(open.length - 1, Math.max(0, now + by)));
  useHotkey({ key: 'j' }, () => move(1));
  useHotkey({ key: 'k' }, () => move(-1));
  useHotkey({ key: 'n' }, () => setDecision('not_same'));
  useHotkey({ key: 'c' }, () => setDecision('confirmed'));
  const shown = open[at];
  return (
    <section aria-label={`Records ${person.name} may be`} className="flex max-w-[860px] flex-col gap-5">
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <h2 className="font-semibold text-lg">{person.name}</h2>
        {open.length > 1 ? (
          <p className="text-ink-3 text-sm">
            Record {at + 1} of {open.length}
            <span className="max-sm:hidden">
              {' '}
              · <Kbd>J</Kbd> next <Kbd>K</Kbd> previous
            </span>
          </p>
        ) : null}
      </div>
      {shown === undefined ? (
        <p className="text-base text-ink-2">Every record of this person is decided.</p>
      ) : (
        <>
          {open.length > 1 ? (
            <ul className="flex max-h-44 flex-col overflow-y-auto border-line border-y" aria-label="Records">
              {open.map((hit, place) => (
                <li key={hit.id}>
                  <button
                    type="button"
                    aria-pressed={place === at}
                    onClick={() => setAt(place)}
                    className="flex min-h-9 w-full items-center justify-between gap-3 px-2 text-left text-sm hover:bg-hover aria-pressed:bg-selected"
                  >
                    <span className="min-w-0 truncate">
                      {recordName(hit)}, {hit.record.birthDate ?? 'birth date not listed'},{' '}
                      {hit.record.state ?? hit.record.country}
                    </span>
                    <span className="shrink-0 text-ink-3 text-xs">
                      {BASIS_WORDS[hit.basis]} · {hit.score.toFixed(2)}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          ) : null}
          <div className="flex flex-wrap items-center gap-2">
            <Badge tone={shown.basis === 'name' ? 'attention' : 'critical'}>{BASIS_WORDS[shown.basis]}</Badge>
            <span className="text-ink-3 text-sm">
              Likeness {shown.score.toFixed(2)} of 1, which orders the work and decides nothing
            </span>
          </div>
          <SideBySide person={person} hit={shown} />
          <DecisionForm
            key={`${shown.id} ${decision}`}
            decision={decision}
            onChoose={setDecision}
            shown={shown}
            open={open}
          />
        </>
      )}
      {decided.length === 0 ? null : (
        <div className="flex flex-col gap-1">
          <h3 className="font-medium text-sm">Decided before</h3>
          <ul className="divide-y divide-line border-line border-y text-sm">
            {decided.map((hit) => (
              <li key={hit.id} className="flex flex-wrap items-center justify-between gap-2 py-1.5">
                <span className="min-w-0">
                  {recordName(hit)}, {LISTS[hit.source]}: {hit.decisions.at(-1)?.reason ?? ''}{' '}
                  <span className="text-ink-3">{hit.decisions.at(-1)?.by ?? ''}</span>
                </span>
                <StatusPill state={hit.status} tone={hit.status === 'confirmed' ? 'critical' : 'neutral'} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
