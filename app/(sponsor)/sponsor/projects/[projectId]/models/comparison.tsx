import { DotPlotIntervals } from '#app/_ui/charts/dot-plot-intervals.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import { StateTabs } from '#app/(sponsor)/sponsor/_parts/state-tabs.tsx';
import { modelParams } from '#app/(sponsor)/sponsor/projects/[projectId]/batches/new/model-choice.ts';
import type { ComparisonPart, ModelComparison, ModelLine } from '#server/models/schemas.ts';

type ComparisonProps = {
  projectId: string;
  model: ModelLine;
  comparison: ModelComparison;
  mayRelabel: boolean;
};

/** One model held against final labels in one field; test data apart from the rest. */
export function Comparison({ projectId, model, comparison, mayRelabel }: ComparisonProps) {
  const base = `/sponsor/projects/${projectId}`;
  const failures = (way: { missed?: string; claimed?: string }) =>
    `${base}/batches/new?${new URLSearchParams({
      kind: 'relabel',
      ...modelParams({ modelId: model.id, field: comparison.field, ...way }),
    })}`;
  return (
    <>
      {model.fields.length < 2 ? null : (
        <StateTabs
          label="Field"
          items={model.fields.map(({ key, label }) => ({
            href: `${base}/models?${new URLSearchParams({ model: model.id, field: key })}`,
            label,
            isCurrent: key === comparison.field,
          }))}
        />
      )}
      {comparison.parts.map((part) => (
        <Part key={String(part.isTest)} part={part} failures={mayRelabel ? failures : null} />
      ))}
    </>
  );
}

type PartProps = {
  part: ComparisonPart;
  /** The form of a relabel batch of some failures; null for who makes no batches. */
  failures: ((way: { missed?: string; claimed?: string }) => string) | null;
};

function Part({ part, failures }: PartProps) {
  const { differ, differing, silent, unlabelled, classes } = part;
  return (
    <Section
      title={part.isTest ? 'On test data' : 'Against the final labels'}
      says={`${counted(unlabelled, 'answer')} on cases without a final label, and ${counted(silent, 'labelled case')} without an answer, are left out.`}
      actions={
        failures === null || differing === 0 ? null : (
          <LinkButton href={failures({})}>
            Relabel the {part.isTest ? 'failures' : counted(differing, 'failure')}
          </LinkButton>
        )
      }
    >
      <Measure
        label="Differs from the final label"
        value={differ.value}
        interval={differ.interval}
        intervalNote="95 % Wilson interval"
        n={differ.n}
        nUnit="cases"
        reason={differ.reason}
        format="percent"
      />
      {classes.length === 0 || differ.n === 0 ? null : (
        <>
          <div className="grid gap-6 lg:grid-cols-2">
            <DotPlotIntervals
              title="Missed, by label"
              says="Of the cases labelled so, those to which the model did not say it."
              format="percent"
              order="given"
              ends={[0, 1]}
              rows={classes.map((one) => rowOf(one.label, one.missed, 'none labelled so'))}
            />
            <DotPlotIntervals
              title="False alarms, by answer"
              says="Of the cases to which the model said so, those that are not labelled so."
              format="percent"
              order="given"
              ends={[0, 1]}
              rows={classes.map((one) => rowOf(one.label, one.falseAlarm, 'never said'))}
            />
          </div>
          {failures === null ? null : <Ways classes={classes} failures={failures} />}
        </>
      )}
    </Section>
  );
}

function rowOf(name: string, { value, interval, n }: ComparisonPart['differ'], reason: string) {
  return {
    name,
    value,
    n,
    ...(interval === null ? {} : { interval }),
    ...(value === null ? { reason } : {}),
  };
}

/** The failures of each kind, each with the form in which they are read again. */
function Ways({
  classes,
  failures,
}: {
  classes: ComparisonPart['classes'];
  failures: NonNullable<PartProps['failures']>;
}) {
  const ways = classes.flatMap((one) => [
    {
      ...{ key: `missed ${one.value}`, n: one.misses, href: failures({ missed: one.value }) },
      says: `labelled “${one.label}” that it called otherwise`,
    },
    {
      ...{ key: `claimed ${one.value}`, n: one.falseAlarms, href: failures({ claimed: one.value }) },
      says: `that it called “${one.label}” and that are labelled otherwise`,
    },
  ]);
  const some = ways.filter((one) => one.n > 0).toSorted((a, b) => b.n - a.n);
  if (some.length === 0) return null;
  return (
    <div>
      <h3 className="pb-1 font-medium text-sm">Have them read again</h3>
      <ul className="flex flex-col gap-1.5 text-sm">
        {some.slice(0, 6).map(({ key, n, href, says }) => (
          <li key={key}>
            <TextLink href={href} className="inline-block py-0.5">
              {counted(n, 'case')} {says}
            </TextLink>
          </li>
        ))}
      </ul>
    </div>
  );
}
