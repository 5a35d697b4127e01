import type { inferRouterOutputs } from '@trpc/server';
import { isCurrency, widthOf } from '#app/_pilots/criterion-figure.ts';
import { DotPlotIntervals } from '#app/_ui/charts/dot-plot-intervals.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { AppRouter } from '#server/routers/_app.ts';
import { SubgroupsBeside } from './subgroups-beside.tsx';

type Comparison = inferRouterOutputs<AppRouter>['pilots']['compare'];
type Line = Comparison['lines'][number];

/** The scorecards of several bidders on the same cases: dot and interval by line, and which differences are decided. */
export function SideBySide({ comparison }: { comparison: Comparison }) {
  const { pilots, lines, classes } = comparison;
  if (pilots.length < 2) return null;
  const names = new Map(pilots.map((one) => [one.pilotId, one.vendor]));
  const nameOf = (id: string) => names.get(id) ?? 'Vendor';
  return (
    <>
      <Section
        title="Side by side"
        says="The same blinded cases for every bidder. A difference is decided when its 95 % interval holds no zero; what is not decided should not choose between them."
      >
        <div className="grid items-start gap-x-8 gap-y-8 xl:grid-cols-2">
          {lines.map((line) => (
            <DotPlotIntervals
              key={line.key}
              title={line.unit === '' ? line.label : `${line.label}, ${line.unit}`}
              says={decidedWords(line, nameOf)}
              // Money has its two decimals, like scores; a pace has one.
              format={line.unit === '' || isCurrency(line.unit) ? 'score' : 'decimal'}
              ends={line.unit === '' ? [0, 1] : undefined}
              order="given"
              threshold={{
                value: line.threshold,
                label: line.direction === 'at_least' ? 'at least' : 'at most',
              }}
              rows={line.cells.map((cell) => ({
                name: nameOf(cell.pilotId),
                value: cell.value,
                reason: cell.reason ?? undefined,
                interval: widthOf(cell.ci) ?? undefined,
                n: cell.n,
              }))}
            />
          ))}
        </div>
      </Section>
      {classes.length > 0 ? (
        <Section title="Class by class" says="Sensitivity on gold of every class, named in the terms or not.">
          <div className="grid items-start gap-x-8 gap-y-8 xl:grid-cols-2">
            {classes.map((one) => (
              <DotPlotIntervals
                key={`${one.field} ${one.className}`}
                title={`${one.field}: ${one.classLabel}`}
                says={`Rests on ${counted(Math.max(...one.cells.map((cell) => cell.n)), 'gold case')}.`}
                format="score"
                ends={[0, 1]}
                order="given"
                rows={one.cells.map((cell) => ({
                  name: nameOf(cell.pilotId),
                  value: cell.value,
                  reason: cell.reason ?? undefined,
                  interval: cell.ci ?? undefined,
                  n: cell.n,
                }))}
              />
            ))}
          </div>
        </Section>
      ) : null}
      <SubgroupsBeside groups={comparison.subgroups} nameOf={nameOf} />
    </>
  );
}

/** Who is decidedly better than whom in a line, in words. */
function decidedWords(line: Line, nameOf: (id: string) => string): string {
  const decided = line.differences.filter((one) => one.better !== null);
  if (line.differences.length === 0) return 'There is nothing to compare in this line.';
  if (decided.length === 0) return 'No difference between them is decided.';
  return `Decided: ${decided
    .map(({ a, b, better }) => `${nameOf(better ?? a)} is better than ${nameOf(better === a ? b : a)}`)
    .join('; ')}.`;
}
