import { DotPlotIntervals } from '#app/_ui/charts/dot-plot-intervals.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import { dotRow } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/figure-parts.tsx';
import { answerWordsOf } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/quality-words.ts';
import type { RootCauseView } from '#server/scores/governance-schemas.ts';

const FACTOR_WORDS: Record<string, string> = {
  protocol_version: 'Protocol version',
  prelabel: 'Pre-label',
  origin: 'How the label came about',
  hour: 'Hour of day',
  site: 'Site',
};

/** A subgroup goes by the name that the data set gives it. */
function factorWords(factor: string): string {
  const words = factor.replaceAll('_', ' ');
  return FACTOR_WORDS[factor] ?? words.charAt(0).toLocaleUpperCase() + words.slice(1);
}

/** The evidence as it stood when the case was opened: confusions, readers, circumstances. */
export function EvidencePart({ view }: { view: RootCauseView }) {
  const against = view.reference === 'gold' ? 'right on gold' : 'as most others answered';
  return (
    <Section
      title="Evidence"
      says={
        <>
          {view.renewedAt === null ? (
            'As it stood when the case was opened.'
          ) : (
            <>
              Counted anew on <DateTime at={view.renewedAt} format="day" />, because figures are counted
              otherwise since the case was opened.
            </>
          )}{' '}
          Shares are of answers {against}.
        </>
      }
    >
      <div className="grid gap-x-8 gap-y-6 pb-2 sm:grid-cols-2 xl:grid-cols-3">
        <Measure
          label={view.reference === 'gold' ? 'Accuracy on gold' : 'Agreement with the others'}
          value={view.overall.value}
          reason={view.overall.reason}
          interval={view.overall.interval}
          n={view.overall.n}
          nUnit={view.isByCase ? 'cases' : undefined}
        />
        <Measure
          label="Krippendorff’s α"
          value={view.reliability.value}
          reason={view.reliability.reason}
          interval={view.reliability.interval}
          n={view.reliability.n}
          nUnit="cases"
        />
      </div>
      <div className="grid items-start gap-x-8 gap-y-8 xl:grid-cols-2">
        <Confusions view={view} />
        <DotPlotIntervals
          title="Readers"
          says={`Share ${against}, lowest first, with the 95 % interval.`}
          rows={view.readers.slice(0, 20).map((reader) => dotRow(reader.alias, reader.share))}
          ends={[0, 1]}
          order="given"
        />
      </div>
      <Factors view={view} against={against} />
    </Section>
  );
}

function Confusions({ view }: { view: RootCauseView }) {
  const words = (value: string) => answerWordsOf(view.options, value);
  return (
    <div>
      <h3 className="pb-2 font-medium text-sm">Worst confusions</h3>
      {view.confusions.length === 0 ? (
        <p className="text-ink-3 text-sm">None was counted.</p>
      ) : (
        <table className="w-full max-w-lg text-sm">
          <thead className="text-left text-ink-3 text-xs">
            <tr>
              <th scope="col" className="py-1 font-normal">
                {view.reference === 'gold' ? 'Gold' : 'Most others'}
              </th>
              <th scope="col" className="py-1 font-normal">
                Given
              </th>
              <th scope="col" className="py-1 text-right font-normal">
                Reads
              </th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line border-line border-y">
            {view.confusions.map((cell) => (
              <tr key={`${cell.truth} ${cell.answer}`}>
                <td className="py-1.5">{words(cell.truth)}</td>
                <td className="py-1.5">{words(cell.answer)}</td>
                <td className="py-1.5 text-right">{cell.n.toLocaleString('en')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

/** Each circumstance with its levels against all others. */
function Factors({ view, against }: { view: RootCauseView; against: string }) {
  return (
    <>
      <h3 className="pt-4 font-medium text-sm">Circumstances</h3>
      {view.factors.length === 0 ? (
        <EmptyState title="Nothing to compare">
          All reads were made under the same protocol version, without a difference of site, pre-label or
          hour.
        </EmptyState>
      ) : (
        <>
          <p className="prose-width text-ink-3 text-sm">
            Each level against all others, by case; p is Fisher’s, adjusted by Holm for all levels of all
            circumstances together. A difference is no cause by itself.
          </p>
          <div className="grid items-start gap-x-8 gap-y-8 xl:grid-cols-2">
            {view.factors.slice(0, 8).map((factor) => (
              <DotPlotIntervals
                key={factor.factor}
                title={factorWords(factor.factor)}
                says={`Share ${against}.`}
                rows={factor.levels.slice(0, 12).map((level) => ({
                  ...dotRow(
                    `${level.level}${level.adjustedP !== null && level.adjustedP < 0.05 ? ' · differs' : ''}`,
                    level.share,
                  ),
                  emphasised: level.adjustedP !== null && level.adjustedP < 0.05,
                }))}
                ends={[0, 1]}
                order="given"
              />
            ))}
          </div>
        </>
      )}
    </>
  );
}
