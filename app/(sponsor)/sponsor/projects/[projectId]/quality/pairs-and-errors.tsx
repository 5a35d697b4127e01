import { DotPlotIntervals } from '#app/_ui/charts/dot-plot-intervals.tsx';
import { HeatMap } from '#app/_ui/charts/heat-map.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { Figure, QualityView } from '#server/analytics/schemas.ts';
import { dotRow } from './figure-parts.tsx';
import { answerWordsOf } from './quality-words.ts';

/** Who agrees with whom, on which classes, and what is taken for what. */
export function PairsAndErrors({ quality }: { quality: QualityView }) {
  return (
    <Section title="Pairs, classes and errors">
      <div className="grid items-start gap-x-8 gap-y-8 xl:grid-cols-2">
        <Pairs quality={quality} />
        <Repeats quality={quality} />
        <Confusion quality={quality} />
        <Classes quality={quality} />
      </div>
    </Section>
  );
}

/** Agreement on each class by itself: the lowest is the one whose definition to look at. */
function Classes({ quality }: { quality: QualityView }) {
  const { byClass, field } = quality;
  if (byClass.length === 0) return null;
  const rows = (pick: (one: (typeof byClass)[number]) => Figure) =>
    byClass.map((one) => dotRow(answerWordsOf(field.options, one.value), pick(one)));
  return (
    <>
      <DotPlotIntervals
        title="Agreement on each answer by itself"
        says="Fleiss’ κ of “this answer or not”, with the 95 % interval. The lowest is the definition to look at first."
        rows={rows((one) => one.kappa)}
        order="value"
      />
      <DotPlotIntervals
        title="The same by Gwet’s AC1"
        says="Of an answer that is rarely given κ is low whatever readers do; where AC1 is high, rarity is why."
        rows={rows((one) => one.gwetAc)}
        order="value"
      />
    </>
  );
}

/** Readers held against themselves, where cases are read once more (R23). */
function Repeats({ quality }: { quality: QualityView }) {
  if (quality.repeats.length === 0) return null;
  return (
    <>
      <DotPlotIntervals
        title="Agreement of each reader with themselves"
        says="Cohen’s κ of a reader’s answer and their next one to the same case, weighted when the answers have an order, with the 95 % interval."
        rows={quality.repeats.map((one) => dotRow(one.alias, one.kappa))}
        order="value"
      />
      <DotPlotIntervals
        title="The same as a share"
        says="Repeats with the same answer. Where κ is low and this is high, one answer is given nearly always."
        rows={quality.repeats.map((one) => dotRow(one.alias, one.same))}
        order="value"
      />
    </>
  );
}

function Pairs({ quality }: { quality: QualityView }) {
  const names = quality.readers.map((reader) => reader.alias).sort();
  const kappa = new Map(quality.pairs.map((pair) => [`${pair.first} ${pair.second}`, pair.kappa.value]));
  if (quality.pairs.length === 0)
    return (
      <EmptyState title="No pairs yet">Two readers must have read the same cases to be compared.</EmptyState>
    );
  return (
    <HeatMap
      title="Agreement of each pair of readers"
      says="Cohen’s kappa of each pair, weighted when the answers have an order."
      rowNames={names}
      columnNames={names}
      rowTitle="Reader"
      columnTitle="Reader"
      format="score"
      full={1}
      cells={names.map((row) =>
        names.map((column) => kappa.get(`${row} ${column}`) ?? kappa.get(`${column} ${row}`) ?? null),
      )}
    />
  );
}

function Confusion({ quality }: { quality: QualityView }) {
  const { confusion, field } = quality;
  if (confusion.reference === 'none')
    return (
      <EmptyState title="Nothing to compare answers with">
        There is neither gold nor a final label in this batch yet.
      </EmptyState>
    );
  if (field.options.length === 0)
    return (
      <EmptyState title="Numbers are right or wrong">
        They have no classes to be taken for each other. How far readers lie apart is in the reliability, and
        case by case below.
      </EmptyState>
    );
  const options = field.options.map((option) => option.value);
  const seen = [...new Set(confusion.cells.flatMap((cell) => [cell.truth, cell.answer]))].sort();
  // Sets of labels are answers of their own.
  const values = seen.every((value) => options.includes(value)) ? options : seen.slice(0, 20);
  const words = values.map((value) => answerWordsOf(field.options, value));
  const counts = new Map(confusion.cells.map((cell) => [`${cell.truth}|${cell.answer}`, cell.n]));
  const isGold = confusion.reference === 'gold';
  return (
    <HeatMap
      title={isGold ? 'Answers against gold' : 'Answers against final labels'}
      says={
        isGold
          ? 'How often each answer was given for each known one.'
          : 'No case with gold was answered here. Final labels come from these same reads, so this is not accuracy.'
      }
      rowNames={words}
      columnNames={words}
      rowTitle={isGold ? 'Gold' : 'Final'}
      columnTitle="Given"
      cells={values.map((truth) => values.map((answer) => counts.get(`${truth}|${answer}`) ?? 0))}
    />
  );
}
