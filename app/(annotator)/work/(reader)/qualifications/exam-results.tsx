import type { inferRouterOutputs } from '@trpc/server';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import type { AppRouter } from '#server/routers/_app.ts';

type Attempt = inferRouterOutputs<AppRouter>['work']['myExams'][number];

/** How the person's exams went: the share that was right with its interval against the level, and what comes next. */
export function ExamResults({ attempts, now }: { attempts: readonly Attempt[]; now: Date }) {
  const exams = attempts.filter((one) => one.kind === 'exam');
  if (exams.length === 0) return null;
  return (
    <section aria-label="Results of exams">
      <h2 className="mb-2 text-ink-3 text-xs">Results of exams</h2>
      <ul className="divide-y divide-line border-line border-y">
        {exams.map((one) => (
          <li
            key={one.batchId}
            className="flex flex-wrap gap-x-6 gap-y-2 py-3 lg:grid lg:grid-cols-[minmax(0,1fr)_26rem] lg:items-start"
          >
            <div className="w-full min-w-0">
              <p className="flex flex-wrap items-center gap-2 font-medium">
                {one.name}
                {one.isInDoubt ? (
                  <StatusPill state="in_doubt" tone="attention">
                    In doubt
                  </StatusPill>
                ) : one.isTry ? null : (
                  <StatusPill state="no_try" tone="neutral">
                    Not a try
                  </StatusPill>
                )}
              </p>
              <p className="text-ink-2 text-sm">
                <DateTime at={one.finishedAt} format="day" /> · {sentenceOf(one)}
                {regradeOf(one)}
                {one.retryFrom === null ? null : one.retryFrom > now ? (
                  <>
                    {' '}
                    You can take it once more from <DateTime at={one.retryFrom} format="day" /> on, with other
                    cases.
                  </>
                ) : (
                  ' You can take it once more now, with other cases, when one is open to you.'
                )}
              </p>
            </div>
            <Measure
              label="Right"
              value={one.cases === 0 ? null : one.correct / one.cases}
              reason="No case is left that tells."
              format="percent"
              interval={[one.lower, one.upper]}
              n={one.cases}
              nUnit="cases"
              threshold={{ value: one.passLevel }}
              // A sitting that is no try tells nothing of the person.
              verdict={one.isTry ? one.verdict : undefined}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What became of it after a known answer had turned out wrong (R7). */
function regradeOf({ regrade, isInDoubt }: Attempt): string {
  if (isInDoubt)
    return ' A known answer was wrong. Without it this would not be passed; your pass holds until a person has decided.';
  switch (regrade) {
    case 'recounted':
      return ' Marked anew, because a known answer was wrong.';
    case 'kept':
      return ' Marked anew, because a known answer was wrong; a person has decided that your pass stays.';
    case 'taken':
      return ' Marked anew, because a known answer was wrong; a person has decided that it does not count as passed any more.';
    default:
      return '';
  }
}

function sentenceOf({ verdict, correct, cases, isTry }: Attempt): string {
  if (!isTry && cases === 0) return 'No case is left to judge, so it does not count as a try.';
  const right = `${correct} of ${cases} right.`;
  if (!isTry) return `${right} Too few cases are left to pass on, so it does not count as a try.`;
  switch (verdict) {
    case 'pass':
      return `${right} Passed.`;
    case 'fail':
      return `${right} Not passed.`;
    case 'inconclusive':
      return `${right} So few cases cannot tell whether the level is reached.`;
    default:
      return verdict satisfies never;
  }
}
