import type { inferRouterOutputs } from '@trpc/server';
import { useEffect, useRef } from 'react';
import { Button } from '#app/_ui/button.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import { FINDING_WORDS } from './finding-words.ts';
import type { Decisions } from './use-decisions.ts';

export type Together = inferRouterOutputs<AppRouter>['datasets']['intake']['together'][number];

/**
 * What was decided of several cases at once, each with the way back in one act, for as long as the intake is open. The line
 * above says what has just become of them; it takes the focus, because the button that was pressed goes.
 */
export function DecidedTogether({ together, list }: { together: readonly Together[]; list: Decisions }) {
  const line = useRef<HTMLParagraphElement>(null);
  const { said } = list;
  useEffect(() => {
    if (said !== null) line.current?.focus();
  }, [said]);
  return (
    <div className="flex flex-col gap-2">
      {said === null ? null : (
        <p ref={line} tabIndex={-1} className="text-sm">
          {said.words}
        </p>
      )}
      {together.length === 0 ? null : (
        <ul aria-label="Decided together" className="flex flex-col rounded-lg border border-line px-3">
          {together.map((one) => (
            <li
              key={`${one.at.getTime()} ${one.by} ${one.decision}`}
              className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-line py-2 text-sm [&+&]:border-t"
            >
              <span className="text-ink-2">
                {counted(one.findings, 'finding')} {one.decision === 'exclude' ? 'excluded' : 'kept'} at once:{' '}
                {one.codes.map((code) => FINDING_WORDS[code]).join(', ')} · {one.name},{' '}
                <DateTime at={one.at} />
              </span>
              <Button
                size="sm"
                pending={list.undone?.at.getTime() === one.at.getTime() && list.undone.by === one.by}
                onClick={() => list.takeBack(one)}
              >
                Take back {one.findings === 2 ? 'both' : `all ${one.findings.toLocaleString('en')}`}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
