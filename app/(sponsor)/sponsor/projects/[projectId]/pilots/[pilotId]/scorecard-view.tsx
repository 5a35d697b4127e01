import { DotPlotIntervals } from '#app/_ui/charts/dot-plot-intervals.tsx';
import { HeatMap } from '#app/_ui/charts/heat-map.tsx';
import { CopyId } from '#app/_ui/copy-id.tsx';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { CostTrio } from '#app/(sponsor)/sponsor/_parts/cost-trio.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import { classLabelIn } from '#server/pilots/rules.ts';
import { ClassTable } from './class-table.tsx';
import { CriterionLine } from './criterion-line.tsx';
import type { Scorecard } from './pilot-answer.tsx';
import { SubgroupPart } from './subgroup-part.tsx';

type Field = Scorecard['results']['measures']['fields'][number];

/** The whole card: verdict by criterion, then what stands behind it, field by field. */
export function ScorecardView({ scorecard }: { scorecard: Scorecard }) {
  const { criteria, measures, assisted } = scorecard.results;
  const aliases = new Map(measures.readers.map((reader) => [reader.readerId, reader.alias]));
  const measured = measures.fields.filter((field) => field.scale !== null);
  return (
    <>
      <Section
        title="Scorecard"
        says={`${measures.reads.toLocaleString('en')} reads of ${measures.cases.toLocaleString('en')} cases by ${measures.readers.length} readers.`}
        actions={
          <span className="flex items-center gap-2 text-ink-3 text-xs">
            <StatusPill state={scorecard.verdict} />
            <CopyId id={scorecard.contentSha256} />
          </span>
        }
      >
        {assisted ? (
          <DecisionNote
            outcome="refused"
            title="Not comparable with independent reads."
            because="A pre-label was shown to these readers (assisted reads). People follow what they are shown, so their agreement says less about how well each would read alone."
          />
        ) : null}
        <ul className="grid gap-x-8 gap-y-6 border-line border-y py-4 md:grid-cols-2 xl:grid-cols-3">
          {criteria.map((line) => (
            <li key={line.key}>
              <CriterionLine line={line} />
            </li>
          ))}
        </ul>
        <CostTrio
          costs={{
            ...measures.costs,
            // The card is stored as JSON, where amounts are text.
            totalMinor: BigInt(measures.costs.totalMinor),
            feeMinor: BigInt(measures.costs.feeMinor),
          }}
          includes="Counts what this pilot has earned so far on every tier, and the fee on it."
        />
      </Section>
      {measured.map((field) => (
        <FieldEvidence key={field.field} field={field} aliases={aliases} />
      ))}
      <SubgroupPart detail={measures.subgroups} />
      <Section
        title="Pace"
        says="Reads per hour of active time, idle time left out. Speed never decides alone."
      >
        <DotPlotIntervals
          title="Reads per active hour by reader"
          says="Each reader’s pace with its 95 % interval."
          format="decimal"
          unit="Reads per active hour"
          rows={measures.readers.map((reader) => ({
            name: reader.alias,
            value: reader.throughput.value,
            reason: reader.throughput.reason ?? undefined,
            interval: reader.throughput.ci ?? undefined,
            n: reader.throughput.n,
          }))}
        />
      </Section>
    </>
  );
}

function FieldEvidence({ field, aliases }: { field: Field; aliases: ReadonlyMap<string, string> }) {
  const alias = (id: string) => aliases.get(id) ?? '–';
  const consensus = field.consensusAgreement;
  const { pairwise } = field;
  const hasTruth = field.confusion.some((count) => count > 0);
  const labels = field.categories.map((category) => classLabelIn(field, category));
  return (
    <Section title={field.label} says="What the criteria rest on.">
      <div className="grid gap-x-8 gap-y-6 sm:grid-cols-2 xl:grid-cols-4">
        <Measure
          label="Krippendorff’s α"
          value={field.alpha.value}
          reason={field.alpha.reason}
          interval={field.alpha.ci}
          intervalNote="95 % bootstrap over cases"
          n={field.alpha.n}
          range={[0, 1]}
        />
        <Measure
          label="Accuracy on gold"
          value={field.accuracy.value}
          reason={field.accuracy.reason}
          interval={field.accuracy.ci}
          intervalNote="95 % Wilson, reads clustered by case"
          n={field.accuracy.n}
          nUnit="cases with gold"
        />
        <Measure
          label="Balanced accuracy"
          value={field.balancedAccuracy.value}
          reason={field.balancedAccuracy.reason}
          interval={field.balancedAccuracy.ci}
          n={field.balancedAccuracy.n}
        />
        <Measure
          label="Agreement with the consensus of the others"
          value={consensus.overall.value}
          reason={consensus.overall.reason}
          interval={consensus.overall.ci}
          n={consensus.overall.n}
          asOf={undefined}
        />
      </div>
      {consensus.ties > 0 ? (
        <p className="text-ink-3 text-xs">
          {consensus.ties} reads are left out of the agreement with the others because those were tied. It is
          not accuracy.
        </p>
      ) : null}
      <div className="grid items-start gap-x-8 gap-y-8 xl:grid-cols-2">
        <DotPlotIntervals
          title={hasTruth ? 'Accuracy on gold by reader' : 'Agreement with the others by reader'}
          says={
            hasTruth
              ? 'Share of reads on gold that are right, with Wilson’s 95 % interval.'
              : 'Without gold, accuracy can’t be said; this is agreement with the plurality of the other readers.'
          }
          format="score"
          ends={[0, 1]}
          rows={field.readers.map((reader) => {
            const m = hasTruth ? reader.accuracy : reader.consensusAgreement;
            return {
              name: alias(reader.readerId),
              value: m?.value ?? null,
              reason: m?.reason ?? 'no_overlap',
              interval: m?.ci ?? undefined,
              n: m?.n,
            };
          })}
        />
        <HeatMap
          title="Agreement of each pair of readers"
          says="Cohen’s kappa of each pair, weighted when the answers have an order."
          rowNames={pairwise.readers.map(alias)}
          columnNames={pairwise.readers.map(alias)}
          rowTitle="Reader"
          columnTitle="Reader"
          format="score"
          full={1}
          cells={pairwise.kappa.map((row) => row.map((cell) => cell?.value ?? null))}
          note={field.meanPairwiseKappa === null ? undefined : `mean κ ${field.meanPairwiseKappa.toFixed(2)}`}
        />
        {hasTruth ? (
          <HeatMap
            title="Answers against gold"
            says="How often each answer was given for each known one."
            rowNames={labels}
            columnNames={labels}
            rowTitle="Gold"
            columnTitle="Given"
            cells={labels.map((_, row) =>
              labels.map((__, column) => field.confusion[row * labels.length + column] ?? 0),
            )}
          />
        ) : null}
        {hasTruth ? <ClassTable field={field} /> : null}
      </div>
    </Section>
  );
}
