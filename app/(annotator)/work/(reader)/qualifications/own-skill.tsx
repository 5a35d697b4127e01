import type { inferRouterOutputs } from '@trpc/server';
import { Measure } from '#app/_ui/measure.tsx';
import type { AppRouter } from '#server/routers/_app.ts';

type Skill = inferRouterOutputs<AppRouter>['work']['mySkill'][number];

/** How well the person does each kind of work, each figure with how many cases it rests on and how sure it is. */
export function OwnSkill({ skills }: { skills: readonly Skill[] }) {
  return (
    <section aria-label="Measured skill">
      <h2 className="mb-1 text-ink-3 text-xs">Measured skill</h2>
      <p className="prose-width mb-2 text-ink-2 text-sm">
        By kind of work, from batches that are settled and exams you have finished. Matching goes by the lower
        ends of such intervals.
      </p>
      {skills.length === 0 ? (
        <p className="text-ink-2 text-sm">
          Nothing is measured yet: the first figures are here when a batch you read in is settled.
        </p>
      ) : (
        <ul className="divide-y divide-line border-line border-y">
          {skills.map((one) => (
            <li
              key={`${one.modality}/${one.anatomy}`}
              className="grid gap-x-8 gap-y-3 py-3 sm:grid-cols-2 lg:grid-cols-[minmax(0,1fr)_20rem_20rem]"
            >
              <div className="min-w-0 sm:col-span-2 lg:col-span-1">
                <p className="font-medium">
                  {one.modality}, {one.anatomy}
                </p>
                <p className="text-ink-2 text-sm">
                  {one.reads.toLocaleString('en')} {one.reads === 1 ? 'case' : 'cases'} read in{' '}
                  {one.batches === 1 ? 'one batch' : `${one.batches} batches`}
                  {one.readsPerHour === null
                    ? ''
                    : `, ${Math.round(one.readsPerHour).toLocaleString('en')} per active hour`}
                </p>
              </div>
              <Measure
                label="Right on known answers"
                value={one.accuracy === null ? null : one.accuracy.right / one.accuracy.n}
                reason="No case with a known answer yet."
                format="percent"
                interval={one.accuracy?.interval ?? null}
                n={one.accuracy?.n}
                nUnit="cases"
              />
              <Measure
                label="Agrees with the other readers"
                value={one.agreement?.value ?? null}
                reason="No answer that others gave too yet."
                format="percent"
                interval={one.agreement?.interval ?? null}
                n={one.agreement?.n}
                nUnit="answers"
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
