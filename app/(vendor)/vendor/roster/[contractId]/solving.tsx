import { DecisionNote } from '#app/_ui/decision-note.tsx';
import type { PlanView } from '#server/staffing/roster-view-schemas.ts';

const WORDS = {
  waiting: 'Waiting for the solver',
  solving: 'Looking for the best roster',
  explaining: 'No roster meets everything; finding out what conflicts',
} as const;

/** How far the solver is. Plans of a large vendor take seconds, what conflicts a little longer. */
export function Solving({ plan }: { plan: PlanView }) {
  if (plan.isStuck) {
    return (
      <DecisionNote
        outcome="refused"
        title="This plan takes longer than it should"
        because="The solver has not answered for some minutes. Plan again; if that waits as well, tell the operator."
      />
    );
  }
  const { phase = 'waiting', gap = null, seconds = 0, share = null } = plan.progress ?? {};
  return (
    <div role="status" className="flex flex-col gap-2 border-line border-y py-6">
      <p className="font-medium text-base">
        Plan {plan.version}: {WORDS[phase].toLowerCase()} …
      </p>
      <div className="h-1.5 max-w-md overflow-hidden rounded-full bg-neutral-soft" aria-hidden>
        <div
          className="h-full rounded-full bg-accent motion-safe:animate-pulse"
          style={{ width: `${Math.round((share ?? (gap === null ? 0.15 : Math.max(0.2, 1 - gap))) * 100)}%` }}
        />
      </div>
      <p className="text-ink-3 text-sm">
        {gap === null
          ? 'You can leave this page; the plan is kept.'
          : `Best so far is within ${(gap * 100).toFixed(1)} % of the best possible, after ${seconds.toFixed(0)} s.`}
      </p>
    </div>
  );
}
