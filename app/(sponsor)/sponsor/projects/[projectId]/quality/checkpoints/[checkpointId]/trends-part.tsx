import { LineWithBand } from '#app/_ui/charts/line-with-band.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { CheckpointEvidence } from '#server/scores/checkpoint-schemas.ts';

type Field = CheckpointEvidence['fields'][number];

/** The running scores up to here: each field in all and day by day, with what the project asks. */
export function TrendsPart({ evidence }: { evidence: CheckpointEvidence }) {
  const { progress, fields } = evidence;
  return (
    <Section
      title="Trends"
      says={`${progress.readers} ${progress.readers === 1 ? 'reader' : 'readers'}${progress.readersAway > 0 ? `, ${progress.readersAway} in calibration or paused` : ''}${progress.medianSeconds === null ? '' : `; the median read takes ${progress.medianSeconds} s`}.`}
    >
      <div className="flex flex-col gap-8">
        {fields.map((field) => (
          <FieldTrend key={field.key} field={field} />
        ))}
      </div>
    </Section>
  );
}

const shown = (figure: Field['alpha']) => ({
  value: figure.value,
  ...(figure.value === null ? { reason: figure.reason ?? 'no_data' } : {}),
  ...(figure.interval ? { interval: figure.interval } : {}),
  n: figure.n,
});

function FieldTrend({ field }: { field: Field }) {
  const days = field.days.filter((day) => day.alpha.value !== null || day.consensus.value !== null);
  return (
    <div className="flex flex-col gap-3">
      <h3 className="font-medium text-sm">{field.label}</h3>
      <div className="grid gap-4 sm:grid-cols-3">
        <Measure
          label="Reliability (α)"
          {...shown(field.alpha)}
          nUnit="cases"
          {...(field.asked.reliability === null ? {} : { threshold: { value: field.asked.reliability } })}
        />
        <Measure
          label="Accuracy on gold"
          {...shown(field.accuracy)}
          nUnit="cases with gold"
          format="percent"
          {...(field.asked.accuracy === null ? {} : { threshold: { value: field.asked.accuracy } })}
        />
        <Measure
          label="Agreement with the others"
          {...shown(field.consensus)}
          nUnit="cases"
          format="percent"
        />
      </div>
      {days.length < 2 ? null : (
        <LineWithBand
          title={`${field.label} by day`}
          says="Agreement of readers with what most others gave."
          series={[
            {
              name: 'Agreement with the others',
              points: days.map((day) => ({
                at: new Date(`${day.day}T12:00:00Z`),
                value: day.consensus.value,
                interval: day.consensus.interval ?? undefined,
                n: day.consensus.n,
              })),
            },
          ]}
          format="percent"
          ends={[0, 1]}
        />
      )}
    </div>
  );
}
