import type { inferRouterOutputs } from '@trpc/server';
import { DotPlotIntervals } from '#app/_ui/charts/dot-plot-intervals.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { AppRouter } from '#server/routers/_app.ts';

type Groups = inferRouterOutputs<AppRouter>['pilots']['compare']['subgroups'];
type SubgroupsBesideProps = { groups: Groups; nameOf: (id: string) => string };

/** The same subgroup of every bidder beside each other, opened one by one: nobody reads forty plots at once. */
export function SubgroupsBeside({ groups, nameOf }: SubgroupsBesideProps) {
  const shown = groups.filter((group) => group.figures.length > 0);
  const small = groups.filter((group) => group.figures.length === 0);
  if (groups.length === 0) return null;
  return (
    <Section
      title="Subgroup by subgroup"
      says="By site and subgroup column of the cases. No criterion rests on these, and among many some stand apart by chance."
    >
      <div className="divide-y divide-line border-line border-y">
        {shown.map(({ dimension, value, cases, figures }) => (
          <details key={`${dimension} ${value}`} className="py-2">
            <summary className="focus-target cursor-pointer">
              <span className="font-medium">
                {dimension}: {value}
              </span>{' '}
              <span className="text-ink-3 text-sm">{counted(cases, 'case')}</span>
            </summary>
            <div className="grid items-start gap-x-8 gap-y-8 py-4 xl:grid-cols-2">
              {figures.map(({ label, cells }) => (
                <DotPlotIntervals
                  key={label}
                  title={label}
                  says={`In ${dimension}: ${value}, with 95 % intervals by case.`}
                  format="score"
                  ends={[0, 1]}
                  order="given"
                  rows={cells.map((cell) => ({
                    name: nameOf(cell.pilotId),
                    value: cell.value,
                    reason: cell.reason ?? undefined,
                    interval: cell.ci ?? undefined,
                    n: cell.n,
                  }))}
                />
              ))}
            </div>
          </details>
        ))}
      </div>
      {small.length > 0 ? (
        <p className="text-ink-3 text-xs">
          Too few cases to show: {small.map(({ dimension, value }) => `${dimension}: ${value}`).join('; ')}.
        </p>
      ) : null}
    </Section>
  );
}
