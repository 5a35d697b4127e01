import type { ReactNode } from 'react';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import { type Fit, ScoreParts } from './score-parts.tsx';

export type FitNoteProps = { title: ReactNode; because: ReactNode; fit: Fit | null };

/** Why (not) me: the gates of a call for the acting organisation, what would open them, and the parts of its score. */
export function FitNote({ title, because, fit }: FitNoteProps) {
  const failing = fit?.gates.filter((gate) => !gate.passed) ?? [];
  return (
    <div className="flex flex-col gap-2">
      <DecisionNote
        outcome={isFitting(fit) ? 'allowed' : 'refused'}
        title={title}
        because={because}
        steps={(fit?.gates ?? []).map((gate) => ({
          label: gate.label,
          state: gate.passed ? ('ok' as const) : ('failed' as const),
          ...(gate.detail ? { says: gate.detail.message } : {}),
        }))}
        changes={failing.flatMap(({ detail, label }) =>
          detail?.href
            ? [{ says: `${label}: you can change this yourself.`, href: detail.href, linkLabel: 'See where' }]
            : [],
        )}
      />
      {fit === null || fit.score === null ? null : (
        <details className="px-1 text-sm">
          <summary className="focus-target cursor-pointer text-ink-2">
            Score {fit.score.toFixed(2)} of 1, as the sponsor sees it
          </summary>
          <div className="max-w-[560px] pt-3">
            <ScoreParts parts={fit.parts} />
          </div>
        </details>
      )}
    </div>
  );
}

/** Whether every gate is open. */
export function isFitting(fit: Fit | null): boolean {
  return fit?.gates.every((gate) => gate.passed) ?? false;
}
