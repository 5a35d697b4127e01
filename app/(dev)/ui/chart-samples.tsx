import { DotPlotIntervals } from '#app/_ui/charts/dot-plot-intervals.tsx';
import { HeatMap } from '#app/_ui/charts/heat-map.tsx';
import { Histogram } from '#app/_ui/charts/histogram.tsx';
import { LineWithBand } from '#app/_ui/charts/line-with-band.tsx';
import { Section } from './section.tsx';

const day = (offset: number) => new Date(Date.UTC(2026, 10, 1 + offset));

const throughput = [
  {
    name: 'Harbour Reads',
    points: [31, 34, 33, 37, 36, 40, 41, 39, 43, 42, 44, 45].map((value, index) => ({
      at: day(index),
      value: index === 5 ? null : value,
      interval: [value - 3.2, value + 3.2] as const,
      n: 90 + index * 7,
    })),
  },
  {
    name: 'Lumen Path',
    points: [28, 27, 29, 30, 29, 31, 33, 32, 31, 34, 36, 35].map((value, index) => ({
      at: day(index),
      value,
      interval: [value - 2.4, value + 2.4] as const,
      n: 120 + index * 5,
    })),
  },
];

/** Charts; each can be shown as a table and taken away. */
export function ChartSamples() {
  return (
    <Section id="charts" title="Charts">
      <div className="grid gap-x-10 gap-y-10 xl:grid-cols-2">
        <LineWithBand
          title="Throughput"
          says="Both vendors read faster each week; Harbour Reads has passed the promised 40."
          unit="Labels per active hour"
          format="decimal"
          series={throughput}
          threshold={{ value: 40, label: 'Promised 40' }}
        />
        <DotPlotIntervals
          title="Agreement with the consensus of the others"
          says="R-1093 stands apart; nobody else can be told from the median."
          threshold={{ value: 0.75, label: 'Asked 0.75' }}
          rows={[
            { name: 'R-2210', value: 0.84, interval: [0.79, 0.88], n: 240 },
            { name: 'R-4471', value: 0.81, interval: [0.76, 0.86], n: 238 },
            { name: 'R-1093', value: 0.61, interval: [0.55, 0.67], n: 240, emphasised: true },
            { name: 'R-3320', value: 0.79, interval: [0.73, 0.84], n: 231 },
            { name: 'R-9001', value: null, reason: 'no_data' },
          ]}
        />
        <DotPlotIntervals
          title="Expected cost per correct label"
          says="Long names stand above their line on a phone."
          unit="USD"
          format="decimal"
          threshold={{ value: 18, label: 'Budget' }}
          rows={[
            { name: 'Meridian Readers', value: 14.6, interval: [13.03, 22.64], n: 45 },
            { name: 'Northgate Radiology Partners of the Isles', value: 17.2, interval: [15.8, 19.4], n: 45 },
            { name: 'Blue Harbour Labs', value: 21.35, interval: [18.9, 26.1], n: 45, emphasised: true },
            { name: 'Lumen Path', value: null, reason: 'no_data' },
          ]}
        />
        <HeatMap
          title="Confusion on gold"
          says="Grade 4 is read as grade 3 in 27 of 94 cases."
          rowTitle="Given"
          columnTitle="Gold"
          rowNames={['0', '1', '2', '3', '4']}
          columnNames={['0', '1', '2', '3', '4']}
          cells={[
            [112, 6, 0, 0, 0],
            [8, 94, 11, 1, 0],
            [0, 14, 81, 12, 2],
            [0, 0, 9, 77, 27],
            [0, 0, 0, 6, 65],
          ]}
        />
        <HeatMap
          title="Pairwise agreement"
          says="R-1093 agrees least with everyone."
          rowTitle="Reader"
          columnTitle="Reader"
          format="score"
          full={1}
          threshold={{ value: 0.6, label: '0.60' }}
          rowNames={['R-2210', 'R-4471', 'R-1093', 'R-3320']}
          columnNames={['R-2210', 'R-4471', 'R-1093', 'R-3320']}
          cells={[
            [null, 0.82, 0.55, 0.79],
            [0.82, null, 0.58, 0.8],
            [0.55, 0.58, null, 0.61],
            [0.79, 0.8, 0.61, null],
          ]}
        />
        <Histogram
          title="Active time per read"
          says="Half of the reads take less than 74 seconds."
          unit="Active seconds"
          countOf="Reads"
          median={74}
          threshold={{ value: 150, label: 'Expected at most 150' }}
          bins={[22, 88, 164, 201, 158, 96, 52, 31, 17, 9].map((count, index) => ({
            from: index * 20,
            to: (index + 1) * 20,
            count,
          }))}
        />
      </div>
    </Section>
  );
}
