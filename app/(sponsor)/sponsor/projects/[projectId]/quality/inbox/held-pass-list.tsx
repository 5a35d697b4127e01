import type { inferRouterOutputs } from '@trpc/server';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { AppRouter } from '#server/routers/_app.ts';
import { DecideHeldPass } from './decide-held-pass.tsx';

type View = inferRouterOutputs<AppRouter>['work']['heldPasses'];

const STATES = { open: 'To decide', kept: 'Stays', taken: 'Ended' } as const;

/** Passes of exams that are none without a known answer that was wrong (R7): nobody loses one without a person's decision. */
export function HeldPassList({ view }: { view: View }) {
  if (view.passes.length === 0) return null;
  return (
    <div id="passes" className="scroll-mt-20">
      <Section
        title="Exam passes in doubt"
        says="A known answer was wrong. Counted without it, these exams would not be passed. A pass holds until you decide; an exam that is passed without the wrong answer is passed at once."
      >
        <ul className="divide-y divide-line border-line border-y">
          {view.passes.map((one) => (
            <li
              key={`${one.batchId}.${one.alias}.${one.revision}`}
              className="flex flex-wrap items-center gap-x-6 gap-y-2 py-3"
            >
              <div className="min-w-64 flex-1">
                <p className="font-medium">
                  {one.alias} in {one.batchName}
                </p>
                <p className="text-ink-2 text-sm">
                  {one.before.correct} of {one.before.cases} right before, {one.now.correct} of{' '}
                  {one.now.cases} without the wrong answer;{' '}
                  {one.status === 'open' ? (
                    <>
                      {one.isOverdue ? 'overdue since' : 'due'} <DateTime at={one.dueAt} />
                    </>
                  ) : (
                    <>
                      decided <DateTime at={one.foundAt} format="day" />
                    </>
                  )}
                  .
                </p>
                {one.reason === null ? null : (
                  <p className="prose-width border-line-strong border-l-2 pl-3 text-sm">{one.reason}</p>
                )}
              </div>
              <Measure
                label="Right"
                value={one.now.correct / Math.max(1, one.now.cases)}
                format="percent"
                interval={[one.now.lower, one.now.upper]}
                n={one.now.cases}
                nUnit="cases"
                threshold={{ value: one.passLevel }}
              />
              <StatusPill state={one.status} tone={one.status === 'open' ? 'attention' : 'neutral'}>
                {STATES[one.status]}
              </StatusPill>
              {one.mayDecide ? <DecideHeldPass pass={one} /> : null}
              {one.isOwn && one.status === 'open' ? (
                <p className="text-ink-2 text-sm">This pass is your own; somebody else decides on it.</p>
              ) : null}
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}
