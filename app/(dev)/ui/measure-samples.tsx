import { DateTime } from '#app/_ui/date-time.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { Sample, Section } from './section.tsx';

/** Figures with what makes them worth reading. */
export function MeasureSamples() {
  return (
    <Section id="measures" title="Measures">
      <Sample name="Measure, block">
        <div className="grid gap-x-8 gap-y-6 sm:grid-cols-2 xl:grid-cols-4">
          <Measure
            label="Krippendorff’s alpha, ordinal"
            value={0.8403}
            interval={[0.797, 0.876]}
            intervalNote="95 % percentile bootstrap over cases, 10,000 resamples"
            n={4800}
            nUnit="reads"
            threshold={{ value: 0.8 }}
            verdict="inconclusive"
          />
          <Measure
            label="Accuracy on gold"
            value={0.962}
            format="percent"
            interval={[0.931, 0.98]}
            n={250}
            nUnit="gold cases"
            threshold={{ value: 0.9 }}
            verdict="pass"
            range={[0.8, 1]}
          />
          <Measure
            label="Sensitivity, grade 4"
            value={0.71}
            format="percent"
            interval={[0.61, 0.79]}
            n={94}
            threshold={{ value: 0.85 }}
            verdict="fail"
          />
          <Measure label="Accuracy" value={null} reason="no_reference" threshold={{ value: 0.9 }} />
          <Measure
            label="Cost per correct label"
            value={{ amountMinor: 184n, currency: 'USD' }}
            n={1150}
            nUnit="correct labels"
          />
          <Measure
            label="Throughput"
            value={41.5}
            format="decimal"
            unit="labels per active hour"
            interval={[39.8, 43.1]}
            n={1204}
            trend={[33, 35, 34, 38, 40, 39, 42, 41.5]}
            asOf={<DateTime at="2026-11-21T07:00:00Z" />}
          />
          <Measure label="Reads accepted" value={1204} format="count" unit="of 4,800" />
          <Measure
            label="Accuracy on gold"
            value={null}
            reason="Needs 31 more gold cases to tell 0.90 from 0.85."
            n={19}
            nUnit="gold cases"
          />
        </div>
      </Sample>
      <Sample name="Measure, inline">
        <p>
          <Measure
            size="inline"
            label="κ"
            value={0.82}
            interval={[0.79, 0.85]}
            n={1204}
            threshold={{ value: 0.8 }}
            verdict="inconclusive"
          />
        </p>
        <p className="mt-1">
          <Measure size="inline" label="Accuracy" value={null} reason="no_reference" />
        </p>
      </Sample>
    </Section>
  );
}
