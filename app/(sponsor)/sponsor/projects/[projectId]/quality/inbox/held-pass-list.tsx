import type { inferRouterOutputs } from '@trpc/server';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import { Due } from '#app/(sponsor)/sponsor/projects/[projectId]/questions/due.tsx';
import type { AppRouter } from '#server/routers/_app.ts';
import { leastCases } from '#server/work/claim-rules.ts';
import { DecideHeldPass } from './decide-held-pass.tsx';

type View = inferRouterOutputs<AppRouter>['work']['heldPasses'];
type Pass = View['passes'][number];

const LIST_ID = 'held-passes';

/** All that is to be decided: where the keyboard goes on once the last pass is, since the list changes its place then. */
export const DECISIONS_ID = 'decisions';

/** Passes of exams that are none without a known answer that was wrong (R7): nobody loses one without a person's decision. */
export function HeldPassList({ view }: { view: View }) {
  if (view.passes.length === 0) return null;
  const nOpen = view.passes.filter((one) => one.status === 'open').length;
  return (
    <div id="passes" className="scroll-mt-20">
      <Section
        title="Exam passes in doubt"
        says="Known answers were wrong, and without them these exams would not be passed. A pass holds until you decide. Who passes without the wrong answers has passed at once, and is not listed."
      >
        <ul
          id={LIST_ID}
          tabIndex={-1}
          aria-label="Exam passes in doubt"
          className="divide-y divide-line border-line border-y"
        >
          {view.passes.map((one) => (
            <li
              key={`${one.batchId}.${one.alias}.${one.revision}`}
              className="grid items-start gap-x-8 gap-y-3 py-4 sm:grid-cols-[minmax(0,1fr)_11rem_5rem]"
            >
              <div className="flex min-w-0 flex-col gap-1">
                <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
                  <span className="font-medium">
                    {one.alias} in {one.batchName}
                  </span>
                  <Standing one={one} />
                </p>
                <p className="text-ink-2 text-sm">{markingWords(one)}</p>
                {one.reason === null ? null : (
                  <p className="prose-width border-line-strong border-l-2 pl-3 text-sm">{one.reason}</p>
                )}
                {one.isOwn && one.status === 'open' ? (
                  <p className="text-ink-2 text-sm">This pass is your own; somebody else decides on it.</p>
                ) : null}
              </div>
              <Measure
                label="Right"
                value={one.now.cases === 0 ? null : one.now.correct / one.now.cases}
                reason="No case is left that tells."
                format="percent"
                interval={[one.now.lower, one.now.upper]}
                n={one.now.cases}
                nUnit="cases"
                threshold={{ value: one.passLevel }}
              />
              <div className="sm:text-right">
                {one.mayDecide ? (
                  <DecideHeldPass pass={one} listId={nOpen > 1 ? LIST_ID : DECISIONS_ID} />
                ) : null}
              </div>
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}

/** When it is due, or what was decided and when. */
function Standing({ one }: { one: Pass }) {
  if (one.status !== 'open')
    return (
      <>
        <StatusPill state={one.status} tone="neutral">
          {one.status === 'kept' ? 'Stays' : 'Ended'}
        </StatusPill>
        <span className="text-ink-3 text-xs">
          decided <DateTime at={one.foundAt} format="day" />
        </span>
      </>
    );
  return (
    <span className="text-ink-3 text-xs">
      <Due at={one.dueAt} isOverdue={one.isOverdue} />
    </span>
  );
}

/** Both markings, and where so few cases are left that no marking could be a pass. */
function markingWords({ before, now, passLevel }: Pass): string {
  const earlier = `${before.correct} of ${before.cases} right before`;
  if (now.cases === 0) return `${earlier}; without what was wrong no case is left.`;
  const words = `${earlier}, ${now.correct} of ${now.cases} without what was wrong.`;
  if (now.cases >= leastCases(passLevel)) return words;
  return `${words} ${now.cases === 1 ? 'One case is' : `${now.cases} cases are`} too few to pass on, even all right.`;
}
